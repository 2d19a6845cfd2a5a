namespace EdgeAgent.Core.Settings;

/// <summary>What happens when a bound is reached.</summary>
public enum OverflowPolicy
{
    /// <summary>Sources wait; nothing is lost.</summary>
    Block,

    /// <summary>The oldest records go, lowest priority first.</summary>
    DropOldest,

    /// <summary>New records are not taken; the oldest of a lower priority make room for them.</summary>
    DropNewest,
}
