namespace EdgeAgent.Core.Stages;

/// <summary>What a notice is about; the host limits its log by pipeline and kind.</summary>
public enum NoticeKind
{
    /// <summary>An event time is too far ahead of the gateway's clock.</summary>
    Future,

    /// <summary>An event time is before everything its group still takes.</summary>
    Late,

    /// <summary>A group's first event time looks like another unit.</summary>
    Unit,

    /// <summary>A group holds as many windows as it may.</summary>
    Evicted,

    /// <summary>A group of <c>align</c> takes readings and gives no rows.</summary>
    Waiting,
}
