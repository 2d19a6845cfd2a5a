namespace EdgeAgent.Core.Specs;

/// <summary>What becomes of the file that a path names.</summary>
public enum PathUse
{
    /// <summary>It is read.</summary>
    Read,

    /// <summary>It is written.</summary>
    Write,

    /// <summary>It is a device.</summary>
    Device,
}
