using EdgeAgent.Configuration;
using EdgeAgent.Core.Specs;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleets.Policies;
using EdgeAgent.Tests.Fleet;
using Xunit;

namespace EdgeAgent.Tests.Fleets.Policies;

/// <summary>What a signed document may reach on a gateway; each test tries to get round it.</summary>
public sealed class DocumentReachTests : IDisposable
{
    const string Rest = """
        pipelines:
          p: { from: s, to: o, stages: [{ keep: { device: "*" } }] }
        """;

    const string Sources = """
        sources:
          s: { type: mqtt, url: mqtt://127.0.0.1, client_id: c, subscriptions: [{ topic: "t/{device}/{metric}", decode: { value: $.v, time: { path: $.t } } }] }

        """;

    readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The codes of the errors that a document has on a gateway with these lines in its <c>fleet</c> section.</summary>
    string Errors(string yaml, string fleet = "", params (string Name, VarDeclaration Declared)[] vars) =>
        string.Join(' ', Read(yaml, fleet, vars).Findings.Where(f => f.Severity == Severity.Error).Select(f =>
            $"{f.Code.Id}@{f.Line}:{f.Column}"));

    ConfigResult Read(string yaml, string fleet, params (string Name, VarDeclaration Declared)[] vars)
    {
        var local = ConfigReader.Read($$"""
            agent: { id: gw-a, data_dir: {{_folder.Path}}/data }
            fleet: { root: ./root.json, groups: press{{fleet}} }
            """, _folder.File("local.yaml"));
        var document = FleetKit.Document(config: yaml) with { Vars = vars.ToDictionary(v => v.Name, v => v.Declared) };
        return DocumentConfig.Read(document, GatewayPart.Of(local)!);
    }

    static string Webhook(string url, string header) => Sources + $$"""
        outputs:
          o: { type: webhook, url: "{{url}}", headers: { X-Who: "{{header}}" } }

        """ + Rest;

    [Fact]
    public void A_document_that_reaches_nothing_is_good()
    {
        var read = Read(Webhook("https://hooks.example/x", "gw"), "");
        Assert.True(read.IsGood, string.Join('\n', read.Findings));
        Assert.Equal("gw-a", read.Settings!.Agent.Id);
        Assert.Equal("press", Assert.Single(read.Settings.Fleet!.Groups));
    }

    [Theory]
    [InlineData("agent: { id: other, data_dir: /tmp }")]
    [InlineData("fleet: { root: ./mine.json, allow: [commands] }")]
    [InlineData("status: { listen: 0.0.0.0:80 }")]
    [InlineData("telemetry: { otlp: { url: \"http://elsewhere.example\" } }")]
    [InlineData("\"fleet\": x")]
    public void It_brings_none_of_the_gateways_own_sections(string section) =>
        Assert.Equal("EA1330@1:1", Errors(section + "\n" + Webhook("https://hooks.example/x", "gw")));

    [Fact]
    public void What_is_not_allowed_is_refused_where_it_stands()
    {
        Assert.Equal("EA1331@1:1 EA1331@3:1", Errors(Webhook("https://hooks.example/x", "gw"), ", allow: [pipelines, buffer]"));
        Assert.Equal("", Errors(Webhook("https://hooks.example/x", "gw"), ", allow: [pipelines, sources, outputs]"));
        Assert.Equal("EA1331@1:1", Errors("commit: { interval: 1s }\n" + Webhook("https://hooks.example/x", "gw"),
            ", allow: [pipelines, sources, outputs]"));
    }

    [Fact]
    public void A_label_does_not_carry_a_file_away()
    {
        var yaml = """
            sources:
              s: { type: serial, line: { path: /dev/ttyS0 }, decode: { format: number }, labels: { device: "${file:/etc/shadow}", b: "x${env:PATH}" } }
            outputs: { o: { type: console } }

            """ + Rest;
        Assert.Equal("EA1332@2:97 EA1332@2:124", Errors(yaml));
        Assert.Equal("EA1332@2:97 EA1332@2:124", Errors(yaml, ", secrets: [/etc, \"env:PATH\"]"));
    }

    [Fact]
    public void A_header_does_not_carry_another_secret_away()
    {
        var secrets = Directory.CreateDirectory(_folder.File("secrets")).FullName;
        File.WriteAllText(Path.Combine(secrets, "pager"), "word\n");
        File.WriteAllText(_folder.File("kafka.password"), "word\n");
        string Of(string reference) => Errors(Webhook("https://hooks.example/x", reference), $", secrets: [\"{secrets}\", \"env:HOME\"]");
        Assert.Equal("", Of($"${{file:{secrets}/pager}}"));
        Assert.Equal("", Of("${env:HOME}"));
        Assert.Equal("EA1332@4:74", Of($"${{file:{_folder.Path}/kafka.password}}"));
        Assert.Equal("EA1332@4:74", Of($"${{file:{secrets}/../kafka.password}}"));
        Assert.Equal("EA1332@4:74", Of($"${{file:{secrets}-other/kafka.password}}"));
        Assert.Equal("EA1332@4:74", Of($"${{file:{secrets}}}"));
        Assert.Equal("EA1332@4:74", Of("${file:../../../../../proc/self/environ}"));
        Assert.Equal("EA1332@4:74", Of("${env:PATH}"));
        Assert.Equal("EA1332@4:81", Of("Bearer ${file:/etc/edge-agent/secrets/x}"));
    }

    [Fact]
    public void A_secret_of_a_host_goes_to_that_host_alone()
    {
        var secrets = Directory.CreateDirectory(_folder.File("secrets/hooks.example")).Parent!.FullName;
        File.WriteAllText(Path.Combine(secrets, "hooks.example", "token"), "word\n");
        File.WriteAllText(Path.Combine(secrets, "hooks.example", "url"), "https://elsewhere.example/x\n");
        string Of(string url) => Errors(Webhook(url, $"${{file:{secrets}/hooks.example/token}}"), $", secrets: \"{secrets}\"");
        Assert.Equal("", Of("https://hooks.example/x"));
        Assert.Equal("", Of("https://HOOKS.example:8443/x"));
        Assert.Equal("EA1332@4:74", Of("https://evil.example/xyz"));
        Assert.StartsWith("EA1332@4:28", Errors(Webhook($"${{file:{secrets}/hooks.example/url}}", "gw"), $", secrets: \"{secrets}\""),
            StringComparison.Ordinal);
        var mqtt = Sources.Replace("client_id: c", $"client_id: c, username: u, password: \"${{file:{secrets}/hooks.example/token}}\"",
            StringComparison.Ordinal) + "outputs: { o: { type: console } }\n" + Rest;
        Assert.StartsWith("EA1332@2:", Errors(mqtt, $", secrets: \"{secrets}\""), StringComparison.Ordinal);
        Assert.Equal("", Errors(mqtt.Replace("127.0.0.1", "hooks.example", StringComparison.Ordinal), $", secrets: \"{secrets}\""));
    }

    [Fact]
    public void A_webhook_does_not_go_elsewhere()
    {
        const string only = ", allow_hosts: [\"*.plant7.example\", 127.0.0.1]";
        Assert.Equal("", Errors(Webhook("https://hooks.plant7.example/x", "gw"), only));
        Assert.Equal("", Errors(Webhook("https://HOOKS.plant7.EXAMPLE:8443/x", "gw"), only));
        foreach (var url in (string[])["https://evil.example/x", "https://plant7.example.evil.example/.plant7.example", "https://[::1]/x",
            "http://127.0.0.2/x"])
            Assert.Equal("EA1334@4:28", Errors(Webhook(url, "gw"), only));
        Assert.Equal("EA1334@2:25", Errors(Webhook("https://hooks.plant7.example/x", "gw").Replace("127.0.0.1", "h.example",
            StringComparison.Ordinal), only));
        var kafka = Sources + "outputs:\n  o: { type: kafka, brokers: [\"a.plant7.example:9092\", \"b.example:9092\"], topic: t }\n" + Rest;
        Assert.Equal("EA1334@4:56", Errors(kafka, only));
    }

    [Fact]
    public void A_write_to_a_device_needs_the_word_commands()
    {
        var yaml = """
            sources:
              s:
                type: modbus
                address: "127.0.0.1:502"
                units: [{ unit: 1, device: a, registers: [{ metric: setpoint, address: 0 }] }]
                commands: { url: mqtt://127.0.0.1, topic: c, writes: [{ name: setpoint, unit: 1, register: setpoint, min: 0, max: 1 }] }
            outputs: { o: { type: console } }

            """ + Rest;
        Assert.StartsWith("EA1331@6:5", Errors(yaml), StringComparison.Ordinal);
        Assert.DoesNotContain("EA1331", Errors(yaml, ", allow: [sources, outputs, pipelines, commands]"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out/summaries.jsonl", true)]
    [InlineData("models/../out/summaries.jsonl", true)]
    [InlineData("summaries.jsonl", false)]
    [InlineData("edge-agent.db", false)]
    [InlineData("fleet/state.0", false)]
    [InlineData("out/../fleet/state.0", false)]
    [InlineData("../data2/x", false)]
    [InlineData("/etc/cron.d/x", false)]
    [InlineData("/dev/ttyS0", false)]
    public void A_file_is_written_only_below_the_data_directory(string path, bool isGood) =>
        Assert.Equal(isGood ? "" : "EA1333@4:27", Errors(Sources + $"outputs:\n  o: {{ type: file, path:  \"{path}\" }}\n" + Rest));

    /// <summary>Links below the data directory, as an operator or another program may have made them.</summary>
    [Theory]
    [InlineData("keys", "fleet", "keys/key.pem")]
    [InlineData("a", "b/../fleet", "a/state.0")]
    [InlineData("models/pump", "../fleet/key.pem", "models/pump")]
    [InlineData("home", ".", "home/fleet/key.pem")]
    [InlineData("home", ".", "home/edge-agent.db", true)]
    [InlineData("trust", "..", "trust/root.json")]
    [InlineData("trust", "..", "trust/local.yaml")]
    public void A_link_does_not_lead_to_the_agents_own_files(string link, string target, string path, bool isWrittenOnly = false)
    {
        var data = _folder.File("data");
        foreach (var folder in (string[])["fleet", "b", "models", "out", "elsewhere"])
            Directory.CreateDirectory(Path.Combine(data, folder));
        File.CreateSymbolicLink(Path.Combine(data, link), target);
        File.CreateSymbolicLink(Path.Combine(data, "out/elsewhere"), "../elsewhere");
        File.CreateSymbolicLink(Path.Combine(data, "b/circle"), "circle");
        string Written(string to) => Errors(Sources + $"outputs:\n  o: {{ type: file, path:  \"{to}\" }}\n" + Rest);
        string Read(string from) => Errors(Sources + $"outputs:\n  o: {{ type: webhook, url: \"https://h\", tls: {{ ca_file: \"{from}\" }} "
            + "}\n" + Rest);
        Assert.Equal("EA1333@4:27", Written(path));
        Assert.Equal(isWrittenOnly ? "" : "EA1333@4:57", Read(path));
        Assert.Equal("", Written("out/elsewhere/summaries.jsonl") + Written("b/circle/x") + Read("out/elsewhere/ca.pem"));
    }

    [Fact]
    public void A_link_among_the_secrets_does_not_lead_to_the_gateways_key()
    {
        var secrets = Directory.CreateDirectory(_folder.File("secrets")).FullName;
        Directory.CreateDirectory(_folder.File("data/fleet"));
        File.WriteAllText(_folder.File("data/fleet/key.pem"), "the key");
        File.CreateSymbolicLink(Path.Combine(secrets, "password"), "../data/fleet/key.pem");
        var read = this.Read(Webhook("https://h", $"${{file:{secrets}/password}}"), $", secrets: [{secrets}]");
        Assert.Contains(read.Findings,
            f => f.Code.Id == "EA1332" && f.Message.Contains($"leads by a link to {_folder.File("data/fleet/key.pem")}"));
    }

    [Fact]
    public void A_file_is_read_only_where_documents_belong()
    {
        string Of(string path) => Errors(Sources + $"outputs:\n  o: {{ type: webhook, url: \"https://h\", tls: {{ ca_file: \"{path}\" }} "
            + $"}}\n" + Rest);
        Assert.Equal("", Of("/etc/ssl/certs/ca-certificates.crt"));
        Assert.Equal("", Of("certificates/ca.pem"));
        Assert.Equal("", Of("/etc/edge-agent/secrets/client.pem"));
        Assert.Equal("EA1333@4:57", Of("/etc/edge-agent/client.pem"));
        Assert.Equal("EA1333@4:57", Of("/etc/ssl/../shadow"));
        Assert.Equal("EA1333@4:57", Of("fleet/key.pem"));
        Assert.Equal("EA1333@2:37", Errors("sources:\n  s: { type: serial, line: { path:  /etc/passwd }, decode: { format: number }, "
            + "labels: { device: d } }\n"
            + "outputs: { o: { type: console } }\n" + Rest));
    }

    [Fact]
    public void A_secret_does_not_stand_in_a_document()
    {
        Assert.Equal("EA1335@4:82", Errors(Webhook("https://h/x", "gw").Replace("X-Who: \"gw\"", "Authorization: \"Bearer abc\"",
            StringComparison.Ordinal)
            .Replace("https://h/x", "https://hooks.example/xy", StringComparison.Ordinal)));
        Assert.Contains("EA1335", Errors(Sources.Replace("client_id: c", "client_id: c, username: u, password: word",
            StringComparison.Ordinal)
            + "outputs: { o: { type: console } }\n" + Rest), StringComparison.Ordinal);
        Assert.Contains("EA1335", Errors(Sources.Replace("client_id: c", "client_id: c, username: u, password: \"${var:word}\"",
            StringComparison.Ordinal)
            + "outputs: { o: { type: console } }\n" + Rest, "", ("word", new(VarType.Text, "word"))), StringComparison.Ordinal);
    }

    [Fact]
    public void At_signing_nothing_is_read_and_the_same_is_found()
    {
        string Of(string yaml) => string.Join(' ', DocumentConfig.Read(FleetKit.Document(config: yaml), GatewayPart.Unknown).Findings
            .Where(f => f.Severity == Severity.Error).Select(f => f.Code.Id));
        Assert.Equal("", Of(Webhook("https://h/x", "${file:/etc/edge-agent/secrets/there/is/none}")));
        Assert.Equal("EA1332", Of(Webhook("https://h/x", "${file:/etc/hostname}")));
        Assert.Equal("EA1332", Of(Webhook("https://h/x", "${env:HOME}")));
        Assert.Equal("EA1330", Of("agent: {}\n" + Webhook("https://h/x", "gw")));
    }
}
