using EdgeAgent.Core.Formats;

namespace EdgeAgent.Core.Decoding;

/// <summary>One entry of <c>subscriptions</c>.</summary>
public sealed record SubscriptionSettings
{
    static readonly Dictionary<string, IReadOnlyDictionary<string, string>> NoNames = [];

    /// <summary>Topic template: literal levels, <c>{label}</c> levels (one level each), <c>+</c>, and <c>#</c> last.</summary>
    public required string Topic { get; init; }

    /// <summary>Requested QoS, 0 to 2.</summary>
    public int Qos { get; init; } = 1;

    /// <summary>Shared-subscription group, or null.</summary>
    public string? Share { get; init; }

    /// <summary>Whether retained messages are read (default: dropped).</summary>
    public bool Retained { get; init; }

    /// <summary>How payloads become readings.</summary>
    public required FormatSettings Decode { get; init; }

    /// <summary>What values of labels become: by label, by value. A value that is not there stays.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Relabel { get; init; } = NoNames;

    /// <summary>Labels added to every series of this subscription.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
