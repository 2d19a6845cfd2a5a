
namespace EdgeAgent.Core.Formats;

/// <summary>A format of lines; one of the sealed kinds.</summary>
public abstract record LineFormatSettings
{
    /// <summary>A decoder of this format; it may keep state.</summary>
    public abstract ILineDecoder CreateDecoder();
}
