namespace EdgeAgent.Host;

/// <summary>How log lines look.</summary>
enum LogFormat
{
    /// <summary>Text when standard error is a terminal, JSON otherwise.</summary>
    Auto,

    /// <summary>A readable line.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
