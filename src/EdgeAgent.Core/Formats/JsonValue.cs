namespace EdgeAgent.Core.Formats;

/// <summary>What stands at a place of a payload.</summary>
enum JsonKind : byte
{
    /// <summary>Nothing: the place does not exist.</summary>
    Absent,

    /// <summary>A number; already read.</summary>
    Number,

    /// <summary>A string; start and end are those of its text inside the quotes.</summary>
    String,

    /// <summary><c>true</c>.</summary>
    True,

    /// <summary><c>false</c>.</summary>
    False,

    /// <summary><c>null</c>.</summary>
    Null,

    /// <summary>An object.</summary>
    Object,

    /// <summary>An array; start is that of its bracket.</summary>
    Array,
}

/// <summary>One value found in a payload: its kind, where its text is, and the number itself.</summary>
struct JsonValue
{
    /// <summary>First byte of the text.</summary>
    public int Start;

    /// <summary>One past the last byte of the text.</summary>
    public int End;

    /// <summary>What it is.</summary>
    public JsonKind Kind;

    /// <summary>For a string: whether its text has escapes.</summary>
    public bool HasEscapes;

    /// <summary>For a number: its value.</summary>
    public NumberText Number;

    /// <summary>Sets everything but the number, in place: a copied value would wait for its parts to reach the cache.</summary>
    public void Set(int start, int end, JsonKind kind, bool hasEscapes = false)
    {
        Start = start;
        End = end;
        Kind = kind;
        HasEscapes = hasEscapes;
    }

    /// <summary>The text inside <paramref name="payload"/>.</summary>
    public readonly ReadOnlySpan<byte> TextIn(ReadOnlySpan<byte> payload) => payload[Start..End];
}
