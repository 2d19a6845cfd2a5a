namespace EdgeAgent.Core.Lines;

/// <summary>How frames are told apart on a line.</summary>
public enum FrameKind
{
    /// <summary>By bytes at the end, such as a line feed.</summary>
    Delimiter,

    /// <summary>By a fixed length.</summary>
    Fixed,

    /// <summary>By a length inside the frame.</summary>
    Length,
}
