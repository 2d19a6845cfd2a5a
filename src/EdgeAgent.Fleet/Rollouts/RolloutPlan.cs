namespace EdgeAgent.Fleet.Rollouts;

/// <summary>How a document gets into a fleet: wave after wave.</summary>
public sealed record RolloutPlan
{
    static readonly TimeSpan s_longestSpread = TimeSpan.FromHours(4);

    /// <summary>The rollout's name; buckets hang on it.</summary>
    public required string Rollout { get; init; }

    /// <summary>The waves.</summary>
    public required IReadOnlyList<Wave> Waves { get; init; }

    /// <summary>The time within which a gateway's gates decide.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the gates have to stay true, with the grace before: the time one trial usually takes.</summary>
    public TimeSpan Trial { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>How often a gateway reports when nothing happens.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A gateway that is there is heard at least this often: two heartbeats, each up to 20 % late.</summary>
    public TimeSpan Alive => Heartbeat * 2.4;

    /// <summary>The canaries of a wave: its own and those of the waves before.</summary>
    public IReadOnlyList<string> CanariesOf(int wave) =>
        [.. Waves.Take(wave + 1).SelectMany(w => w.Canary).Distinct(StringComparer.Ordinal)];

    /// <summary>The wave that a target shows which admits so much; −1 when none of the plan's.</summary>
    public int WaveOf(int admit, IReadOnlyCollection<string> canaries)
    {
        for (var wave = Waves.Count - 1; wave >= 0; wave--)
            if (Waves[wave].Admit == admit && CanariesOf(wave).All(canaries.Contains)) return wave;
        return -1;
    }

    /// <summary>Over which time those start that a wave admits anew.</summary>
    /// <remarks>Without a choice of the plan: so that about as many are under trial at once as have proved the document before. A fault
    /// that
    /// shows within a trial so meets no more gateways than had to be risked anyway, and the time is the same for a fleet of any
    /// size.</remarks>
    /// <param name="wave">The wave.</param>
    /// <param name="admitted">Gateways newly admitted.</param>
    /// <param name="proved">Gateways on which the document is good.</param>
    public TimeSpan SpreadOf(int wave, int admitted, int proved)
    {
        if (Waves[wave].Spread is { } chosen) return chosen;
        if (wave == 0 || admitted <= proved) return TimeSpan.Zero;
        var spread = Trial * ((double)admitted / Math.Max(1, proved));
        return TimeSpan.FromSeconds(Math.Round(Math.Min(spread.TotalSeconds, s_longestSpread.TotalSeconds)));
    }
}
