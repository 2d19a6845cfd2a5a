namespace EdgeAgent.Fleet.Messages;

/// <summary>Most bytes of a message as it is published [bytes]; a larger one is refused unread.</summary>
public static class SizeLimits
{
    /// <summary>A root.</summary>
    public const int Root = 16 << 10;

    /// <summary>A target.</summary>
    public const int Target = 4 << 10;

    /// <summary>Values of one gateway.</summary>
    public const int Vars = 16 << 10;

    /// <summary>A document.</summary>
    public const int Document = 128 << 10;

    /// <summary>A report as it is published: payload, Base64 and one signature.</summary>
    public const int Report = 4 << 10;

    /// <summary>The payload of a report.</summary>
    public const int ReportPayload = 2 << 10;

    /// <summary>A question to a gateway.</summary>
    public const int Ask = 1 << 10;

    /// <summary>An answer as it is published: payload, Base64 and one signature.</summary>
    public const int Answer = 16 << 10;

    /// <summary>The payload of an answer.</summary>
    public const int AnswerPayload = 11 << 10;
}
