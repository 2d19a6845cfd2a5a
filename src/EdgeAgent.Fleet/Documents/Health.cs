namespace EdgeAgent.Fleet.Documents;

/// <summary>How a gateway does, in a few figures.</summary>
public sealed record Health
{
    /// <summary>Sources it has.</summary>
    public int Sources { get; init; }

    /// <summary>Of them connected.</summary>
    public int SourcesConnected { get; init; }

    /// <summary>Outputs it has.</summary>
    public int Outputs { get; init; }

    /// <summary>Of them confirming.</summary>
    public int OutputsGood { get; init; }

    /// <summary>Readings that enter, a second.</summary>
    public double ReadingsIn { get; init; }

    /// <summary>Records that leave, a second.</summary>
    public double RecordsOut { get; init; }

    /// <summary>Share of bad messages, 0 to 1.</summary>
    public double Bad { get; init; }

    /// <summary>Resident memory [bytes].</summary>
    public long ResidentBytes { get; init; }

    /// <summary>Open alerts.</summary>
    public int Alerts { get; init; }
}
