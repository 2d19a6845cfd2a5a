namespace EdgeAgent.Core.Models;

/// <summary>A model that is still being loaded when its stage begins.</summary>
public interface IFirstModel
{
    /// <summary>Whether the loading is over, well or not. Any thread.</summary>
    bool IsOver { get; }

    /// <summary>Waits a bounded time for the end. It is the stage's thread that waits, and with it the sources that feed it, whose
    /// connections stand by then.</summary>
    void Wait();
}
