namespace EdgeAgent.Core.Lines;

/// <summary>Flow control.</summary>
public enum LineFlow
{
    /// <summary>None.</summary>
    None,

    /// <summary>RTS and CTS lines.</summary>
    RtsCts,

    /// <summary>XON and XOFF characters.</summary>
    XonXoff,
}
