using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration;

/// <summary>How a second configuration is put together with sections of a first one.</summary>
interface IComposition
{
    /// <summary>Sections that are always those of the first.</summary>
    IReadOnlyList<string> Kept { get; }

    /// <summary>What was read of the first; null when there is none, and then nothing comes of it but findings.</summary>
    SpecValues? First { get; }

    /// <summary>Where relative paths of the second start.</summary>
    string Folder { get; }

    /// <summary>Which references the second may have.</summary>
    IReferenceRule References { get; }

    /// <summary>The nodes of the second as they are bound.</summary>
    ConfigNode Prepare(ConfigNode root, FindingList findings);

    /// <summary>Adds findings about the bound second.</summary>
    void Check(SpecValues second, FindingList findings);
}
