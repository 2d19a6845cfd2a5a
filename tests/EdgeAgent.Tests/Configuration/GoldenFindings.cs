using EdgeAgent.Configuration;
using EdgeAgent.Core.Specs;
using Xunit;

namespace EdgeAgent.Tests.Configuration;

/// <summary>Each folder of <c>cases/config</c> holds a configuration and the findings it must give, line by line.</summary>
/// <remarks>Set <c>EDGE_AGENT_ACCEPT=1</c> to write what comes out as the new expectation;
/// read the difference before committing it.</remarks>
public sealed class GoldenFindings
{
    static readonly string Cases = Repository.Path("tests/EdgeAgent.Tests/cases/config");

    /// <summary>The names of the cases.</summary>
    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Cases).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Names))]
    public void Gives_the_expected_findings(string name)
    {
        var actual = string.Concat(Read(name).Findings.Select(f => f + "\n"));
        var expected = Path.Combine(Cases, name, "expected.findings");
        if (Environment.GetEnvironmentVariable("EDGE_AGENT_ACCEPT") == "1") File.WriteAllText(expected, actual);
        Assert.Equal(File.ReadAllText(expected), actual);
    }

    [Fact]
    public void Every_code_is_reached_by_a_case()
    {
        var reached = Names.SelectMany(n => Read(n.Data).Findings).Select(f => f.Code).ToHashSet();
        Assert.Empty(FindingCodes.All.Where(c => !reached.Contains(c) && !OtherTests.Contains(c)).Select(c => c.Id + " " + c.Title));
    }

    [Fact]
    public void Settings_exist_exactly_when_no_finding_is_an_error() =>
        Assert.All(Names, n =>
        {
            var result = Read(n.Data);
            Assert.Equal(!result.Findings.Any(f => f.Severity == Severity.Error), result.IsGood);
        });

    // These need a file that a repository cannot hold, or a model that is tried; ConfigFileTests and ModelCaseTests reach them.
    static readonly FindingCode[] OtherTests =
    [
        FindingCodes.FileUnreadable,
        FindingCodes.NeedsRestart,
        FindingCodes.FileTooLarge,
        FindingCodes.OpenSecretFile,
        FindingCodes.SecretFile,
        FindingCodes.FormerName, // no key has one yet; FormerNameTests
        FindingCodes.NoMachineName, // depends on the machine; MachineTests
        FindingCodes.UnusableModel,
        // Of documents of a fleet; DocumentReachTests. A file of one's own reaches BadVar alone.
        FindingCodes.NotFromAfar,
        FindingCodes.NotAllowedFromAfar,
        FindingCodes.SecretElsewhere,
        FindingCodes.PathElsewhere,
        FindingCodes.HostElsewhere,
        FindingCodes.SecretInDocument,
        FindingCodes.BadVar,
        FindingCodes.FleetDocumentGone, // of what the gateway keeps; FleetLifeTests
        FindingCodes.ModelNote,
    ];

    /// <summary>Reads a case; its findings show the short name.</summary>
    static ConfigResult Read(string name)
    {
        var result = ConfigReader.ReadFile(Path.Combine(Cases, name, "config.yaml"));
        return result with { Findings = [.. result.Findings.Select(f => f with { File = "config.yaml" })] };
    }
}
