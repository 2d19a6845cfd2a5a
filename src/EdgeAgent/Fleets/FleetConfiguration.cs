using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleets.Keeping;
using EdgeAgent.Fleets.Policies;

namespace EdgeAgent.Fleets;

/// <summary>The configuration that runs, by the record: the local file alone, or with it the document that the record names.</summary>
sealed class FleetConfiguration(string localPath, FleetFolder folder)
{
    const string Prefix = "fleet:";

    /// <summary>The name by which the configuration of a document that does not run yet is read.</summary>
    public static string NameOf(KnownDocument document) => FormattableString.Invariant($"{Prefix}{document.Digest}:{document.Vars}");

    /// <summary>Whether a file, whatever else is wrong with it, says which gateway of which fleet this is.</summary>
    public static bool IsOfFleet(ConfigResult local) =>
        Section<AgentSettings>(local, "agent") is not null && Section<FleetSettings>(local, "fleet") is not null;

    /// <summary>Whether a finding only says that the file lacks a section which a document brings.</summary>
    public static bool IsOfDocument(Finding finding) =>
        finding.Code == FindingCodes.MissingKey && finding.Path is ("sources" or "pipelines" or "outputs");

    /// <summary>A file that says only which gateway of which fleet this is lacks nothing: a document brings the rest.</summary>
    public static ConfigResult Complete(ConfigResult local)
    {
        if (!IsOfFleet(local) || local.Findings.Count(IsOfDocument) < 3) return local;
        var own = local.Findings.Where(finding => !IsOfDocument(finding)).ToList();
        return (own.Any(finding => finding.Severity == Severity.Error) ? local : LinkAlone(local)) with { Findings = own };
    }

    /// <summary>A section of a file; null when it is missing or has errors.</summary>
    public static T? Section<T>(ConfigResult result, string name) where T : class => result.Root?.Nested<T>(name);

    /// <summary>Reads what has to run (by the path of the local file), a document by <see cref="NameOf"/>, or any other file.</summary>
    public ConfigResult Read(string path)
    {
        if (path.StartsWith(Prefix, StringComparison.Ordinal) && path[Prefix.Length..].Split(':') is [var digest, var vars])
            return Compose(digest, long.Parse(vars, System.Globalization.CultureInfo.InvariantCulture));
        return Path.GetFullPath(path) == Path.GetFullPath(localPath) && folder.Record.Current is { } document
            ? Compose(document.Digest, document.Vars) : ConfigReader.ReadFile(path);
    }

    /// <summary>The fleet link and what looks at the agent, without anything to do: what is left when nothing else can be read.</summary>
    public static ConfigResult LinkAlone(ConfigResult local)
    {
        var root = new SpecValues(GatewaySpec.Spec, "", "", default);
        foreach (var name in ConfigSections.Local)
            if (local.Root!.Find(name) is { } section && (section.Nested is null || section.Nested.Settings is not null))
                root.Set(name, section);
        return new ConfigResult(new GatewaySettings
        {
            Agent = Section<AgentSettings>(local, "agent")!,
            Sources = [],
            Pipelines = [],
            Outputs = [],
            Fleet = Section<FleetSettings>(local, "fleet"),
            Telemetry = Section<TelemetrySettings>(local, "telemetry") ?? new(),
            StatusPage = Section<ListenSettings>(local, "status"),
        }, local.Findings) { Root = root, Path = local.Path };
    }

    /// <summary>The configuration that runs line by line, each with where it came from.</summary>
    public IEnumerable<string> Lines()
    {
        var document = folder.Record.Current is { } current ? folder.Document(current.Digest) : null;
        return ConfigSections.Lines(localPath, LocalText(), document is null ? null : $"{document.Name} {document.Version}",
            document?.Config);
    }

    /// <summary>Whether the local file differs from the document in what the document brings.</summary>
    public bool HasDrift() => folder.Record.Current is { } current && folder.Document(current.Digest) is { } document
        && ConfigSections.HasDrift(LocalText(), document.Config);

    string LocalText() => SyncedFile.TryRead(localPath) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : "";

    ConfigResult Compose(string digest, long vars)
    {
        if (folder.Document(digest) is not { } document)
        {
            var gone = new Finding(digest, default, FindingCodes.FleetDocumentGone, "",
                "the document is not kept, or its bytes have changed. Hand it in or publish it again.");
            return new ConfigResult(null, [gone]);
        }

        var local = ConfigReader.ReadFile(localPath);
        return GatewayPart.Of(local, folder.Vars(vars)) is { } part ? DocumentConfig.Read(document, part) : local;
    }
}
