using System.Globalization;
using System.Text;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Trust;

/// <summary>Envelopes changed in every part. EDGE_AGENT_MUTATIONS says how many; the long form is a million.</summary>
public sealed class EnvelopeMutationTests
{
    static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("EDGE_AGENT_MUTATIONS"), NumberStyles.None,
        CultureInfo.InvariantCulture, out var count) ? count : 20_000;

    readonly FleetKit _kit = new();

    [Fact]
    public void None_is_taken_whose_content_is_not_what_was_signed()
    {
        var random = new Random(15);
        var document = FleetKit.Document(config: "sources:\n  a: { type: mqtt } # é\n");
        var good = _kit.Signed(document);
        var payload = document.ToPayload();
        var root = _kit.Root;
        var (taken, refused) = (0, new SortedDictionary<string, int>(StringComparer.Ordinal));
        for (var i = 0; i < Count; i++)
        {
            var message = Mutate(good, random);
            var envelope = Envelope.Parse(message, PayloadTypes.Document, SizeLimits.Document);
            var refusal = envelope.IsGood ? root.Check(envelope.Value, RoleNames.Config).Refusal : envelope.Refusal;
            if (!refusal.IsNone)
            {
                refused[refusal.Word] = refused.GetValueOrDefault(refusal.Word) + 1;
                continue;
            }

            taken++;
            Assert.True(envelope.Value!.Payload.Span.SequenceEqual(payload), Encoding.UTF8.GetString(message));
            Assert.Equal(PayloadTypes.Document, envelope.Value.Type);
        }

        // Changes that mean the same (white space, members that nobody asks for) are taken, and every reason of an envelope is met.
        Assert.True(taken > Count / 200, $"{taken} of {Count}");
        Assert.Superset(new HashSet<string> { "malformed", "bad-base64", "wrong-type", "bad-signature", "unknown-key" },
            refused.Keys.ToHashSet());
    }

    static byte[] Mutate(byte[] good, Random random)
    {
        var text = Encoding.UTF8.GetString(good);
        return random.Next(10) switch
        {
            0 => Bytes(text.Insert(text.IndexOfAny([',', ':', '{', '['], random.Next(text.Length / 8)) + 1,
                " \t\r\n "[random.Next(5)].ToString())),
            1 => Bytes(text.Insert(1, $"\"{(char)('a' + random.Next(26))}{random.Next(100)}\":[{random.Next()}],")),
            2 => Bytes(Replaced(text, "\"keyid\":\"", random)),
            3 => Bytes(Replaced(text, "\"sig\":\"", random)),
            4 => Bytes(Replaced(text, "\"payload\":\"", random)),
            5 => Bytes(Replaced(text, "\"payloadType\":\"", random)),
            6 => Bytes(text.Replace("=", random.Next(2) == 0 ? "" : "==", StringComparison.Ordinal)),
            7 => good[..random.Next(good.Length)],
            8 => Flipped(good, random),
            _ => Spliced(good, random),
        };
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>One character of a value is another one.</summary>
    static string Replaced(string text, string member, Random random)
    {
        var start = text.IndexOf(member, StringComparison.Ordinal) + member.Length;
        var at = start + random.Next(text.IndexOf('"', start) - start);
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=";
        return text[..at] + letters[random.Next(letters.Length)] + text[(at + 1)..];
    }

    static byte[] Flipped(byte[] good, Random random)
    {
        var message = (byte[])good.Clone();
        for (var i = random.Next(1, 4); i > 0; i--) message[random.Next(message.Length)] ^= (byte)(1 << random.Next(8));
        return message;
    }

    static byte[] Spliced(byte[] good, Random random)
    {
        var (from, to) = (random.Next(good.Length), random.Next(good.Length));
        return [.. good.AsSpan(0, Math.Min(from, to)), .. good.AsSpan(random.Next(good.Length))];
    }
}
