namespace EdgeAgent.Sources.Mqtt;

/// <summary>What to do with a PUBLISH of QoS 1 or 2.</summary>
enum Verdict
{
    /// <summary>New: its readings are taken.</summary>
    Take,

    /// <summary>A redelivery: it is not taken again; its acknowledgement leaves in its place.</summary>
    Skip,

    /// <summary>Not known yet: keep a copy and go on.</summary>
    Hold,

    /// <summary>A redelivery, and so were all held ones: forget the copies.</summary>
    SkipHeldToo,

    /// <summary>The held ones, if any, are new: take them in order (they are noted), then ask again for this one.</summary>
    TakeHeldFirst,

    /// <summary>The held ones were redeliveries: forget the copies, then ask again for this one.</summary>
    SkipHeldFirst,
}
