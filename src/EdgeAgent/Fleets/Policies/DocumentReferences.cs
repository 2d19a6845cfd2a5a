using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Fleets.Policies;

/// <summary>Which references a document may have: only in keys that hold secrets, and only to what <c>fleet.secrets</c> names.</summary>
/// <remarks>Asked before a file is opened, so that a document cannot even have one read.</remarks>
sealed class DocumentReferences(FleetReach reach, OwnFiles own, bool isDry) : IReferenceRule
{
    /// <inheritdoc/>
    public bool IsDry => isDry;

    /// <inheritdoc/>
    public string? WhyNot(FieldSpec spec, string kind, string name)
    {
        if (spec.Type != FieldType.Secret && !spec.MayBeSecret)
            return "a document names files and variables only in keys that hold secrets, and this is none. "
                + "Write the value, or use `${var:name}`.";
        if (kind == "file" && own.Reached(name, isWritten: false) is { } real)
            return $"it leads by a link to {real}, which is the agent's own and never a document's. Name another file.";
        var isNamed = kind == "file" ? reach.SecretFolders.Any(folder => ReachChecks.IsBelow(name, folder))
            : reach.SecretVariables.Contains(name);
        return isNamed ? null : kind == "file"
            ? $"the file lies in none of the folders that this gateway opens to documents ({Folders()}). Put it there, or name its folder "
                + "in `fleet.secrets` of the gateway."
            : "the variable is not one that this gateway opens to documents. Name it in `fleet.secrets` of the gateway as `env:NAME`.";
    }

    string Folders() => reach.SecretFolders.Count == 0 ? "none" : string.Join(", ", reach.SecretFolders);
}
