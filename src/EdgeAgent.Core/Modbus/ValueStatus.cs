namespace EdgeAgent.Core.Modbus;

/// <summary>What became of one value of an answer.</summary>
public enum ValueStatus : byte
{
    /// <summary>A good value.</summary>
    Ok,

    /// <summary>Outside the valid range, or a device's mark for "not available" that lies outside it.</summary>
    OutOfRange,

    /// <summary>NaN, infinity or a digit above 9.</summary>
    Invalid,
}
