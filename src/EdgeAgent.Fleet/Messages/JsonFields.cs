using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Fleet.Messages;

/// <summary>Reads the members of one JSON object within bounds; the first fault stays and the rest is read with stand-ins.</summary>
/// <remarks>
/// Depth 8, UTF-8, no member twice, nothing after the end. Members that are not asked for are passed over: what may change the meaning of
/// the
/// others raises <c>v</c>. Texts have no control characters unless asked for as a body. Single-threaded; valid only inside <see
/// cref="Read"/>.
/// </remarks>
public sealed class JsonFields
{
    /// <summary>The form of a moment: UTC to the second.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    static readonly JsonDocumentOptions s_options = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    readonly JsonElement _object;
    readonly string _path;
    readonly JsonFields _top;
    Refusal _refusal = Refusal.None;

    JsonFields(JsonElement value, string path, JsonFields? top) => (_object, _path, _top) = (value, path, top ?? this);

    /// <summary>Reads one object; refused when it is larger than <paramref name="maxBytes"/>, malformed, or <paramref name="build"/>
    /// met a fault.</summary>
    public static Parsed<T> Read<T>(ReadOnlyMemory<byte> json, int maxBytes, Func<JsonFields, T> build) where T : class
    {
        if (json.Length > maxBytes)
            return Parsed<T>.Bad(RefusalReason.TooLarge, $"{json.Length} bytes; at most {maxBytes} are read.");
        if (!Utf8.IsValid(json.Span)) return Parsed<T>.Bad(RefusalReason.Malformed, "not UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(json, s_options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return Parsed<T>.Bad(RefusalReason.Malformed, "not a JSON object.");
            var fields = new JsonFields(document.RootElement, "", null);
            var value = build(fields);
            return fields._refusal.IsNone ? Parsed<T>.Good(value) : Parsed<T>.Bad(fields._refusal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second: an escape of half a surrogate pair, found when a text is asked for.
            return Parsed<T>.Bad(RefusalReason.Malformed, "not one JSON object in UTF-8, with no member twice and nothing behind it.");
        }
    }

    /// <summary>Whether a member is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>The names of all members, at most <paramref name="most"/> of them, each an id, or where scopes are expected one with an
    /// <c>@</c>
    /// before it.</summary>
    public IReadOnlyList<string> Names(int most, bool areScopes = false)
    {
        var names = new List<string>();
        foreach (var member in _object.EnumerateObject())
        {
            if (names.Count == most) return Fail(names, "", $"more than {most} members");
            if (!IsId(areScopes && member.Name.StartsWith('@') ? member.Name[1..]
                : member.Name)) return Fail(names, "", "a name that is not 1 to 128 letters, digits, `.`, `_` or `-`");
            names.Add(member.Name);
        }

        return names;
    }

    /// <summary>Refuses another form than <paramref name="known"/>; asked first.</summary>
    public void Form(int known)
    {
        if (Find("v") is not { ValueKind: JsonValueKind.Number } v || !v.TryGetInt64(out var form)) Fail(0, "v", "missing or no number");
        else if (form != known) Refuse(RefusalReason.UnknownVersion, $"form {form}; this version reads {known}.");
    }

    /// <summary>A text on one line.</summary>
    public string Text(string name, int maxChars) => TextOrNull(name, maxChars) ?? Fail("", name, "missing");

    /// <summary>A text on one line, or null when it is not there.</summary>
    public string? TextOrNull(string name, int maxChars) =>
        Find(name) is not { } value ? null
        : value.ValueKind != JsonValueKind.String ? Fail("", name, "not a text")
        : value.GetString()! is var text && text.Length > maxChars ? Fail("", name, $"longer than {maxChars} characters")
        : text.AsSpan().ContainsAnyInRange('\0', '\x1f') ? Fail("", name, "a text with control characters")
        : text;

    /// <summary>A text of any lines.</summary>
    public string Body(string name) =>
        Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : Fail("", name, "missing or not a text");

    /// <summary>Letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, at most 128.</summary>
    public string Id(string name) => IdOrNull(name) ?? Fail("", name, "missing");

    /// <summary>As <see cref="Id"/>, or null when it is not there.</summary>
    public string? IdOrNull(string name) =>
        TextOrNull(name, 128) is not { } text ? null
        : IsId(text) ? text : Fail("", name, "not 1 to 128 letters, digits, `.`, `_` or `-`");

    /// <summary>Lower-case hexadecimal digits.</summary>
    public string Hex(string name, int length) =>
        Text(name, length) is var text && (text.Length == 0 || Digest.IsHex(text, length)) ? text
            : Fail("", name, $"not {length} lower-case hexadecimal digits");

    /// <summary>Base64.</summary>
    public byte[] Base64(string name, int maxBytes)
    {
        var text = Body(name);
        if (text.Length > (maxBytes + 2) / 3 * 4) return Fail(Array.Empty<byte>(), name, $"more than {maxBytes} bytes");
        if (Base64Text.TryDecode(text) is { } bytes) return bytes;
        Refuse(RefusalReason.BadBase64, $"{Join(name)}: not Base64 with padding and without white space.");
        return [];
    }

    /// <summary>A whole number.</summary>
    public long Integer(string name, long min, long max) => IntegerOrNull(name, min, max) ?? Fail(min, name, "missing");

    /// <summary>A whole number, or null when it is not there.</summary>
    public long? IntegerOrNull(string name, long min, long max) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max ? number
        : Fail(min, name, string.Create(CultureInfo.InvariantCulture, $"not a whole number from {min} to {max}"));

    /// <summary>A finite number, or null when it is not there.</summary>
    public double? NumberOrNull(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
        : Fail(0.0, name, "not a finite number");

    /// <summary>A boolean; false when it is not there.</summary>
    public bool Boolean(string name) =>
        Find(name) is not { } value ? false
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : Fail(false, name, "not true or false");

    /// <summary>A moment.</summary>
    public DateTimeOffset Time(string name) => TimeOrNull(name) ?? Fail(DateTimeOffset.UnixEpoch, name, "missing");

    /// <summary>A moment, or null when it is not there.</summary>
    public DateTimeOffset? TimeOrNull(string name) =>
        TextOrNull(name, 20) is not { } text ? null
        : TryTime(text, out var moment) ? moment
        : Fail(DateTimeOffset.UnixEpoch, name, "not a time such as 2026-11-27T12:00:00Z");

    /// <summary>Reads a moment as messages have it.</summary>
    public static bool TryTime(string text, out DateTimeOffset moment) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);

    /// <summary>A duration as in a configuration, or null when it is not there.</summary>
    public TimeSpan? DurationOrNull(string name, TimeSpan max) =>
        TextOrNull(name, 32) is not { } text ? null
        : Words.TryDuration(text, out var span) && span <= max ? span
        : Fail(TimeSpan.Zero, name, $"not a duration up to {Words.Of(max)}");

    /// <summary>A nested object, or null when it is not there.</summary>
    public JsonFields? ObjectOrNull(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Object) return new(value, Join(name), _top);
        Fail(0, name, "not an object");
        return null;
    }

    /// <summary>Nested objects in a list; empty when it is not there.</summary>
    public IReadOnlyList<JsonFields> Objects(string name, int most)
    {
        var all = new List<JsonFields>();
        foreach (var item in Items(name, most))
            if (item.ValueKind == JsonValueKind.Object) all.Add(new(item, $"{Join(name)}[{all.Count}]", _top));
            else return Fail(all, name, "a list with something else than objects");
        return all;
    }

    /// <summary>Texts in a list, each on one line; empty when it is not there.</summary>
    public IReadOnlyList<string> Texts(string name, int most, int maxChars)
    {
        var all = new List<string>();
        foreach (var item in Items(name, most))
        {
            if (item.ValueKind != JsonValueKind.String || item.GetString()! is not { } text || text.Length > maxChars
                || text.AsSpan().ContainsAnyInRange('\0', '\x1f'))
                return Fail(all, name, $"a list with something else than texts of at most {maxChars} characters");
            all.Add(text);
        }

        return all;
    }

    /// <summary>Ids in a list; empty when it is not there.</summary>
    public IReadOnlyList<string> Ids(string name, int most)
    {
        var all = Texts(name, most, 128);
        foreach (var id in all)
            if (!IsId(id)) return Fail(all, name, "a list with something else than letters, digits, `.`, `_` and `-`");
        return all;
    }

    /// <summary>One of several words, or <paramref name="otherwise"/> when it is not there.</summary>
    public int Word(string name, ReadOnlySpan<string> words, int otherwise)
    {
        if (TextOrNull(name, 64) is not { } text) return otherwise;
        var index = words.IndexOf(text);
        return index >= 0 ? index : Fail(otherwise, name, $"not one of {string.Join(", ", words.ToArray())}");
    }

    /// <summary>A text, number or boolean as .NET has it [string, long, double, bool].</summary>
    public object Scalar(string name, int maxChars) => Find(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var whole) => whole,
        { ValueKind: JsonValueKind.Number } => NumberOrNull(name)!,
        _ => Text(name, maxChars),
    };

    /// <summary>Refuses for a reason of its own.</summary>
    public void Refuse(RefusalReason reason, string detail)
    {
        if (_top._refusal.IsNone) _top._refusal = new(reason, detail);
    }

    /// <summary>Refuses a member as malformed and gives a stand-in.</summary>
    public T Fail<T>(T standIn, string name, string failure)
    {
        Refuse(RefusalReason.Malformed, $"{Join(name)}: {failure}.");
        return standIn;
    }

    /// <summary>Whether a text is the name of a group, a gateway or a document.</summary>
    public static bool IsId(string text) => text.Length is > 0 and <= 128 && Words.Id(text) is null;

    JsonElement? Find(string name) =>
        _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    IEnumerable<JsonElement> Items(string name, int most)
    {
        if (Find(name) is not { } value) yield break;
        if (value.ValueKind != JsonValueKind.Array) Fail(0, name, "not a list");
        else if (value.GetArrayLength() > most) Fail(0, name, $"more than {most} entries");
        else foreach (var item in value.EnumerateArray()) yield return item;
    }

    string Join(string name) => name.Length == 0 ? (_path.Length == 0 ? "the message" : _path) : _path.Length == 0 ? name
        : $"{_path}.{name}";
}
