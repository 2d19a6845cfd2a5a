namespace EdgeAgent.Core.Stages;

/// <summary>What becomes of a reading from the future. None of them moves a watermark past the
/// gateway's clock plus the allowance.</summary>
public enum FuturePolicy
{
    /// <summary>Its time becomes the arrival time and its quality says so.</summary>
    Clamp,

    /// <summary>It is counted and dropped.</summary>
    Drop,

    /// <summary>It is kept with its time but never moves a watermark.</summary>
    Keep,
}
