using System.Diagnostics;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Brokers that refuse: one clear line each, and another try where one can help.</summary>
public sealed class RefusalTests
{
    [Fact]
    public void A_wrong_password_is_one_line_and_is_tried_again_when_the_broker_was_mended()
    {
        using var workspace = new Workspace();
        using var kafka = new Kafka();
        var passwords = workspace.Write("passwords", "");
        Password(passwords, "gateway", "another");
        using var broker = new Mosquitto(workspace, $"allow_anonymous false\npassword_file {passwords}");
        using var agent =
            new Agent(Configuration.Write(workspace, broker, kafka, source: "username: gateway\n        password: secret-word")).Start();
        var line = agent.WaitFor(" WRN source plant: ");
        Assert.True(line.Contains("password", StringComparison.OrdinalIgnoreCase)
            || line.Contains("does not allow", StringComparison.Ordinal), line);
        Assert.DoesNotContain("secret-word", agent.Text, StringComparison.Ordinal);
        Assert.NotEqual("", agent.Status().Source().Text("last_error"));

        Password(passwords, "gateway", "secret-word");
        broker.Stop();
        broker.Start();
        agent.WaitFor("connected to", 90);
        Assert.InRange(agent.Lines.Count(l => l.Contains(" WRN source plant", StringComparison.Ordinal)), 1, 2);
        agent.Stop();
    }

    [Fact]
    public void A_broker_that_wants_to_know_who_it_is_says_so_in_one_line()
    {
        using var workspace = new Workspace();
        using var kafka = new Kafka();
        using var broker = new Mosquitto(workspace, "allow_anonymous false");
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka)).Start();
        Assert.Contains("does not allow", agent.WaitFor(" WRN source plant: "), StringComparison.OrdinalIgnoreCase);
        agent.Stop();
        Assert.Single(agent.Lines, l => l.Contains(" WRN source", StringComparison.Ordinal));
    }

    [Fact]
    public void Wrong_certificates_and_unknown_hosts_are_one_line_each()
    {
        using var workspace = new Workspace();
        using var kafka = new Kafka();
        var good = new Certificates(workspace);
        var other = new Certificates(workspace, "other");
        using var broker = new Mosquitto(workspace, $"""
            cafile {good.Authority}
            certfile {good.Server}
            keyfile {good.ServerKey}
            """);
        Says("the authority is another", "mqtts", "localhost", $"tls: {{ ca_file: {other.Authority} }}", "certificate");
        Says("the name is another", "mqtts", "127.0.0.1", $"tls: {{ ca_file: {good.Authority}, server_name: broker.elsewhere }}",
            "broker.elsewhere");
        using var strict = new Mosquitto(workspace, $"""
            cafile {good.Authority}
            certfile {good.Server}
            keyfile {good.ServerKey}
            require_certificate true
            """);
        Says("the client's certificate is missing", "mqtts", "localhost", $"tls: {{ ca_file: {good.Authority} }}", "client certificate",
            strict.Port);
        Says("the client's certificate is another authority's", "mqtts", "localhost",
            $"tls: {{ ca_file: {good.Authority}, cert_file: {other.Client}, key_file: {other.ClientKey} }}", "client certificate",
            strict.Port);
        Says("the port wants TLS", "mqtt", "localhost", "", "whether it wants TLS", strict.Port);
        Says("the host is unknown", "mqtt", "no-such-host.invalid", "", "no-such-host.invalid");
        Says("nobody listens", "mqtt", "127.0.0.1", "", "Nothing listens", port: Workspace.FreePort());

        void Says(string what, string scheme, string host, string more, string word, int? port = null)
        {
            using var agent = new Agent(Configuration.Write(workspace, broker, kafka, dataDir: workspace["data " + what],
                sources: Configuration.Source("plant", port ?? broker.Port, "gw-test", more: more, scheme: scheme, host: host))).Start();
            var line = agent.WaitFor(" WRN source plant: ");
            Assert.True(line.Contains(word, StringComparison.OrdinalIgnoreCase), $"{what}: {line}");
            Assert.DoesNotContain("Exception", agent.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", agent.Text, StringComparison.Ordinal);
            agent.Stop();
            Assert.Single(agent.Lines, l => l.Contains(" WRN source", StringComparison.Ordinal));
        }
    }

    static void Password(string file, string user, string password)
    {
        using var process = Process.Start("mosquitto_passwd", ["-b", file, user, password]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
    }
}
