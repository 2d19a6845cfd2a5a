using EdgeAgent.Core.Settings;

namespace EdgeAgent.Flow;

/// <summary>A source that takes some changed settings without a stop; which, its kind says.</summary>
interface IChangeable
{
    /// <summary>Goes by other settings from here on. Commit thread, all gates closed.</summary>
    void Change(SourceSettings settings, CommitSettings commit);
}
