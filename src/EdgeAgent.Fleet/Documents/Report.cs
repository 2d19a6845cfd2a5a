using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Documents;

/// <summary>How a gateway is: the payload of a report. What runs, what is wanted and what failed stand apart.</summary>
/// <remarks>Wire form in docs/fleet.md; at most 2 KiB, for which log lines and findings give way first. Immutable.</remarks>
public sealed record Report
{
    /// <summary>The gateway.</summary>
    public required string Id { get; init; }

    /// <summary>Identity of its store: two of one id are two machines. Null when it has none.</summary>
    public string? Store { get; init; }

    /// <summary>Counts the reports since the gateway's key was made.</summary>
    public required long Number { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Whether its clock is synchronised; while it is not, it looks at no expiry.</summary>
    public required bool ClockIsSynchronised { get; init; }

    /// <summary>Version of the agent.</summary>
    public required string Agent { get; init; }

    /// <summary>Machine, such as <c>arm64</c>.</summary>
    public required string Arch { get; init; }

    /// <summary>Version of the root it trusts; 0 for none yet.</summary>
    public long Root { get; init; }

    /// <summary>Highest sequence numbers by scope.</summary>
    public IReadOnlyDictionary<string, long> Sequences { get; init; } = new Dictionary<string, long>();

    /// <summary>Version of its values; 0 for none.</summary>
    public long VarsVersion { get; init; }

    /// <summary>What it is about.</summary>
    public required GatewayState State { get; init; }

    /// <summary>What runs; null for the local file.</summary>
    public Running? Running { get; init; }

    /// <summary>What it shall run; null without a target.</summary>
    public DocumentRef? Wanted { get; init; }

    /// <summary>The scope of the target it follows; null for none.</summary>
    public string? WantedBy { get; init; }

    /// <summary>The rollout it is admitted to; null for none.</summary>
    public string? Rollout { get; init; }

    /// <summary>What failed last; null for nothing.</summary>
    public LastFailed? LastFailed { get; init; }

    /// <summary>What was refused last; null for nothing since the start.</summary>
    public RefusedMessage? Refused { get; init; }

    /// <summary>How it does.</summary>
    public Health Health { get; init; } = new();

    /// <summary>Starts of the agent inside a trial.</summary>
    public int Boots { get; init; }

    /// <summary>Whether somebody on site holds it.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Whether the local file's other sections differ from the document's.</summary>
    public bool HasDrift { get; init; }

    /// <summary>Whether the last good document could not be read and the local file runs.</summary>
    public bool IsFallback { get; init; }

    /// <summary>Reads a report; verifies nothing.</summary>
    public static Parsed<Report> Parse(ReadOnlyMemory<byte> payload) =>
        JsonFields.Read(payload, SizeLimits.ReportPayload, ReportJson.Read);

    /// <summary>The payload as it is signed; at most <see cref="SizeLimits.ReportPayload"/>.</summary>
    public byte[] ToPayload() => ReportJson.Write(this);
}
