using EdgeAgent.Fleet.Documents;

namespace EdgeAgent.Fleets.Managing;

/// <summary>What a manager knows of one gateway.</summary>
sealed class SeenGateway
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its line in the list; null for one that is not there.</summary>
    public EnrolledGateway? Enrolled { get; init; }

    /// <summary>Its last report; null when none came.</summary>
    public Report? Report { get; set; }

    /// <summary>The report as it came.</summary>
    public byte[] Message { get; set; } = [];

    /// <summary>When it was heard: as the report says where that can be believed, else when it came here.</summary>
    public DateTimeOffset Heard { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Whether the report is signed by the key in the list. Only then it moves a rollout.</summary>
    public bool IsTrusted { get; set; }

    /// <summary>What is wrong with what came under its name; null for nothing.</summary>
    public string? Failure { get; set; }

    /// <summary>Reports that were not taken: forged, damaged, or older than the last one.</summary>
    public int NotTaken { get; set; }
}
