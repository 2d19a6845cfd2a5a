using EdgeAgent.Clocks;
using EdgeAgent.Core.Settings;
using EdgeAgent.Storage;

namespace EdgeAgent.Cli;

/// <summary>The buffer of an agent that does not run, held while a command works with it.</summary>
static class HeldBuffer
{
    // Moves records inside the bound they already fill: nothing may be dropped for it.
    const long NoBound = 1L << 50;

    /// <summary>Opens the buffer of a stopped agent and changes it; an exit code.</summary>
    public static int Change(string directory, TextWriter error, Action<SqliteStore> change, bool mayBeMissing = false) => Try(error, () =>
    {
        if (!File.Exists(Path.Combine(directory, "edge-agent.db")) && !(mayBeMissing && Directory.Exists(directory)))
            throw new StoreException(StoreFailure.Io,
                $"{directory} is not the data directory of an agent: there is no edge-agent.db. Name the configuration or the directory.");
        var prepared = DataDirectory.Prepare(directory, 0);
        if (prepared.Directory is not { } held) throw new StoreException(StoreFailure.Io, prepared.Error!);
        using var owned = held;
        using var store = SqliteStore.Open(new StoreOptions
        {
            Directory = held.Path, MaxSizeBytes = NoBound, OnFull = OverflowPolicy.Block, CommitsBytes = 0, Report = error.WriteLine,
            Clock = new SystemClock(),
        });
        change(store);
    });

    /// <summary>Runs <paramref name="action"/>; says what went wrong; an exit code.</summary>
    public static int Try(TextWriter error, Action action)
    {
        try
        {
            action();
            return ExitCode.Good;
        }
        catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine(e.Message);
            return ExitCode.Io;
        }
    }

    /// <summary>A text without what would steer the terminal: a sender wrote it.</summary>
    public static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
