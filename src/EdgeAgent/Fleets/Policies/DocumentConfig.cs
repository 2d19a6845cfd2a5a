using EdgeAgent.Configuration;
using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Specs;
using EdgeAgent.Fleet.Documents;

namespace EdgeAgent.Fleets.Policies;

/// <summary>From a document and what a gateway brings to it to the configuration that takes effect, with all findings at once.</summary>
/// <remarks>
/// <c>agent</c>, <c>fleet</c>, <c>status</c> and <c>telemetry</c> are the gateway's, all else is the document's. Nothing is read from a
/// file or a variable that the
/// gateway does not open to documents; at signing nothing is read at all. Never an exception on what a document holds.
/// </remarks>
public static class DocumentConfig
{
    /// <summary>The configuration as it takes effect on a gateway; without settings when a finding is an error.</summary>
    /// <param name="document">A verified document.</param>
    /// <param name="part">What the gateway brings.</param>
    public static ConfigResult Read(ConfigDocument document, GatewayPart part) => Read(document, part, document.Name + ".yaml");

    /// <summary>As the other, with the name that findings have.</summary>
    public static ConfigResult Read(ConfigDocument document, GatewayPart part, string name)
    {
        if (document.Config.Length > ConfigText.MaxBytes) return ConfigReader.Read(document.Config, name);
        var result = ConfigReader.Compose(document.Config, name, new Composition(document, part));
        var findings = result.Findings.Where(finding => part.Local is not null
            || finding.Code != FindingCodes.FileMissing).Select(OfDocument).ToList();
        return result with
        {
            Findings = findings,
            Settings = findings.Any(finding => finding.Severity == Severity.Error) ? null : result.Settings,
        };
    }

    // What is a warning in a file of one's own is none in a document, which lies in brokers.
    static Finding OfDocument(Finding finding) => finding.Code != FindingCodes.LiteralSecret ? finding
        : finding with
        {
            Code = FindingCodes.SecretInDocument,
            Message = "the secret stands in the document itself, which everybody on the broker can read. "
                + "Use `${file:…}` below `fleet.secrets`.",
        };

    sealed class Composition(ConfigDocument document, GatewayPart part) : IComposition
    {
        public IReadOnlyList<string> Kept => GatewayPart.Own;

        public SpecValues? First => part.Local?.Root;

        public string Folder => part.DataDirectory;

        public IReferenceRule References { get; } = new DocumentReferences(part.Reach, part.OwnFiles, isDry: part.Local is null);

        public ConfigNode Prepare(ConfigNode root, FindingList findings)
        {
            if (root is not MapNode map) return root;
            var kept = new List<(ScalarNode, ConfigNode)>();
            foreach (var (key, value) in map.Entries)
                if (!GatewayPart.Own.Contains(key.Text)) kept.Add((key, value));
                else
                    findings.Add(FindingCodes.NotFromAfar, key.At, key.Text,
                        "is always that of the gateway's own file. Remove it from the document.");
            return new DocumentVars(document.Vars, part.Sent, part.LocalVars, findings).Put(new MapNode(map.At, kept));
        }

        public void Check(SpecValues second, FindingList findings)
        {
            var reach = new ReachChecks(part.Reach, Path.GetFullPath(part.DataDirectory), part.OwnFiles, findings);
            foreach (var value in second.Written)
            {
                if (value.Spec.Name != "config" && !part.Reach.Allow.Contains(value.Spec.Name))
                    findings.Add(FindingCodes.NotAllowedFromAfar, value.KeyAt, value.Path,
                        "is not what this gateway takes from afar. Remove it, or name it in `fleet.allow` of the gateway.");
                reach.Run(value);
            }
        }
    }
}
