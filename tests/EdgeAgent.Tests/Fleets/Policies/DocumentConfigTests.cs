using EdgeAgent.Configuration;
using EdgeAgent.Core.Specs;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleets.Policies;
using EdgeAgent.Sources.Modbus;
using EdgeAgent.Tests.Fleet;
using Xunit;

namespace EdgeAgent.Tests.Fleets.Policies;

public sealed class DocumentConfigTests
{
    const string Yaml = """
        sources:
          m:
            type: modbus
            address: "127.0.0.1:502"
            units: [{ unit: "${var:unit}", device: d, labels: { place: "${var:place}" }, registers: [{ metric: x, address: 0 }] }]
        pipelines: { p: { from: m, to: o, stages: [{ keep: { device: "*" } }] } }
        outputs: { o: { type: console } }
        """;

    static readonly Dictionary<string, VarDeclaration> Declared = new()
    {
        ["unit"] = new(VarType.Integer, null),
        ["place"] = new(VarType.Text, "hall"),
    };

    static ConfigResult Local(string vars = "{}") => ConfigReader.Read($$"""
        agent: { id: gw-a, data_dir: /tmp/edge-agent-none }
        status: { listen: 127.0.0.1:8080 }
        fleet: { root: ./root.json, vars: {{vars}} }
        sources: broken
        """, "/etc/edge-agent/config.yaml");

    static Vars Sent(params (string, object)[] values) =>
        new() { Id = "gw-a", Version = 1, Issued = FleetKit.Noon, Values = values.ToDictionary(v => v.Item1, v => v.Item2) };

    static ConfigResult Read(Vars? sent, string local, string yaml = Yaml) =>
        DocumentConfig.Read(FleetKit.Document(42, yaml) with { Vars = Declared }, GatewayPart.Of(Local(local), sent)!);

    static (int Unit, string Place) UnitOf(ConfigResult read)
    {
        Assert.True(read.IsGood, string.Join('\n', read.Findings));
        var unit = ((ModbusSourceSettings)read.Settings!.Sources[0]).Units[0];
        return (unit.Unit, unit.Labels["place"]);
    }

    [Fact]
    public void What_the_fleet_sent_goes_before_the_own_file_before_the_default()
    {
        Assert.Equal((17, "press 7"), UnitOf(Read(Sent(("unit", 17L), ("place", "press 7")), "{ unit: 3, place: own }")));
        Assert.Equal((3, "own"), UnitOf(Read(null, "{ unit: 3, place: own }")));
        Assert.Equal((3, "hall"), UnitOf(Read(Sent(), "{ unit: 3 }")));
    }

    [Fact]
    public void A_value_is_whole_and_never_text_that_is_parsed_again()
    {
        const string place = "a, registers: []}] # ${file:/etc/shadow} ${var:unit}: \"";
        Assert.Equal(place, UnitOf(Read(Sent(("unit", 1L), ("place", place)), "{}")).Place);
    }

    [Theory]
    [InlineData("{}", "no value `unit`")]
    [InlineData("{ unit: x }", "no integer")]
    [InlineData("{ unit: 300 }", "255")]
    public void A_value_that_is_missing_or_none_is_a_finding(string local, string words)
    {
        var finding = Assert.Single(Read(null, local).Findings, f => f.Severity == Severity.Error);
        Assert.Contains(words, finding.Message, StringComparison.Ordinal);
        Assert.Equal(("press-line.yaml", 5), (finding.File, finding.Line));
    }

    [Fact]
    public void A_value_has_to_be_declared_and_alone()
    {
        Assert.Equal(FindingCodes.BadVar, Assert.Single(Read(Sent(("unit", "17")), "{}").Findings, f => f.Severity == Severity.Error).Code);
        var other = Read(Sent(("unit", 1L)), "{}", Yaml.Replace("var:place", "var:plaice", StringComparison.Ordinal)).Findings;
        Assert.Contains("Did you mean `place`?", Assert.Single(other, f =>
            f.Severity == Severity.Error).Message, StringComparison.Ordinal);
        var beside = Read(Sent(("unit", 1L)), "{}", Yaml.Replace("${var:place}", "x-${var:place}", StringComparison.Ordinal)).Findings;
        Assert.Equal(FindingCodes.BadVar, Assert.Single(beside, f => f.Severity == Severity.Error).Code);
        Assert.Contains(ConfigReader.Read("agent: { id: \"${var:x}\", data_dir: /d }", "c").Findings, f => f.Code == FindingCodes.BadVar);
    }

    [Fact]
    public void A_gateway_whose_own_sections_are_broken_takes_nothing() =>
        Assert.Null(GatewayPart.Of(ConfigReader.Read("agent: { id: gw-a, data_dir: /d }\nfleet: { root: x }\n", "c")));

    [Fact]
    public void Findings_of_a_document_have_its_name_line_and_column()
    {
        var findings = Read(Sent(("unit", 1L)), "{}", Yaml.Replace("address: 0", "adress: 0", StringComparison.Ordinal)).Findings;
        Assert.StartsWith("press-line.yaml:5:", findings[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void At_signing_a_missing_value_is_no_finding() =>
        Assert.DoesNotContain(DocumentConfig.Read(FleetKit.Document(42, Yaml) with { Vars = Declared }, GatewayPart.Unknown).Findings,
            f => f.Severity == Severity.Error);
}
