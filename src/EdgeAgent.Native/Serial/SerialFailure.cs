namespace EdgeAgent.Native.Serial;

/// <summary>Why a port cannot be used.</summary>
public enum SerialFailure
{
    /// <summary>The path does not exist, or nothing is behind it (unplugged).</summary>
    NoPort,

    /// <summary>This user may not open it.</summary>
    NoPermission,

    /// <summary>Another process has it.</summary>
    InUse,

    /// <summary>It is not a serial port, or the driver refuses a setting.</summary>
    BadSetting,

    /// <summary>It was unplugged while open, or reading or writing failed.</summary>
    Lost,
}
