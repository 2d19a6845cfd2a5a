using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Documents;

/// <summary>What a manager asks a gateway. Nobody signs it: it changes nothing but what a gateway says.</summary>
/// <remarks><c>{"ask": "report" | "retry" | "log", "doc", "lines", "tag"}</c>; at most <see cref="SizeLimits.Ask"/>. Immutable.</remarks>
public sealed record Question
{
    /// <summary>A report, now.</summary>
    public const string Report = "report";

    /// <summary>A document that failed may be tried again.</summary>
    public const string Retry = "retry";

    /// <summary>The last lines of the log.</summary>
    public const string Log = "log";

    const int UsualLines = 20;

    /// <summary>What is asked; one of the words above, or one that only newer gateways know.</summary>
    public required string What { get; init; }

    /// <summary>Of <see cref="Retry"/> the digest of the document; else empty.</summary>
    public string Document { get; init; } = "";

    /// <summary>Of <see cref="Log"/> how many lines.</summary>
    public int Lines { get; init; } = UsualLines;

    /// <summary>Comes back in the answer, so that it is known which question it is of; empty where nobody waits.</summary>
    public string Tag { get; init; } = "";

    /// <summary>Reads a question.</summary>
    public static Parsed<Question> Parse(ReadOnlyMemory<byte> message) => JsonFields.Read(message, SizeLimits.Ask, fields => new Question
    {
        What = fields.Text("ask", 32),
        Document = fields.TextOrNull("doc", 64) ?? "",
        Lines = (int)(fields.IntegerOrNull("lines", 1, Answer.MostLines) ?? UsualLines),
        Tag = fields.IdOrNull("tag") ?? "",
    });

    /// <summary>The message as it is published.</summary>
    public byte[] ToBytes() => JsonText.Object(json =>
    {
        json.WriteString("ask", What);
        if (Document.Length > 0) json.WriteString("doc", Document);
        if (What == Log) json.WriteNumber("lines", Lines);
        if (Tag.Length > 0) json.WriteString("tag", Tag);
    });
}
