using System.CommandLine;
using System.Globalization;
using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Settings;
using EdgeAgent.Storage;
using static EdgeAgent.Cli.HeldBuffer;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent buffer</c>: what lies in the database, for people: what waits for outputs, and <c>rejected</c>, the
/// records an output refused for good.</summary>
/// <remarks>Looking goes beside a running agent; what changes the database takes the data directory's lock and
/// refuses while an agent has it.</remarks>
static class BufferCommand
{
    const int SampleBytes = 80;

    /// <summary>The command.</summary>
    public static Command Create() => new("buffer", "Works with the buffer of an agent.")
    {
        new Command("rejected", "Works with the records an output refused for good.")
        {
            Rejected("list", "Shows them: output, number, time, size, reason and how each begins. Goes beside a running agent.",
                (directory, output) => List(directory, output, Console.Out, Console.Error)),
            Rejected("export", "Writes them to standard output, one JSON line each. Goes beside a running agent.",
                (directory, output) => Export(directory, output, Console.OpenStandardOutput(), Console.Error)),
            Rejected("requeue",
                "Puts them at the end of their lanes again, in order, to be sent by the next start. The agent has to be stopped.",
                (directory, output) => Requeue(directory, output, Console.Out, Console.Error)),
            Rejected("purge", "Deletes them. The agent has to be stopped.",
                (directory, output) => Purge(directory, output, Console.Out, Console.Error)),
        },
        CreateSalvage(),
        CreateInspect(),
        CreateExport(),
        CreatePurge(),
    };

    static Command CreateInspect()
    {
        var where = new AgentLocation();
        var json = new Option<bool>("--json") { Description = "Print it as one JSON object." };
        var command = new Command("inspect",
            "Shows what waits for outputs, what is kept of rejected records and of state, and the files. The agent has to be stopped; "
                + "of one that runs `status` shows it.") { json };
        where.AddTo(command);
        command.SetAction(parsed => where.DataDirectory(parsed) is { } directory
            ? BufferContents.Inspect(directory, parsed.GetValue(json), Console.Out, Console.Error)
            : ExitCode.Configuration);
        return command;
    }

    static Command CreateExport()
    {
        var where = new AgentLocation();
        var output = OutputOption();
        var command = new Command("export",
            "Writes the records that wait for outputs to standard output, one JSON line each, and changes nothing. "
                + "The agent has to be stopped.") { output };
        where.AddTo(command);
        command.SetAction(parsed => where.DataDirectory(parsed) is { } directory
            ? BufferContents.Export(directory, parsed.GetValue(output), Console.OpenStandardOutput(), Console.Error)
            : ExitCode.Configuration);
        return command;
    }

    static Command CreatePurge()
    {
        var where = new AgentLocation();
        var output = OutputOption();
        var all = new Option<bool>("--all") { Description = "Those of all outputs." };
        var command = new Command("purge",
            "Drops the records that wait for an output, counts them as dropped, and gives their disk space back. "
                + "The agent has to be stopped.") { output, all };
        where.AddTo(command);
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(output);
            if (name is null != parsed.GetValue(all))
            {
                Console.Error.WriteLine("What waits is lost for good: say which by --output NAME, or --all.");
                return ExitCode.Usage;
            }

            return where.DataDirectory(parsed) is { } directory
                ? BufferContents.Purge(directory, name, Console.Out, Console.Error)
                : ExitCode.Configuration;
        });
        return command;
    }

    static ValueOption<string?> OutputOption() =>
        Take.Text("--output", "Only those of this output.", "a name under `outputs`, such as --output central");

    static Command CreateSalvage()
    {
        var where = new AgentLocation();
        var from = Take.Text("--from",
            "The damaged database. [default: the one in the directory if it is damaged, else the newest that was set aside]",
            "a database file, such as --from /var/lib/edge-agent/edge-agent.db.damaged-20260101T000000Z");
        var command = new Command("salvage",
            "Carries what is whole in a damaged database over into the one of the agent. The agent has to be stopped.") { from };
        where.AddTo(command);
        command.SetAction(parsed => where.DataDirectory(parsed) is { } directory
            ? Salvage(directory, parsed.GetValue(from), Console.Out, Console.Error)
            : ExitCode.Configuration);
        return command;
    }

    /// <summary>Takes over what is whole in <paramref name="from"/>.</summary>
    public static int Salvage(string directory, string? from, TextWriter to, TextWriter error) => Change(directory, error, store =>
    {
        if (from is null && store.Salvaged is not null) return; // opening it did, and said so
        from ??= new DatabaseFiles(directory, new SystemClock()).NewestDamaged
            ?? throw new StoreException(StoreFailure.Io,
                $"{directory} has no damaged database: edge-agent.db can be read, and none was set aside. Name one with --from.");
        to.WriteLine(store.TakeOver(from).ToString());
    }, mayBeMissing: true);

    static Command Rejected(string name, string description, Func<string, string?, int> run)
    {
        var where = new AgentLocation();
        var output = OutputOption();
        var command = new Command(name, description) { output };
        where.AddTo(command);
        command.SetAction(
            parsed => where.DataDirectory(parsed) is { } directory ? run(directory, parsed.GetValue(output)) : ExitCode.Configuration);
        return command;
    }

    /// <summary>One line a record.</summary>
    public static int List(string directory, string? output, TextWriter to, TextWriter error) => Try(error, () =>
    {
        var (count, bytes) = (0L, 0L);
        foreach (var row in RejectedRows.Read(directory, output))
        {
            var sample = Encoding.UTF8.GetString(row.Payload.AsSpan(0, Math.Min(row.Payload.Length, SampleBytes)));
            to.Write(string.Create(CultureInfo.InvariantCulture,
                $"{row.Lane.Output} {row.Number} {RecordJson.At(row.RejectedAtNs)} {row.Payload.Length} bytes: {OneLine(row.Reason)}: "));
            to.WriteLine(OneLine(sample));
            (count, bytes) = (count + 1, bytes + row.Payload.Length);
        }

        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} rejected records, {bytes} bytes"));
    });

    /// <summary>One JSON object a line and record.</summary>
    public static int Export(string directory, string? output, Stream to, TextWriter error) => Try(error, () =>
    {
        using var line = new MemoryStream();
        foreach (var row in RejectedRows.Read(directory, output))
        {
            line.SetLength(0);
            RecordJson.WriteLine(line, row);
            line.WriteTo(to);
        }
    });

    /// <summary>Back into their lanes.</summary>
    public static int Requeue(string directory, string? output, TextWriter to, TextWriter error) => Change(directory, error, store =>
    {
        var (requeued, kept) = store.RequeueRejected(output, new SystemClock().Now.WallNs);
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{requeued} records wait to be sent again."));
        if (kept > 0) to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kept} stay rejected: not all of them was kept."));
    });

    /// <summary>Deletes them.</summary>
    public static int Purge(string directory, string? output, TextWriter to, TextWriter error) => Change(directory, error, store =>
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{store.PurgeRejected(output)} rejected records deleted.")));
}
