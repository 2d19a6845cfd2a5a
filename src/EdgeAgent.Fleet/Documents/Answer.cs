using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Documents;

/// <summary>What a gateway answers to a <see cref="Question"/>; signed with its key as reports are.</summary>
/// <remarks><c>{"v": 1, "id", "time", "ask", "tag", "text", "lines": […], "left_out"}</c>; at most
/// <see cref="SizeLimits.AnswerPayload"/>, for which the oldest lines give way. Immutable.</remarks>
public sealed record Answer
{
    /// <summary>Most lines.</summary>
    public const int MostLines = 100;

    /// <summary>Most characters of a line.</summary>
    public const int MostChars = 300;

    /// <summary>The gateway.</summary>
    public required string Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What was asked.</summary>
    public required string What { get; init; }

    /// <summary>The question's.</summary>
    public string Tag { get; init; } = "";

    /// <summary>The answer in a sentence; empty where the lines are all of it.</summary>
    public string Text { get; init; } = "";

    /// <summary>Lines of the log, the oldest first.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>Older lines that were asked for and had no room.</summary>
    public int LeftOut { get; init; }

    /// <summary>Reads an answer; verifies nothing.</summary>
    public static Parsed<Answer> Parse(ReadOnlyMemory<byte> payload) => JsonFields.Read(payload, SizeLimits.AnswerPayload, fields =>
    {
        fields.Form(1);
        return new Answer
        {
            Id = fields.Id("id"),
            Time = fields.Time("time"),
            What = fields.Text("ask", 32),
            Tag = fields.IdOrNull("tag") ?? "",
            Text = fields.TextOrNull("text", MostChars) ?? "",
            Lines = fields.Texts("lines", MostLines, MostChars),
            LeftOut = (int)(fields.IntegerOrNull("left_out", 0, MostLines) ?? 0),
        };
    });

    /// <summary>The payload as it is signed.</summary>
    public byte[] ToPayload()
    {
        for (var skip = 0; ; skip++)
        {
            var payload = Write(skip);
            if (payload.Length <= SizeLimits.AnswerPayload || skip == Lines.Count) return payload;
        }
    }

    byte[] Write(int skip) => JsonText.Object(json =>
    {
        json.WriteNumber("v", 1);
        json.WriteString("id", Id);
        json.WriteString("time", JsonText.Time(Time));
        json.WriteString("ask", What);
        if (Tag.Length > 0) json.WriteString("tag", Tag);
        if (Text.Length > 0) json.WriteString("text", JsonText.Line(Text, MostChars));
        if (Lines.Count > skip) JsonText.Texts(json, "lines", Lines.Skip(skip).Select(line => JsonText.Line(line, MostChars)));
        if (LeftOut + skip > 0) json.WriteNumber("left_out", LeftOut + skip);
    });
}
