using EdgeAgent.Fleet.Gateway;
using Serilog;

namespace EdgeAgent.Fleets;

/// <summary>Says in the log that a document was taken back: the same line while the agent runs and at a start.</summary>
static class Reversal
{
    /// <summary>One was taken back; <paramref name="runs"/> is what runs again, null for the local file.</summary>
    public static void Tell(ILogger log, KnownDocument document, KnownDocument? runs, string why) =>
        log.Warning("Fleet: document {Document:l} goes back to {Previous:l}: {Why:l}", document, runs?.ToString() ?? "the local file", why);

    /// <summary>What a start found of a trial.</summary>
    /// <param name="log">The log.</param>
    /// <param name="before">The record as the process before left it.</param>
    /// <param name="now">The record of this start.</param>
    public static void TellAtStart(ILogger log, FleetRecord before, FleetRecord now)
    {
        if (before.Trial is not { } trial) return;
        if (now.Trial is { } going)
            log.Warning("Fleet: document {Document:l} is on trial, and the agent started again meanwhile ({Starts} so far): it goes on",
                trial.Document, going.Boots);
        else
            Tell(log, trial.Document, now.Current, now.Failed.Count > 0 && now.Failed[0].Digest == trial.Document.Digest
                ? $"{now.Failed[0].Gate}" : "it is no longer wanted");
    }
}
