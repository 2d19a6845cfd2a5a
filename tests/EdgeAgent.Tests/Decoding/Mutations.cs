using System.Text;

namespace EdgeAgent.Tests.Decoding;

/// <summary>JSON payloads as sensors send them, and damaged ones made from them. Fixed seed, so every run sees the same.</summary>
sealed class Mutations(int seed)
{
    static readonly byte[] Alphabet = [.. "{}[]:,\"\\ \n\t0123456789+-.eEtrufalsn\u0001ab/"u8, 0xC2, 0xB0, 0xFF];

    static readonly string[] Snippets =
    [
        "null", "true", "false", "0", "-0", "1e400", "1E5", "0.1", "NaN", "\"\"", "\"a\\nb\"", "\"\\u00e9\"", "\"é\"", "{}", "[]", "[1,2]",
        "{\"value\":3}", "\"value\":4,", "\"ts\":5,", ",", "  ", "12345678901234567890", "-1.7976931348623157e308", "\"open\"", "01", "\\",
    ];

    static readonly string[] Seeds =
    [
        """{"ts":1700000000123,"value":21.37}""",
        """{"seq":17,"ts":1700000000123,"status":"ok","value":21.37,"unit":"°C"}""",
        """{ "meta": { "fw": "1.2.3", "up": 12.5 }, "ts": 1700000000, "value": -3.5e-2, "flags": [true, false, null] }""",
        """{"value":"open","ts":1700000000123,"a":"plain text that is longer than sixteen bytes","b":"with \"escapes\""}""",
        """{"value":true,"ts":1700000000123.25,"value2":null}""",
        """[{"ts":1,"value":2},{"ts":3,"value":4}]""",
        """{"ts":1700000000123,"value":1,"value":2,"ts":1700000000124}""",
        """{"value":{"value":1},"ts":[1]}""",
        "21.37",
        """{"a":[[[{"value":1}]]],"ts":1,"value":0.30000000000000004}""",
    ];

    readonly Random _random = new(seed);

    /// <summary>An undamaged payload; its numbers and words vary, its shape is one of a few.</summary>
    public byte[] Good()
    {
        var text = Seeds[_random.Next(Seeds.Length)];
        if (_random.Next(2) == 0) text = text.Replace("21.37", Number());
        if (_random.Next(2) == 0) text = text.Replace("1700000000123", (1_700_000_000_000 + _random.Next()).ToString());
        if (_random.Next(4) == 0) text = text.Replace("\"ok\"", _random.Next(2) == 0 ? "\"failed\"" : "\"o\\u006b\"");
        if (_random.Next(8) == 0) text = text.Replace("true", "false");
        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>A payload with up to four damages: bytes changed, lost, added, cut, doubled,
    /// or replaced by something else of JSON.</summary>
    public byte[] Damaged()
    {
        var bytes = new List<byte>(Good());
        for (var n = _random.Next(1, 5); n > 0 && bytes.Count > 0; n--)
        {
            var at = _random.Next(bytes.Count);
            switch (_random.Next(7))
            {
                case 0: bytes[at] = Alphabet[_random.Next(Alphabet.Length)]; break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, Alphabet[_random.Next(Alphabet.Length)]); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                case 4: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Snippets[_random.Next(Snippets.Length)])); break;
                case 5: bytes[at] = (byte)_random.Next(256); break;
                default:
                    var end = Math.Min(bytes.Count, at + _random.Next(1, 12));
                    bytes.InsertRange(at, bytes[at..end]);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>A number as text.</summary>
    public string Number()
    {
        var text = new StringBuilder();
        if (_random.Next(4) == 0) text.Append('-');
        Digits(_random.Next(8) == 0 ? 25 : 18);
        if (_random.Next(2) == 0)
        {
            text.Append('.');
            for (var i = _random.Next(_random.Next(8) == 0 ? 40 : 18); i >= 0; i--) text.Append((char)('0' + _random.Next(10)));
        }

        if (_random.Next(3) == 0)
            text.Append(_random.Next(2) == 0 ? "e" : "E").Append(_random.Next(3) switch { 0 => "", 1 => "+", _ => "-" })
                .Append(_random.Next(_random.Next(2) == 0 ? 20 : 340));
        return text.ToString();

        void Digits(int most)
        {
            var n = _random.Next(1, most + 1);
            text.Append((char)('0' + (n == 1 ? _random.Next(10) : _random.Next(1, 10))));
            for (var i = 1; i < n; i++) text.Append((char)('0' + _random.Next(10)));
        }
    }
}
