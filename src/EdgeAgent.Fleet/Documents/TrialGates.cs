using System.Text.Json;
using EdgeAgent.Core.Specs;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Documents;

/// <summary>What has to hold in a trial before a document counts as good. A null leaves the word to whoever is asked next.</summary>
/// <remarks>
/// The document's own goes first (the <c>config</c> role signed it), then the target's, then <see cref="Defaults"/>. Wire form:
/// <c>{"sources": "previous|any", "outputs": "previous|any", "commits": "ok|any", "restarts": 0, "readings": "&gt;=0.7x", "bad":
/// "&lt;=2x+1%",
/// "resident": "256MiB", "hold": "5m", "within": "15m", "grace": "60s"}</c>. Immutable.
/// </remarks>
public sealed record TrialGates
{
    static readonly string[] Previous = ["any", "previous"];
    static readonly string[] Ok = ["any", "ok"];

    /// <summary>The names of all gates.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["sources", "outputs", "commits", "restarts", "readings", "bad", "resident", "hold", "within", "grace"];

    /// <summary>Says nothing.</summary>
    public static readonly TrialGates Nothing = new();

    /// <summary>What holds where nobody says anything.</summary>
    public static readonly TrialGates Defaults = new()
    {
        Sources = true,
        Outputs = true,
        Commits = true,
        Restarts = 0,
        Readings = new(IsLeast: true, 0.7, 0),
        Bad = new(IsLeast: false, 2, 0.01),
        ResidentBytes = 256L << 20,
        Hold = TimeSpan.FromMinutes(5),
        Within = TimeSpan.FromMinutes(15),
        Grace = TimeSpan.FromSeconds(60),
    };

    /// <summary>Whether every source connected before has to be connected.</summary>
    public bool? Sources { get; init; }

    /// <summary>Whether every output has to confirm something, if it was not failing before.</summary>
    public bool? Outputs { get; init; }

    /// <summary>Whether commits have to work.</summary>
    public bool? Commits { get; init; }

    /// <summary>Most restarts of the agent.</summary>
    public int? Restarts { get; init; }

    /// <summary>Rate of readings that enter and that leave each pipeline, against the rate before.</summary>
    public RatioRule? Readings { get; init; }

    /// <summary>Share of bad messages, against the share before.</summary>
    public RatioRule? Bad { get; init; }

    /// <summary>Most resident memory [bytes].</summary>
    public long? ResidentBytes { get; init; }

    /// <summary>For how long all has to hold.</summary>
    public TimeSpan? Hold { get; init; }

    /// <summary>Within which time of the change.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>For how long after the change nothing is held against it.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>Whether nothing is said.</summary>
    public bool IsNothing => this == Nothing;

    /// <summary>This, and where it says nothing the next.</summary>
    public TrialGates Or(TrialGates next) => new()
    {
        Sources = Sources ?? next.Sources,
        Outputs = Outputs ?? next.Outputs,
        Commits = Commits ?? next.Commits,
        Restarts = Restarts ?? next.Restarts,
        Readings = Readings ?? next.Readings,
        Bad = Bad ?? next.Bad,
        ResidentBytes = ResidentBytes ?? next.ResidentBytes,
        Hold = Hold ?? next.Hold,
        Within = Within ?? next.Within,
        Grace = Grace ?? next.Grace,
    };

    /// <summary>The gates of a trial: the document's, the target's, the defaults.</summary>
    public static TrialGates Of(ConfigDocument document, Target? target) =>
        document.Gates.Or(target?.Gates ?? Nothing).Or(Defaults);

    /// <summary>Reads the object; says nothing when there is none.</summary>
    public static TrialGates Read(JsonFields? fields)
    {
        if (fields is null) return Nothing;
        var day = TimeSpan.FromDays(1);
        var resident = fields.TextOrNull("resident", 32);
        var bytes = 0L;
        if (resident is not null && !Words.TrySize(resident, out bytes)) fields.Fail(0, "resident", "not a size such as 256MiB");
        return new()
        {
            Sources = Flag(fields, "sources", Previous),
            Outputs = Flag(fields, "outputs", Previous),
            Commits = Flag(fields, "commits", Ok),
            Restarts = (int?)fields.IntegerOrNull("restarts", 0, 1000),
            Readings = Rule(fields, "readings", isLeast: true),
            Bad = Rule(fields, "bad", isLeast: false),
            ResidentBytes = resident is null ? null : bytes,
            Hold = fields.DurationOrNull("hold", day),
            Within = fields.DurationOrNull("within", day),
            Grace = fields.DurationOrNull("grace", day),
        };
    }

    static bool? Flag(JsonFields fields, string name, string[] words) => fields.Has(name) ? fields.Word(name, words, 0) == 1 : null;

    static RatioRule? Rule(JsonFields fields, string name, bool isLeast)
    {
        if (fields.TextOrNull(name, 32) is not { } text) return null;
        var rule = RatioRule.TryParse(text);
        return rule is not null && (rule == RatioRule.Any || rule.IsLeast == isLeast) ? rule
            : fields.Fail(RatioRule.Any, name, $"not a rule such as `{(isLeast ? Defaults.Readings : Defaults.Bad)}`, or `any`");
    }

    /// <summary>Writes what it says as one object.</summary>
    public void Write(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        Write(json, "sources", Sources is { } sources ? Previous[sources ? 1 : 0] : null);
        Write(json, "outputs", Outputs is { } outputs ? Previous[outputs ? 1 : 0] : null);
        Write(json, "commits", Commits is { } commits ? Ok[commits ? 1 : 0] : null);
        if (Restarts is { } restarts) json.WriteNumber("restarts", restarts);
        Write(json, "readings", Readings?.ToString());
        Write(json, "bad", Bad?.ToString());
        Write(json, "resident", ResidentBytes is { } bytes ? Words.Size(bytes) : null);
        Write(json, "hold", Hold is { } hold ? Words.Of(hold) : null);
        Write(json, "within", Within is { } within ? Words.Of(within) : null);
        Write(json, "grace", Grace is { } grace ? Words.Of(grace) : null);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }
}
