using System.Text.Json;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gates;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Rollback;

namespace EdgeAgent.Fleet.Gateway;

/// <summary>A <see cref="FleetRecord"/> as bytes. Members that an older version does not know are passed over; form 1.</summary>
public static class FleetRecordJson
{
    /// <summary>Most bytes of a record.</summary>
    public const int MostBytes = 120 << 10;

    const int MostNames = 100, MostText = 500;

    /// <summary>The bytes of a record.</summary>
    public static byte[] Write(FleetRecord record) => JsonText.Object(json =>
    {
        json.WriteNumber("v", 1);
        json.WriteNumber("starts", record.Starts);
        json.WriteString("phase", Word(record.Phase));
        Document(json, "running", record.Running);
        json.WriteString("since", JsonText.Time(record.RunningSince));
        json.WriteBoolean("by_hand", record.IsRunningByHand);
        if (record.Upcoming is { } upcoming) Write(json, upcoming);
        if (record.Trial is { } trial) Write(json, trial);
        Objects(json, "failed", record.Failed, failed => Members(json, failed));
        if (record.Postponed is { } later)
        {
            json.WriteStartObject("postponed");
            json.WriteString("doc", later.Digest);
            json.WriteNumber("tries", later.Tries);
            json.WriteString("not_before", JsonText.Time(later.NotBefore));
            json.WriteEndObject();
        }

        json.WriteNumber("link_misses", record.LinkMisses);
        if (record.Hold is { } hold)
        {
            json.WriteStartObject("hold");
            json.WriteBoolean("local", hold.IsLocal);
            json.WriteString("since", JsonText.Time(hold.Since));
            json.WriteEndObject();
        }

        if (record.Fallback is { } fallback) json.WriteString("fallback", Line(fallback));
        json.WriteStartObject("memory");
        AntiRollbackJson.Write(json, record.Memory);
        json.WriteEndObject();
    });

    /// <summary>The record of bytes that <see cref="Write(FleetRecord)"/> wrote; null of others.</summary>
    public static FleetRecord? Read(ReadOnlyMemory<byte> bytes) => JsonFields.Read(bytes, MostBytes, fields =>
    {
        fields.Form(1);
        return new FleetRecord
        {
            Starts = fields.Integer("starts", 0, long.MaxValue),
            Phase = Phase(fields, "phase"),
            Running = DocumentOf(fields.ObjectOrNull("running")),
            RunningSince = fields.Time("since"),
            IsRunningByHand = fields.Boolean("by_hand"),
            Upcoming = fields.ObjectOrNull("upcoming") is { } upcoming ? UpcomingOf(upcoming) : null,
            Trial = fields.ObjectOrNull("trial") is { } trial ? TrialOf(trial) : null,
            Failed = [.. fields.Objects("failed", FleetRecord.MostFailed).Select(FailedOf)],
            Postponed = fields.ObjectOrNull("postponed") is { } later
                ? new(later.Hex("doc", Digest.Length), (int)later.Integer("tries", 1, int.MaxValue), later.Time("not_before")) : null,
            LinkMisses = fields.IntegerOrNull("link_misses", 0, long.MaxValue) ?? 0,
            Hold = fields.ObjectOrNull("hold") is { } hold ? new(hold.Boolean("local"), hold.Time("since")) : null,
            Fallback = fields.TextOrNull("fallback", MostText),
            Memory = fields.ObjectOrNull("memory") is { } memory ? AntiRollbackJson.Read(memory)
                : fields.Fail(AntiRollback.Empty, "memory", "missing"),
        };
    }).Value;

    /// <summary>The word of a phase in files, reports and commands.</summary>
    public static string Word(FleetPhase phase) => phase.ToString().ToLowerInvariant();

    /// <summary>A text on one line and no longer than what is read.</summary>
    public static string Line(string text)
    {
        var line = string.Create(Math.Min(text.Length, MostText), text, (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = from[i] < ' ' ? ' ' : from[i];
        });
        return line.Length > 0 && char.IsHighSurrogate(line[^1]) ? line[..^1] : line;
    }

    static void Write(Utf8JsonWriter json, Upcoming upcoming)
    {
        json.WriteStartObject("upcoming");
        json.WriteString("doc", upcoming.Digest);
        json.WriteBoolean("by_hand", upcoming.Origin == DocumentOrigin.Hand);
        json.WriteBoolean("is_new", upcoming.IsNew);
        if (upcoming.Vars > 0) json.WriteNumber("vars", upcoming.Vars);
        json.WriteNumber("retry", upcoming.Retry);
        json.WriteString("rollout", upcoming.Rollout);
        Document(json, "document", upcoming.Document);
        if (upcoming.NotBefore is { } start) json.WriteString("not_before", JsonText.Time(start));
        if (upcoming.Window is { } window) json.WriteString("window", window.ToString());
        json.WriteNumber("delay_s", (long)upcoming.Delay.TotalSeconds);
        json.WriteBoolean("no_alert", upcoming.WaitsForAlerts);
        upcoming.Gates.Write(json, "gate");
        json.WriteEndObject();
    }

    static Upcoming UpcomingOf(JsonFields fields) => new()
    {
        Digest = fields.Hex("doc", Digest.Length),
        Origin = fields.Boolean("by_hand") ? DocumentOrigin.Hand : DocumentOrigin.Link,
        IsNew = fields.Boolean("is_new"),
        Vars = fields.IntegerOrNull("vars", 0, long.MaxValue) ?? 0,
        Retry = fields.Integer("retry", 0, long.MaxValue),
        Rollout = fields.Text("rollout", 128),
        Document = DocumentOf(fields.ObjectOrNull("document")),
        NotBefore = fields.TimeOrNull("not_before"),
        Window = fields.TextOrNull("window", 80) is { } window ? DayWindow.TryParse(window) : null,
        Delay = TimeSpan.FromSeconds(fields.Integer("delay_s", 0, 1 << 30)),
        WaitsForAlerts = fields.Boolean("no_alert"),
        Gates = TrialGates.Read(fields.ObjectOrNull("gate")),
    };

    static void Write(Utf8JsonWriter json, Trial trial)
    {
        json.WriteStartObject("trial");
        Document(json, "document", trial.Document);
        Document(json, "previous", trial.Previous);
        json.WriteBoolean("by_hand", trial.Origin == DocumentOrigin.Hand);
        json.WriteNumber("retry", trial.Retry);
        json.WriteString("rollout", trial.Rollout);
        json.WriteNumber("boots", trial.Boots);
        json.WriteString("since", JsonText.Time(trial.Since));
        json.WriteNumber("since_ns", trial.SinceNs);
        json.WriteString("machine_boot", trial.MachineBoot);
        json.WriteBoolean("needs_link", trial.NeedsLink);
        trial.Gates.Write(json, "gate");
        var before = trial.Before;
        json.WriteStartObject("before");
        JsonText.Texts(json, "sources", before.Sources);
        JsonText.Texts(json, "failing_outputs", before.FailingOutputs);
        Objects(json, "pipelines", before.Pipelines, flow =>
        {
            json.WriteString("name", flow.Key);
            json.WriteNumber("in", flow.Value.In);
            json.WriteNumber("out", flow.Value.Out);
        });
        json.WriteNumber("bad", before.Bad);
        json.WriteNumber("resident", before.ResidentBytes);
        json.WriteNumber("over_s", before.Over.TotalSeconds);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static Trial TrialOf(JsonFields fields)
    {
        var before = fields.ObjectOrNull("before");
        return new Trial
        {
            Document = DocumentOf(fields.ObjectOrNull("document")) ?? fields.Fail(new KnownDocument("", "", 1), "document", "missing"),
            Previous = DocumentOf(fields.ObjectOrNull("previous")),
            Origin = fields.Boolean("by_hand") ? DocumentOrigin.Hand : DocumentOrigin.Link,
            Retry = fields.Integer("retry", 0, long.MaxValue),
            Rollout = fields.Text("rollout", 128),
            Boots = (int)fields.Integer("boots", 0, int.MaxValue),
            Since = fields.Time("since"),
            SinceNs = fields.Integer("since_ns", long.MinValue, long.MaxValue),
            MachineBoot = fields.Text("machine_boot", 64),
            NeedsLink = fields.Boolean("needs_link"),
            Gates = TrialGates.Read(fields.ObjectOrNull("gate")),
            Before = before is null ? GateBaseline.None : new GateBaseline
            {
                Sources = before.Texts("sources", MostNames, MostText),
                FailingOutputs = before.Texts("failing_outputs", MostNames, MostText),
                Pipelines = before.Objects("pipelines", MostNames).DistinctBy(f => f.Text("name", MostText)).ToDictionary(
                    f => f.Text("name", MostText), f => new GateFlow(f.NumberOrNull("in") ?? 0, f.NumberOrNull("out") ?? 0)),
                Bad = before.NumberOrNull("bad") ?? 0,
                ResidentBytes = before.Integer("resident", 0, long.MaxValue),
                Over = TimeSpan.FromSeconds(Math.Clamp(before.NumberOrNull("over_s") ?? 0, 0, 1e6)),
            },
        };
    }

    static void Members(Utf8JsonWriter json, FailedDocument failed)
    {
        json.WriteString("doc", failed.Digest);
        Document(json, "document", failed.Document);
        json.WriteString("how", Word(failed.How));
        json.WriteNumber("retry", failed.Retry);
        json.WriteString("rollout", failed.Rollout);
        json.WriteBoolean("unreported", failed.IsUnreported);
        json.WriteString("at", JsonText.Time(failed.At));
        json.WriteString("reason", Line(failed.Reason));
        if (failed.Gate is { } gate)
        {
            json.WriteString("gate", Line(gate.Gate));
            json.WriteString("before", Line(gate.Before));
            json.WriteString("after", Line(gate.After));
        }

        JsonText.Texts(json, "findings", failed.Findings.Select(Line));
        JsonText.Texts(json, "log", failed.Log.Select(Line));
    }

    static FailedDocument FailedOf(JsonFields fields) => new()
    {
        Digest = fields.Hex("doc", Digest.Length),
        Document = DocumentOf(fields.ObjectOrNull("document")),
        How = Phase(fields, "how"),
        Retry = fields.Integer("retry", 0, long.MaxValue),
        Rollout = fields.Text("rollout", 128),
        IsUnreported = fields.Boolean("unreported"),
        At = fields.Time("at"),
        Reason = fields.Text("reason", MostText),
        Gate = fields.TextOrNull("gate", MostText) is { } gate
            ? new(gate, fields.Text("before", MostText), fields.Text("after", MostText)) : null,
        Findings = fields.Texts("findings", FailedDocument.MostFindings, MostText),
        Log = fields.Texts("log", FailedDocument.MostFindings, MostText),
    };

    static FleetPhase Phase(JsonFields fields, string name) =>
        Enum.TryParse<FleetPhase>(fields.Text(name, 20), ignoreCase: true, out var phase) && Enum.IsDefined(phase)
            ? phase : fields.Fail(FleetPhase.Steady, name, "not a phase");

    static void Document(Utf8JsonWriter json, string name, KnownDocument? document)
    {
        if (document is null) return;
        json.WriteStartObject(name);
        Members(json, document);
        json.WriteEndObject();
    }

    static void Members(Utf8JsonWriter json, KnownDocument document)
    {
        json.WriteString("doc", document.Digest);
        json.WriteString("name", document.Name);
        json.WriteNumber("version", document.Version);
        if (document.Vars > 0) json.WriteNumber("vars", document.Vars);
    }

    static KnownDocument? DocumentOf(JsonFields? fields) =>
        fields is null ? null : new(fields.Hex("doc", Digest.Length), fields.Id("name"), fields.Integer("version", 1, long.MaxValue))
        {
            Vars = fields.IntegerOrNull("vars", 0, long.MaxValue) ?? 0,
        };

    static void Objects<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> members)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            members(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
