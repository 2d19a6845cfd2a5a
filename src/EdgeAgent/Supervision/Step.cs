namespace EdgeAgent.Supervision;

/// <summary>What the loop of a watched thread does since its last wait point.</summary>
enum Step : byte
{
    /// <summary>It does not run, or not any more: nothing is expected of it.</summary>
    None,

    /// <summary>Waits for its turn, for work, or for the next try; in short waits, one after the other.</summary>
    Waiting,

    /// <summary>Waits while its gate is blocked: the buffer is full or commits fail.</summary>
    Blocked,

    /// <summary>Reads from its connection, its line or the outbox.</summary>
    Reading,

    /// <summary>Opens a connection, a line or a file.</summary>
    Connecting,

    /// <summary>Waits for the answer of a unit on a bus.</summary>
    Asking,

    /// <summary>A source decodes and runs its pipelines: its gate is held.</summary>
    InGate,

    /// <summary>The commit thread waits for sources to leave their gates.</summary>
    Closing,

    /// <summary>The commit thread copies what changed: all gates are held.</summary>
    Cutting,

    /// <summary>The commit thread writes.</summary>
    Committing,

    /// <summary>An output sends, and waits for what the other side says to it.</summary>
    Sending,
}
