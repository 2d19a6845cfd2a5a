namespace EdgeAgent.Fleets.Managing;

/// <summary>What a manager remembers of rollouts beyond what the broker has: since when a wave has been good enough, and which failures
/// were told.
/// Without it a wave soaks once more.</summary>
sealed class RolloutMarks
{
    readonly HashSet<(string Rollout, string Id)> _told = [];

    /// <summary>The rollout it is about; null for none.</summary>
    public string? Rollout { get; private set; }

    /// <summary>Its wave.</summary>
    public int Wave { get; private set; }

    /// <summary>Since when the wave has been good enough; null for not yet.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>Remembers.</summary>
    public void Keep(string rollout, int wave, DateTimeOffset? since) => (Rollout, Wave, Since) = (rollout, wave, since);

    /// <summary>Since when this wave has been good enough; null for not yet, or not known.</summary>
    public DateTimeOffset? Reached(string rollout, int wave) => rollout == Rollout && wave == Wave ? Since : null;

    /// <summary>Whether the failure of a gateway was not told yet.</summary>
    public bool IsNew(string rollout, string id) => _told.Add((rollout, id));
}
