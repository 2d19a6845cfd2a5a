using System.Text.Json;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Keeping;
using EdgeAgent.Status;

namespace EdgeAgent.Fleets;

/// <summary>Answers the command <c>fleet</c> of the status socket: <c>state</c>, <c>apply</c>, <c>outcome</c>, <c>hold</c>, <c>release</c>,
/// <c>retry</c>. Threads of the socket.</summary>
sealed class FleetAnswers(FleetIdentity identity, FleetAgent agent, FleetFolder folder, Func<IEnumerable<string>> lines)
{
    const string FromHand = "fleet apply";

    /// <summary>Answers one request.</summary>
    /// <exception cref="InvalidOperationException">It is not understood, or not possible now; the message says why.</exception>
    public void Answer(JsonElement request, Utf8JsonWriter json)
    {
        var verb = Text(request, "verb");
        try
        {
            switch (verb)
            {
                case "state": State(json); break;
                case "apply": Apply(Convert.FromBase64String(Text(request, "message")), json); break;
                case "outcome":
                    Outcome(Text(request, "doc"), request.TryGetProperty("vars", out var vars) ? vars.GetInt64() : 0, json);
                    break;
                case "hold": Hold(request.TryGetProperty("local", out var local) && local.ValueKind == JsonValueKind.True, json); break;
                case "release": Give(new FleetEvent.Released(), "released: targets are followed again", json); break;
                case "retry": Give(new FleetEvent.RetryAsked(Text(request, "doc")), "may be tried again", json); break;
                default: throw new InvalidOperationException($"`{verb}` is none of state, apply, outcome, hold, release, retry");
            }
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException(e.Message, e);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(e.Message, e);
        }
    }

    /// <summary>What the status shows of the fleet, in a few lines.</summary>
    public StatusFields Status()
    {
        var record = agent.Record;
        var fields =
            new StatusFields { { "state", FleetRecordJson.Word(record.Phase) }, { "running", record.Current?.ToString() ?? "local file" } };
        if (record.Current is { } current)
        {
            fields.Add("document", current.Name);
            fields.Add("version", current.Version);
            fields.Add("digest", current.Digest[..8]);
            if (current.Vars > 0) fields.Add("values", current.Vars);
            fields.Add("since_s", (record.Trial is { } trial && trial.Document == current ? trial.Since : record.RunningSince)
                .ToUnixTimeSeconds());
        }

        fields.Add("documents", agent.Tally.Fields);
        if (record.Upcoming is { } upcoming) fields.Add("wanted", upcoming.Document?.ToString() ?? upcoming.Digest);
        if (agent.WaitsFor is { } waits) fields.Add("waits_for", waits);
        if (agent.GateNow is { } gate) fields.Add("gate", gate);
        if (record.Failed.Count > 0) fields.Add("last_failed", Sentence(record.Failed[0]));
        if (agent.Inbox.Refused is { } refused)
        {
            fields.Add("refused", refused.Count);
            fields.Add("last_refused", $"{refused.Topic}: {refused.Reason}: {refused.Detail}");
        }

        fields.Add("root", agent.Inbox.Root?.Version ?? 0);
        if (agent.Inbox.RootFailure is { } root) fields.Add("root_error", root);
        if (agent.Link is { } link)
        {
            fields.Add("connected", link.IsConnected);
            fields.Add("reports", agent.Reporter.Sent);
            fields.Add("bytes_in", link.Bytes.In);
            fields.Add("bytes_out", link.Bytes.Out);
            fields.Add("link_error", link.Failure);
        }

        if (record.LinkMisses > 0) fields.Add("link_misses", record.LinkMisses);
        if (record.Hold is { } hold) fields.Add("hold", hold.IsLocal ? "local" : "targets");
        if (record.Fallback is { } fallback) fields.Add("fallback", fallback);
        return fields;
    }

    void State(Utf8JsonWriter json)
    {
        var record = agent.Record;
        json.WriteStartObject();
        json.WritePropertyName("status");
        StatusJson.Write(json, Status());
        json.WriteString("id", identity.Id);
        JsonText.Texts(json, "groups", identity.Groups.Append(FleetTopics.All).Distinct());
        json.WriteString("key", agent.Folder.Key.Public.Id);
        json.WriteString("followed", agent.Inbox.Followed?.Scope);
        json.WriteStartObject("seq");
        foreach (var (scope, mark) in record.Memory.Sequences) json.WriteNumber(scope, mark.Number);
        json.WriteEndObject();
        JsonText.Texts(json, "last_good", record.Memory.LastGood);
        if (record.Trial is { } trial)
        {
            json.WriteStartObject("trial");
            json.WriteString("document", trial.Document.ToString());
            json.WriteString("previous", trial.Previous?.ToString() ?? "local file");
            json.WriteString("since", JsonText.Time(trial.Since));
            json.WriteNumber("boots", trial.Boots);
            trial.Gates.Or(TrialGates.Defaults).Write(json, "gates");
            json.WriteEndObject();
        }

        json.WriteStartArray("failed");
        foreach (var failed in record.Failed) Write(json, failed);
        json.WriteEndArray();
        JsonText.Texts(json, "lines", lines());
        json.WriteEndObject();
    }

    void Apply(byte[] message, Utf8JsonWriter json)
    {
        var envelope = Envelope.Parse(message, null, SizeLimits.Document);
        if (envelope.IsGood && envelope.Value.Type is PayloadTypes.Root or PayloadTypes.Vars)
        {
            var isTaken = agent.Ask(() => agent.HandIn(envelope.Value!.Type, message));
            if (isTaken && envelope.Value!.Type == PayloadTypes.Vars && WaitingVars(agent.Record) is { } document)
                Write(json, "trying", $"Document {document} is tried.", document.Digest, vars: document.Vars);
            else
                Write(json, isTaken ? "applied" : "rejected",
                    isTaken ? "taken" : $"{agent.Inbox.Refused?.Reason}: {agent.Inbox.Refused?.Detail}", null);
            return;
        }

        var (result, sentence, digest) = agent.Ask(() => Document(message));
        Write(json, result, sentence, digest);
    }

    (string Result, string Sentence, string? Digest) Document(byte[] message)
    {
        if (agent.Inbox.Acceptance is not { } acceptance)
            return ("rejected", agent.Inbox.RootFailure
                ?? "no root is trusted here yet: the pinned one has not come. Hand it in first: edge-agent fleet apply ROOT.", null);
        var read = acceptance.Document(message, null, out var digest);
        if (!read.IsGood)
        {
            agent.Inbox.Refuse(FromHand, read.Refusal);
            return ("rejected", read.Refusal.ToString(), digest.Length > 0 ? digest : null);
        }

        if (FleetMachine.Busy(agent.Record) is { } busy)
            return (agent.Record.Trial?.Document.Digest == digest ? "trying" : "rejected", busy, digest);
        var document = new KnownDocument(digest, read.Value.Name, read.Value.Version)
        {
            Vars = agent.Record.Memory.Vars?.Number ?? 0,
        };
        if (agent.Record.Running?.Digest == digest) return ("applied", $"Document {document} runs already.", digest);
        folder.Keep(digest, message);
        agent.Inbox.NothingIsNew();
        return agent.Take(new FleetEvent.HandedIn(new Upcoming
        {
            Digest = digest, Origin = DocumentOrigin.Hand, Document = document, Vars = document.Vars,
            Gates = TrialGates.Of(read.Value, null),
        })) ? ("trying", $"Document {document} is taken and being checked.", digest)
            : ("rejected", "The fleet's state cannot be written; see the agent's log.", digest);
    }

    /// <summary>The document that runs with the newest values, while it is tried with them or will be; null when it is not.</summary>
    static KnownDocument? WaitingVars(FleetRecord record) => record is not { Running: { } running, Memory.Vars.Number: var vars } ? null
        : record.Upcoming?.Vars == vars || record.Trial?.Document.Vars == vars || record.UntriedVars is not null
            ? running with { Vars = vars } : null;

    void Outcome(string digest, long vars, Utf8JsonWriter json)
    {
        var record = agent.Record;
        if (vars > 0 && WaitingVars(record) is { } waiting && waiting.Digest == digest && waiting.Vars == vars)
        {
            Write(json, "trying", $"{FleetRecordJson.Word(record.Phase)}{(agent.WaitsFor is { } why ? $": {why}" : "")}", digest,
                vars: vars);
            return;
        }

        var failed = record.Failed.FirstOrDefault(f => vars > 0 ? f.IsOf(digest, vars) : f.Digest == digest);
        if (vars > 0 && record.Running?.Digest == digest && record.Running.Vars < vars && failed is not null)
        {
            Write(json, failed.How == FleetPhase.Reverting ? "reverted" : "rejected", Sentence(failed), digest, failed, vars);
            return;
        }

        var isBusy = record.Upcoming?.Digest == digest || record.Trial?.Document.Digest == digest;
        var (result, sentence) = isBusy
            ? ("trying", $"{FleetRecordJson.Word(record.Phase)}{(agent.WaitsFor is { } waits ? $": {waits}" : "")}")
            : record.Running?.Digest == digest ? ("applied", $"Document {record.Running} proved good and runs.")
            : failed is null ? ("rejected", "it is not known here: another document took its place, or the agent began anew")
            : (failed.How == FleetPhase.Reverting ? "reverted" : "rejected", Sentence(failed));
        Write(json, result, sentence, digest, failed);
    }

    void Hold(bool isLocal, Utf8JsonWriter json)
    {
        if (isLocal && FleetMachine.Busy(agent.Record) is { } busy && agent.Record.Trial is not null) Write(json, "rejected", busy, null);
        else
            Give(new FleetEvent.Held(isLocal), isLocal ? "held: the local file runs until `fleet release`"
                : "held: targets are ignored until `fleet release`", json);
    }

    void Give(FleetEvent happened, string sentence, Utf8JsonWriter json)
    {
        var isTaken = agent.Ask(() => agent.Take(happened));
        Write(json, isTaken ? "applied" : "rejected",
            isTaken ? sentence : "The fleet's state cannot be written; see the agent's log.", null);
    }

    static void Write(Utf8JsonWriter json, string result, string sentence, string? digest, FailedDocument? failed = null,
        long vars = 0)
    {
        json.WriteStartObject();
        json.WriteString("result", result);
        json.WriteString("message", sentence);
        if (digest is not null) json.WriteString("doc", digest);
        if (vars > 0) json.WriteNumber("vars", vars);
        if (failed is not null)
        {
            json.WritePropertyName("failed");
            Write(json, failed);
        }

        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, FailedDocument failed)
    {
        json.WriteStartObject();
        json.WriteString("doc", failed.Digest);
        json.WriteString("document", failed.Document?.ToString());
        json.WriteString("message", Sentence(failed));
        json.WriteString("how", failed.How == FleetPhase.Reverting ? "reverted" : FleetRecordJson.Word(failed.How));
        json.WriteString("at", JsonText.Time(failed.At));
        if (failed.Gate is { } gate)
        {
            json.WriteString("gate", gate.Gate);
            json.WriteString("before", gate.Before);
            json.WriteString("after", gate.After);
        }

        json.WriteString("reason", failed.Reason);
        JsonText.Texts(json, "findings", failed.Findings);
        JsonText.Texts(json, "log", failed.Log);
        json.WriteEndObject();
    }

    static string Sentence(FailedDocument failed) => $"{failed.Document?.ToString() ?? failed.Digest}: "
        + (failed.Gate is { } gate ? $"reverted by {gate}" : $"{FleetRecordJson.Word(failed.How)}: {failed.Reason}");

    static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
