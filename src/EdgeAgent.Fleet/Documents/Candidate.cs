using System.Text.Json;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Documents;

/// <summary>A document that a rollout brings to more and more gateways.</summary>
/// <remarks>Immutable.</remarks>
public sealed record Candidate
{
    static readonly string[] States = ["run", "pause", "abort"];
    const int MaxCanaries = 32;

    /// <summary>The document.</summary>
    public required DocumentRef Document { get; init; }

    /// <summary>The rollout's name: it decides who is admitted when.</summary>
    public required string Rollout { get; init; }

    /// <summary>What the rollout does.</summary>
    public required CandidateState State { get; init; }

    /// <summary>How many of 10,000 buckets are admitted.</summary>
    public required int Admit { get; init; }

    /// <summary>Gateways admitted whatever their bucket.</summary>
    public IReadOnlyList<string> Canaries { get; init; } = [];

    /// <summary>Nobody begins before it; null for at once. Looked at only with a synchronised clock.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When in the day a gateway may begin; null for always.</summary>
    public DayWindow? Window { get; init; }

    /// <summary>Over which time those admitted begin.</summary>
    public TimeSpan Spread { get; init; }

    /// <summary>Raised to let gateways on which the document failed try it once more.</summary>
    public int Retry { get; init; }

    /// <summary>Whether a gateway with an open alert waits until it is over.</summary>
    public bool WaitsForAlerts { get; init; }

    /// <summary>Whether a gateway is admitted.</summary>
    public bool Admits(string id) => Canaries.Contains(id) || Bucket.Of(Rollout, id) < Admit;

    internal static Candidate Read(JsonFields fields)
    {
        var window = fields.TextOrNull("window", 80);
        return new()
        {
            Document = new(fields.Hex("doc", Digest.Length), fields.Integer("version", 1, long.MaxValue)),
            Rollout = fields.Id("rollout"),
            State = (CandidateState)fields.Word("state", States, 0),
            Admit = (int)fields.Integer("admit", 0, Bucket.Count),
            Canaries = fields.Ids("canary", MaxCanaries),
            NotBefore = fields.TimeOrNull("not_before"),
            Window = window is null ? null : DayWindow.TryParse(window)
                ?? fields.Fail<DayWindow?>(null, "window", "not such as `01:00-05:00 Europe/Berlin`"),
            Spread = fields.DurationOrNull("spread", TimeSpan.FromDays(1)) ?? TimeSpan.Zero,
            Retry = (int)(fields.IntegerOrNull("retry", 0, 1_000_000) ?? 0),
            WaitsForAlerts = fields.Boolean("no_alert"),
        };
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("candidate");
        json.WriteString("doc", Document.Digest);
        json.WriteNumber("version", Document.Version);
        json.WriteString("rollout", Rollout);
        json.WriteString("state", States[(int)State]);
        json.WriteNumber("admit", Admit);
        if (Canaries.Count > 0) JsonText.Texts(json, "canary", Canaries);
        if (NotBefore is { } start) json.WriteString("not_before", JsonText.Time(start));
        if (Window is { } window) json.WriteString("window", window.ToString());
        if (Spread > TimeSpan.Zero) json.WriteString("spread", Core.Specs.Words.Of(Spread));
        if (Retry > 0) json.WriteNumber("retry", Retry);
        if (WaitsForAlerts) json.WriteBoolean("no_alert", true);
        json.WriteEndObject();
    }
}
