using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Kafka behind TLS and SASL: who may enter delivers, who may not is told why in one line and loses nothing.</summary>
public sealed class SecureKafkaTests
{
    // SCRAM has to escape the equals sign (RFC 5802 §5.1, saslname).
    const string User = "gate=way";
    const string Password = "s3cr3t-w0rd";

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    public void With_the_right_password_over_TLS_all_arrives_and_the_secret_is_nowhere(string mechanism)
    {
        using var workspace = new Workspace();
        var certificates = new Certificates(workspace);
        using var kafka = new Kafka(door: KafkaDoor.Of(certificates, mechanism, $"{User}:{Password}", host: "localhost"));
        using var broker = new Mosquitto(workspace);
        var config = Configuration.Write(workspace, broker, kafka, output: $"{Tls(certificates)}, {Sasl(workspace, mechanism, Password)}");
        var (code, checkedText) = Kafka.Check(config, "topic edge.summaries is there");
        Assert.Equal((0, true), (code, checkedText.Contains("topic edge.summaries is there", StringComparison.Ordinal)));
        using var agent = new Agent(config, verbose: true).Start();
        Deliver(broker, kafka, agent);
        var status = Agent.Command("status", config).Output + agent.Status();
        agent.Stop();
        agent.AssertNoErrors();
        Assert.DoesNotContain(agent.Lines, l => l.Contains(" WRN output", StringComparison.Ordinal));
        Assert.DoesNotContain(Password, checkedText + status + agent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_of_a_server_lets_in_and_a_secret_that_the_server_does_not_know_is_one_line()
    {
        using var workspace = new Workspace();
        var certificates = new Certificates(workspace);
        using var tokens = new TokenServer(certificates, "gw", Password);
        using var kafka = new Kafka(door: KafkaDoor.OfToken(certificates, tokens, "gw", Password));
        using var broker = new Mosquitto(workspace);
        Refuse(workspace, broker, new Refusal(kafka, $"{Tls(certificates)}, {Token("wrong")}", "No token", "sasl.client_secret"));
        Assert.True(tokens.Answers.Refused > 0);
        var config = Configuration.Write(workspace, broker, kafka, output: $"{Tls(certificates)}, {Token(Password)}");
        var (code, text) = Kafka.Check(config, "topic edge.summaries is there");
        Assert.True(code == 0, text);
        using var agent = new Agent(config).Start();
        Deliver(broker, kafka, agent);
        agent.Stop();
        agent.AssertNoErrors();
        Assert.DoesNotContain(Password, text + agent.Text, StringComparison.Ordinal);

        string Token(string secret)
        {
            var file = workspace.Write("secret", secret);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return $$"""sasl: { mechanism: OAUTHBEARER, client_id: gw, client_secret: "${file:{{file}}}", token_url: "{{tokens.Url}}", """
                + $"token_ca_file: {certificates.Authority}, extensions: {{ site: p7 }} }}";
        }
    }

    [Fact]
    public void A_client_certificate_opens_and_its_absence_is_one_line()
    {
        using var workspace = new Workspace();
        var certificates = new Certificates(workspace);
        using var kafka = new Kafka(door: KafkaDoor.Of(certificates, wantsClientCertificate: true));
        using var broker = new Mosquitto(workspace);
        var other = new Certificates(workspace, "other");
        Refuse(workspace, broker, new(kafka, Tls(certificates), "Set tls.cert_file and tls.key_file"),
            new(kafka, $"tls: {{ ca_file: {certificates.Authority}, cert_file: {other.Client}, key_file: {other.ClientKey} }}",
                "Check tls.cert_file"));

        using var agent = new Agent(Configuration.Write(workspace, broker, kafka,
            output: $"tls: {{ ca_file: {certificates.Authority}, cert_file: {certificates.Client}, key_file: {certificates.ClientKey} }}"))
                .Start();
        Deliver(broker, kafka, agent);
        agent.Stop();
        Assert.DoesNotContain(agent.Lines, l => l.Contains(" WRN output", StringComparison.Ordinal));
    }

    [Fact]
    public void A_certificate_that_is_not_trusted_is_one_line_that_says_why_and_one_mended_at_the_broker_is_enough()
    {
        using var workspace = new Workspace();
        var (certificates, other) = (new Certificates(workspace), new Certificates(workspace, "other"));
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka(door: KafkaDoor.Of(certificates));
        using var expired = new Kafka(
            door: KafkaDoor.Of(certificates, server: certificates.IssueServer("localhost", "2020-01-01 00:00:00"), host: "localhost"));
        using var named =
            new Kafka(door: KafkaDoor.Of(certificates, server: certificates.IssueServer("kafka.elsewhere"), host: "localhost"));
        Refuse(workspace, broker,
            new(kafka, Tls(other), "is not signed by an authority trusted here", "issued by CN=test ca", "Set tls.ca_file"),
            new(kafka, "tls: {}", "is not signed by an authority trusted here", "Set tls.ca_file to the authority of the brokers"),
            new(expired, Tls(certificates), "is valid from 2020-01-01 to 2020-01-03", "Renew it, or set the clock"),
            new(named, Tls(certificates), "not for the name localhost but for kafka.elsewhere", "under brokers"));
        using var agent = new Agent(Configuration.Write(workspace, broker, named, output: Tls(certificates))).Start();
        agent.WaitFor(" WRN output central: ");
        named.Tell($"certificate {certificates.Server} {certificates.ServerKey}");
        Deliver(broker, named, agent);
        agent.Stop();
    }

    [Fact]
    public void A_port_of_another_kind_is_one_line_that_says_which()
    {
        using var workspace = new Workspace();
        var certificates = new Certificates(workspace);
        using var broker = new Mosquitto(workspace);
        using var plain = new Kafka();
        using var encrypted = new Kafka(door: KafkaDoor.Of(certificates));
        using var users = new Kafka(door: KafkaDoor.Of(certificates, "SCRAM-SHA-512", $"{User}:{Password}"));
        Refuse(workspace, broker, new(plain, Tls(certificates), "does not answer with TLS"),
            new(plain, Sasl(workspace, "SCRAM-SHA-512", Password), "does not ask for a user"),
            new(encrypted, "", "does the port want TLS?"),
            new(users, Tls(certificates), "Then add sasl"),
            new(users, $"{Tls(certificates)}, {Sasl(workspace, "PLAIN", Password)}",
                "does not take sasl.mechanism PLAIN; it offers SCRAM-SHA-512"));
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("SCRAM-SHA-512")]
    public void A_wrong_password_is_one_line_and_all_that_waited_arrives_when_it_is_right(string mechanism)
    {
        using var workspace = new Workspace();
        var certificates = new Certificates(workspace);
        using var kafka = new Kafka(door: KafkaDoor.Of(certificates, mechanism, $"{User}:another-word"));
        using var broker = new Mosquitto(workspace);
        var output = $"{Tls(certificates)}, {Sasl(workspace, mechanism, Password)}";
        Refuse(workspace, broker, new Refusal(kafka, output, $"refuses the user {User}", "Check sasl.username, sasl.password"));

        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, output: output)).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        using var publisher = new Publisher(broker.Port);
        sensors.Publish(publisher, 2_000);
        sensors.Close(publisher);
        var held = agent.WaitForStatus(s => s.Output().Number("backlog_records") == truth.Count && s.Output().Text("state") == "failing",
            "all records held");
        Assert.Contains($"refuses the user {User}", held.Output().Text("last_error"), StringComparison.Ordinal);
        kafka.Tell($"password {User} {Password}");
        var records = kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", hint: () => agent.Text);
        truth.Judge(records, Sensors.Group);
        Truth.AssertOrder(records);
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0 && s.Output().Text("state") == "connected", "an empty outbox");
        agent.WaitFor("output central: works again");
        agent.Stop();
        Assert.Single(agent.Lines, l => l.Contains(" WRN output", StringComparison.Ordinal));
        Assert.DoesNotContain(Password, agent.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PLAIN", true)]
    [InlineData("SCRAM-SHA-256", false)]
    public void Without_TLS_a_plain_password_is_a_finding_and_works(string mechanism, bool isFound)
    {
        using var workspace = new Workspace();
        using var kafka = new Kafka(door: KafkaDoor.Of(null, mechanism, $"{User}:{Password}"));
        using var broker = new Mosquitto(workspace);
        var config = Configuration.Write(workspace, broker, kafka, output: Sasl(workspace, mechanism, Password));
        var (code, text) = Kafka.Check(config, "topic edge.summaries is there");
        Assert.Equal((0, isFound), (code, text.Contains("EA2003", StringComparison.Ordinal)));
        using var agent = new Agent(config).Start();
        Deliver(broker, kafka, agent);
        agent.Stop();
    }

    static string Tls(Certificates certificates) => $"tls: {{ ca_file: {certificates.Authority} }}";

    static string Sasl(Workspace workspace, string mechanism, string password)
    {
        var file = workspace.Write("password", password);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return $$"""sasl: { mechanism: {{mechanism}}, username: "{{User}}", password: "${file:{{file}}}" }""";
    }

    /// <summary>Readings in, and every summary at the cluster as the oracle has it.</summary>
    static void Deliver(Mosquitto broker, Kafka kafka, Agent agent)
    {
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        using var publisher = new Publisher(broker.Port);
        sensors.Publish(publisher, 500);
        sensors.Close(publisher);
        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", hint: () => agent.Text), Sensors.Group);
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0, "an empty outbox");
    }

    /// <summary>A cluster, what the output is to be besides, and what has to be said of it.</summary>
    sealed record Refusal(Kafka Kafka, string Output, params string[] Words);

    /// <summary>Run and check both say why, in one line without the client's own words, and the agent goes on. All at once: a check gives
    /// the brokers its five seconds.</summary>
    static void Refuse(Workspace workspace, Mosquitto broker, params Refusal[] refusals)
    {
        var works = refusals.Select((refusal, i) => new Background(() => RefuseOne(workspace, broker, refusal, $"refused-{i}"))).ToList();
        foreach (var work in works) work.Join(400);
    }

    static void RefuseOne(Workspace workspace, Mosquitto broker, Refusal refusal, string name)
    {
        var config = Configuration.Write(workspace, broker, refusal.Kafka, name + ".yaml", output: refusal.Output,
            dataDir: workspace[name], id: "gw-" + name);
        (int Code, string Text) check = (0, "");
        var checking = new Background(() => check = Kafka.Check(config, refusal.Words[0]));
        using var agent = new Agent(config).Start();
        var line = agent.WaitFor(" WRN output central: ");
        agent.WaitFor("source plant: connected to");
        Assert.Equal("failing", agent.Status().Output().Text("state"));
        var lastError = agent.Status().Output().Text("last_error");
        checking.Join(300);
        agent.Stop();
        Assert.Equal(69, check.Code);
        Assert.Single(agent.Lines, l => l.Contains(" WRN output", StringComparison.Ordinal));
        foreach (var said in new[] { line, Assert.Single(check.Text.Split('\n'), l => l.StartsWith("FAILED", StringComparison.Ordinal)),
            lastError })
        {
            foreach (var word in refusal.Words) Assert.Contains(word, said, StringComparison.Ordinal);
            foreach (var theirs in new[] { "ssl.", "security.protocol", "error:0", Password })
                Assert.DoesNotContain(theirs, said, StringComparison.Ordinal);
        }
    }
}
