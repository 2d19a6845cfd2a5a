using EdgeAgent.Configuration;
using EdgeAgent.Core.Specs;
using EdgeAgent.Reloads;
using EdgeAgent.Running;
using Xunit;

namespace EdgeAgent.Tests.Reloads;

/// <summary>What differs between two configurations, and what becomes of each part.</summary>
public sealed class ReloadPlanTests
{
    const string Text = """
        agent: { id: gw, data_dir: /tmp/gw }
        sources:
          plant:
            type: mqtt
            url: mqtts://broker:8883
            client_id: gw
            username: u
            password: ${env:PATH}
            subscriptions: [ { topic: "s/{device}/{metric}", decode: { format: json, value: $.v, time: { path: $.ts, unit: ms } } } ]
          other: { type: mqtt, url: mqtts://broker:8883, client_id: gw2, subscriptions: [ { topic: "o/{device}", decode: { format: number } } ] }
        pipelines:
          p: { from: [plant], stages: [ { keep: { device: "a*" } }, { window: { tumbling: 10s, by: [device], aggregate: [count], idle_timeout: 1h } } ], to: [out] }
          q: { from: [other], stages: [], to: [out, file] }
        outputs:
          out: { type: kafka, brokers: ["k:9092"], topic: t }
          file: { type: file, path: /tmp/f }
        commit: { interval: 1s }

        """;

    [Fact]
    public void Nothing_changes_by_a_comment_an_order_or_a_default_that_is_written_out()
    {
        var plan = Plan(Text.Replace("commit: { interval: 1s }", "# quicker?\ncommit: { early_at: 16, interval: 1000ms }")
            .Replace("client_id: gw\n", "keep_alive: 30s\n    client_id: gw\n"));
        Assert.Empty(Changes(plan));
        Assert.True(plan.IsEmpty);
        Assert.True(plan.Stays(PartKind.Source, "plant"));
    }

    [Theory]
    [InlineData("s/{device}", "t/{device}", "~ source plant (subscriptions): taken over without a reconnect")]
    [InlineData("client_id: gw\n", "client_id: gw3\n", "~ source plant (client_id): stopped, committed and started anew")]
    [InlineData("${env:PATH}", "${env:HOME}", "~ source plant (password): stopped, committed and started anew")]
    [InlineData("type: file, path: /tmp/f", "type: file, path: /tmp/g", "~ output file (path): made anew; goes on where the old one ended")]
    [InlineData("interval: 1s", "interval: 2s", "~ commit (interval): taken over")]
    [InlineData("data_dir: /tmp/gw", "data_dir: /tmp/gw, max_series: 5", "~ agent (max_series): taken over")]
    [InlineData("idle_timeout: 1h", "idle_timeout: 2h", "~ pipeline p (stages): made anew; all stages keep their memory")]
    [InlineData("tumbling: 10s", "tumbling: 20s",
        "~ pipeline p (stages): made anew; stages that begin anew, open windows leaving as partial summaries: window")]
    [InlineData("to: [out, file]", "to: [out]", "~ pipeline q (to): made anew; all stages keep their memory")]
    public void One_change_is_one_difference(string old, string now, string expected)
    {
        var plan = Plan(Text.Replace(old, now));
        Assert.Equal(expected, Assert.Single(Changes(plan)));
        Assert.Empty(plan.Restarts);
    }

    [Fact]
    public void A_topic_or_key_of_an_output_is_part_of_its_pipelines()
    {
        var plan = Plan(Text.Replace("topic: t }", "topic: t, key: \"{device}\" }"));
        Assert.Equal(["p", "q", "out"], Changes(plan).Select(line => line.Split(' ')[2]));
        Assert.Equal("~ pipeline q (outputs.out): made anew; all stages keep their memory", Changes(plan)[1]);
    }

    [Fact]
    public void Parts_come_and_go()
    {
        var plan = Plan(Text.Replace("  other: {", "  another: {").Replace("from: [other]", "from: [another]"));
        Assert.Equal(["+ source another",
            "- source other: what it took is committed and acknowledged; a broker keeps its session until `session_expiry`",
            "~ pipeline q (from): made anew; all stages keep their memory"], Changes(plan));
        Assert.False(plan.Stays(PartKind.Source, "other"));
        Assert.False(plan.Stays(PartKind.Source, "another"));
        Assert.True(plan.Stays(PartKind.Pipeline, "p"));
        Assert.Contains("= source plant", plan.Lines());
    }

    [Fact]
    public void Identity_and_data_directory_need_a_restart_and_the_finding_says_where()
    {
        var plan = Plan(Text.Replace("id: gw,", "id: gx,").Replace("/tmp/gw }", "/tmp/gx }"));
        Assert.Equal(["a.yaml:1:14  EA1318  agent.id", "a.yaml:1:28  EA1318  agent.data_dir"],
            plan.Restarts.Select(f => f.ToString()[..f.ToString().IndexOf(": a", StringComparison.Ordinal)]));
        Assert.All(plan.Restarts, f => Assert.Equal(FindingCodes.NeedsRestart, f.Code));
    }

    [Fact]
    public void The_content_of_a_certificate_counts()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "one");
            var text = Text.Replace("client_id: gw\n", $"client_id: gw\n    tls: {{ ca_file: {file} }}\n");
            var before = new ConfigPrint(ConfigReader.Read(text, "a.yaml").Root!);
            Assert.Empty(before.Changed(new ConfigPrint(ConfigReader.Read(text, "a.yaml").Root!), PartKind.Source, "plant"));
            File.WriteAllText(file, "two");
            Assert.Equal(["tls"], before.Changed(new ConfigPrint(ConfigReader.Read(text, "a.yaml").Root!), PartKind.Source, "plant"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Before the parts that stay, which a line names after `=`.
    static List<string> Changes(ReloadPlan plan) => [.. plan.Lines().Where(line => line[0] != '=')];

    static ReloadPlan Plan(string next) => new(Read(Text), Read(next), []);

    static ConfigResult Read(string text)
    {
        var read = ConfigReader.Read(text, "a.yaml");
        Assert.True(read.IsGood, string.Join('\n', read.Findings));
        return read;
    }
}
