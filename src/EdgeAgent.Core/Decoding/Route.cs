using EdgeAgent.Core.Formats;

namespace EdgeAgent.Core.Decoding;

/// <summary>What is known of one topic, or of one topic with one set of label values from payloads.</summary>
sealed class Route
{
    /// <summary>The series id of a field that was not needed yet.</summary>
    public const int Unresolved = -2;

    /// <summary>The series id of a field that the series table refused.</summary>
    public const int Refused = -1;

    /// <summary>Position of the key among the keys of the table.</summary>
    public int KeyStart;

    /// <summary>Length of the key [bytes].</summary>
    public int KeyLength;

    /// <summary>Tick of the series table at the last message.</summary>
    public int SeenTick;

    /// <summary>The subscription; null when none matches.</summary>
    public SubscriptionPlan? Plan;

    /// <summary>Whether a subscription brings the topic but does not mean it, and none matches.</summary>
    public bool IsPassedOver;

    /// <summary>The route found after this one the last time, or null.</summary>
    public Route? Next;

    /// <summary>The route of the topic's last labels in a payload, or null.</summary>
    public Route? Labelled;

    /// <summary>What the subscription's reader remembers of the topic.</summary>
    public TopicMemory Memory;

    /// <summary>A number no other route of the decoder has or had; starts the keys of its payload-label routes.</summary>
    public int Number;

    /// <summary>Generation of the series table at the last refusal.</summary>
    public int RefusedGeneration;

    /// <summary>Whether a hint on its times was given.</summary>
    public bool TimeHinted;

    /// <summary>Where its series ids start among those of the table; one a field.</summary>
    public int SeriesStart;

    /// <summary>Its series ids; 0 when no subscription matches.</summary>
    public int SeriesLength;
}
