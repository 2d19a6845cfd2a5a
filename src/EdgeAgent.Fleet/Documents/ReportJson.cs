using System.Text.Json;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Documents;

/// <summary>Reads and writes reports.</summary>
static class ReportJson
{
    const int MaxFindings = 10;
    const int MaxLog = 5;
    const int MaxLine = 200;
    const int MaxScopes = 130;
    static readonly string[] s_states = [.. Enum.GetNames<GatewayState>().Select(name => name.ToLowerInvariant())];
    static readonly string[] s_kinds = [.. Enum.GetNames<FailureKind>().Select(name => name.ToLowerInvariant())];

    public static Report Read(JsonFields fields)
    {
        fields.Form(1);
        var agent = fields.ObjectOrNull("agent");
        var wanted = fields.ObjectOrNull("wanted");
        return new()
        {
            Id = fields.Id("id"),
            Store = fields.IdOrNull("store"),
            Number = fields.Integer("n", 0, long.MaxValue),
            Time = fields.Time("time"),
            ClockIsSynchronised = fields.Word("clock", ["unsynchronised", "synchronised"], 0) == 1,
            Agent = agent?.Text("version", 64) ?? fields.Fail("", "agent", "missing"),
            Arch = agent?.Text("arch", 32) ?? "",
            Root = fields.IntegerOrNull("root", 0, int.MaxValue) ?? 0,
            Sequences = Sequences(fields),
            VarsVersion = fields.IntegerOrNull("vars", 0, long.MaxValue) ?? 0,
            State = (GatewayState)fields.Word("state", s_states, 0),
            Running = fields.ObjectOrNull("running") is { } running ? RunningOf(running) : null,
            Wanted = wanted is null ? null : Ref(wanted),
            WantedBy = wanted?.TextOrNull("by", 129),
            Rollout = wanted?.IdOrNull("rollout"),
            LastFailed = fields.ObjectOrNull("last_failed") is { } failed ? Failed(failed) : null,
            Refused = fields.ObjectOrNull("refused") is { } refused
                ? new(refused.Text("reason", 40), refused.Text("topic", 300), refused.Text("detail", MaxLine), refused.Integer("count", 0,
                    long.MaxValue))
                : null,
            Health = fields.ObjectOrNull("health") is { } health ? HealthOf(health) : new(),
            Boots = (int)(fields.IntegerOrNull("boots", 0, 1_000_000) ?? 0),
            IsHeld = fields.Boolean("hold"),
            HasDrift = fields.Boolean("drift"),
            IsFallback = fields.Boolean("fallback"),
        };
    }

    static Running RunningOf(JsonFields fields) => new(Ref(fields), fields.Time("since"), fields.Boolean("good"))
    {
        Vars = fields.IntegerOrNull("vars", 0, long.MaxValue) ?? 0,
    };

    static DocumentRef Ref(JsonFields fields) => new(fields.Hex("doc", Digest.Length), fields.Integer("version", 0, long.MaxValue));

    static Dictionary<string, long> Sequences(JsonFields fields)
    {
        var all = new Dictionary<string, long>(StringComparer.Ordinal);
        if (fields.ObjectOrNull("seq") is { } scopes)
            foreach (var scope in scopes.Names(MaxScopes, areScopes: true)) all[scope] = scopes.Integer(scope, 0, long.MaxValue);
        return all;
    }

    static LastFailed Failed(JsonFields fields) => new()
    {
        Document = Ref(fields),
        Vars = fields.IntegerOrNull("vars", 0, long.MaxValue) ?? 0,
        Rollout = fields.IdOrNull("rollout"),
        Retry = (int)(fields.IntegerOrNull("retry", 0, 1_000_000) ?? 0),
        At = fields.Time("at"),
        Kind = (FailureKind)fields.Word("kind", s_kinds, 0),
        Gate = fields.Text("gate", 64),
        Before = fields.TextOrNull("before", MaxLine),
        After = fields.TextOrNull("after", MaxLine),
        Findings = fields.Texts("findings", MaxFindings, MaxLine),
        Log = fields.Texts("log", MaxLog, MaxLine),
    };

    static Health HealthOf(JsonFields fields) => new()
    {
        Sources = Count(fields, "sources"),
        SourcesConnected = Count(fields, "connected"),
        Outputs = Count(fields, "outputs"),
        OutputsGood = Count(fields, "confirming"),
        ReadingsIn = fields.NumberOrNull("in") ?? 0,
        RecordsOut = fields.NumberOrNull("out") ?? 0,
        Bad = fields.NumberOrNull("bad") ?? 0,
        ResidentBytes = fields.IntegerOrNull("resident", 0, long.MaxValue) ?? 0,
        Alerts = Count(fields, "alerts"),
    };

    static int Count(JsonFields fields, string name) => (int)(fields.IntegerOrNull(name, 0, int.MaxValue) ?? 0);

    /// <summary>The log gives way first, then findings from the last; then detail of what was refused, then sequence numbers.</summary>
    public static byte[] Write(Report report)
    {
        var (findings, log, rest) = (MaxFindings, MaxLog, 2);
        while (true)
        {
            var payload = JsonText.Object(json => Write(json, report, findings, log, rest));
            if (payload.Length <= SizeLimits.ReportPayload) return payload;
            if (log > 0) log--;
            else if (findings > 0) findings--;
            else if (rest > 0) rest--;
            else return payload;
        }
    }

    static void Write(Utf8JsonWriter json, Report report, int findings, int log, int rest)
    {
        json.WriteNumber("v", 1);
        json.WriteString("id", report.Id);
        if (report.Store is { } store) json.WriteString("store", store);
        json.WriteNumber("n", report.Number);
        json.WriteString("time", JsonText.Time(report.Time));
        json.WriteString("clock", report.ClockIsSynchronised ? "synchronised" : "unsynchronised");
        json.WriteStartObject("agent");
        json.WriteString("version", report.Agent);
        json.WriteString("arch", report.Arch);
        json.WriteEndObject();
        json.WriteNumber("root", report.Root);
        if (rest > 0)
        {
            json.WriteStartObject("seq");
            foreach (var (scope, number) in report.Sequences.Take(MaxScopes)) json.WriteNumber(scope, number);
            json.WriteEndObject();
        }

        if (report.VarsVersion > 0) json.WriteNumber("vars", report.VarsVersion);
        json.WriteString("state", s_states[(int)report.State]);
        if (report.Running is { } running)
        {
            Start(json, "running", running.Document);
            json.WriteString("since", JsonText.Time(running.Since));
            json.WriteBoolean("good", running.IsGood);
            if (running.Vars > 0) json.WriteNumber("vars", running.Vars);
            json.WriteEndObject();
        }

        if (report.Wanted is { } wanted)
        {
            Start(json, "wanted", wanted);
            Text(json, "by", report.WantedBy);
            Text(json, "rollout", report.Rollout);
            json.WriteEndObject();
        }

        if (report.LastFailed is { } failed) Write(json, failed, findings, log);
        if (report.Refused is { } refused)
        {
            json.WriteStartObject("refused");
            json.WriteString("reason", refused.Reason);
            json.WriteString("topic", JsonText.Line(refused.Topic, 300));
            json.WriteString("detail", rest > 1 ? JsonText.Line(refused.Detail, MaxLine) : "");
            json.WriteNumber("count", refused.Count);
            json.WriteEndObject();
        }

        Write(json, report.Health);
        if (report.Boots > 0) json.WriteNumber("boots", report.Boots);
        if (report.IsHeld) json.WriteBoolean("hold", true);
        if (report.HasDrift) json.WriteBoolean("drift", true);
        if (report.IsFallback) json.WriteBoolean("fallback", true);
    }

    static void Write(Utf8JsonWriter json, LastFailed failed, int findings, int log)
    {
        Start(json, "last_failed", failed.Document);
        if (failed.Vars > 0) json.WriteNumber("vars", failed.Vars);
        Text(json, "rollout", failed.Rollout);
        if (failed.Retry > 0) json.WriteNumber("retry", failed.Retry);
        json.WriteString("at", JsonText.Time(failed.At));
        json.WriteString("kind", s_kinds[(int)failed.Kind]);
        json.WriteString("gate", JsonText.Line(failed.Gate, 64));
        Text(json, "before", failed.Before);
        Text(json, "after", failed.After);
        if (failed.Findings.Count > 0 && findings > 0)
            JsonText.Texts(json, "findings", failed.Findings.Take(findings).Select(line => JsonText.Line(line, MaxLine)));
        if (failed.Log.Count > 0 && log > 0) JsonText.Texts(json, "log", failed.Log.Take(log).Select(line => JsonText.Line(line, MaxLine)));
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Health health)
    {
        json.WriteStartObject("health");
        json.WriteNumber("sources", health.Sources);
        json.WriteNumber("connected", health.SourcesConnected);
        json.WriteNumber("outputs", health.Outputs);
        json.WriteNumber("confirming", health.OutputsGood);
        json.WriteNumber("in", Math.Round(health.ReadingsIn, 3));
        json.WriteNumber("out", Math.Round(health.RecordsOut, 3));
        json.WriteNumber("bad", Math.Round(health.Bad, 6));
        json.WriteNumber("resident", health.ResidentBytes);
        json.WriteNumber("alerts", health.Alerts);
        json.WriteEndObject();
    }

    static void Start(Utf8JsonWriter json, string name, DocumentRef document)
    {
        json.WriteStartObject(name);
        json.WriteString("doc", document.Digest);
        json.WriteNumber("version", document.Version);
    }

    static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null) json.WriteString(name, JsonText.Line(text, MaxLine));
    }
}
