namespace EdgeAgent.Core.Commands;

/// <summary>What became of a command.</summary>
public enum CommandResult
{
    /// <summary>Nothing was written: a check said no.</summary>
    Refused,

    /// <summary>The device confirmed it, and read back it is there when that was asked for.</summary>
    Done,

    /// <summary>The bytes were given to a line that confirms nothing.</summary>
    Sent,

    /// <summary>The device refused it, or holds another value afterwards, or there is no connection to it.</summary>
    Failed,

    /// <summary>It was sent, but no sound answer came: it may have been carried out.</summary>
    Unknown,
}
