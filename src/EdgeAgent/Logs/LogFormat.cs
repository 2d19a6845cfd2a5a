namespace EdgeAgent.Logs;

/// <summary>How log lines look.</summary>
enum LogFormat
{
    /// <summary>Text when standard error is a terminal or the journal, JSON otherwise.</summary>
    Auto,

    /// <summary>A readable line.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
