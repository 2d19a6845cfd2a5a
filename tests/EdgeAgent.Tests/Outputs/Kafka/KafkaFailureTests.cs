using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Outputs.Kafka;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>Lines as librdkafka 2.16.0 logs them, and what becomes of them.</summary>
public sealed class KafkaFailureTests
{
    static readonly KafkaOutputSettings s_settings = new() { Name = "out", Brokers = ["k1:9093"], Topic = "t" };

    [Theory]
    [InlineData("[thrd:sasl_ssl://k1:9093/bootstrap]: sasl_ssl://k1:9093/bootstrap: SASL authentication error: Authentication failed: "
        + "Invalid username or password (after 0ms in state AUTH_REQ)",
        "k1", 9093, "SASL authentication error: Authentication failed: Invalid username or password", "AUTH_REQ", 0)]
    [InlineData("ssl://k1:9093/2: SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener? (after 3ms in state "
        + "SSL_HANDSHAKE, 1 identical error(s) suppressed)",
        "k1", 9093, "SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener?", "SSL_HANDSHAKE", 3)]
    [InlineData("[fd00::1]:9092/1: Connect to ipv6#[fd00::1]:9092 failed: Connection refused (after 1ms in state CONNECT)",
        "[fd00::1]", 9092, "Connect to ipv6#[fd00::1]:9092 failed: Connection refused", "CONNECT", 1)]
    [InlineData("k1:9092/bootstrap: Disconnected (after 20000ms in state UP)", "k1", 9092, "Disconnected", "UP", 20000)]
    [InlineData("k1:9092/bootstrap: Disconnected (after a while)", "k1", 9092, "Disconnected (after a while)", "", 0)]
    [InlineData("k1:9092/bootstrap: Disconnected (after 1ms in state ", "k1", 9092, "Disconnected", "", 1)]
    [InlineData("1/1 brokers are down", "", 0, "1/1 brokers are down", "", 0)]
    [InlineData("", "", 0, "", "", 0)]
    [InlineData("a/b: c", "", 0, "a/b: c", "", 0)]
    [InlineData("http://:x/: ", "", 0, "http://:x/:", "", 0)]
    public void A_line_is_taken_apart(string line, string host, int port, string reason, string state, int stateMs) =>
        Assert.Equal(new KafkaFailure(host, port, reason, state, stateMs), KafkaFailure.Parse(line));

    [Theory]
    [InlineData(false, false, "APIVERSION_QUERY", 1, "does the port want TLS? Then add `tls: {}`")]
    [InlineData(true, false, "APIVERSION_QUERY", 1, "seems to want a client certificate")]
    [InlineData(true, true, "APIVERSION_QUERY", 1, "seems to refuse our client certificate")]
    [InlineData(false, false, "UP", 5, "Then add sasl.")]
    [InlineData(false, false, "UP", 5000, "closed the connection (Disconnected). Check that it runs")]
    public void A_closed_connection_is_explained_by_how_far_it_came(bool tls, bool certificate, string state, int ms, string sentence)
    {
        var settings = s_settings with { Tls = tls ? new TlsSettings { CertFile = certificate ? "/c.pem" : null } : null };
        Assert.Contains(sentence, new KafkaFailure("k1", 9093, "Disconnected", state, ms).Explain(settings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UP", 5, "It may be restarting")]
    [InlineData("APIVERSION_QUERY", 1, "It may be restarting")]
    public void A_connection_closed_after_others_worked_is_no_question_of_what_the_port_wants(string state, int ms, string sentence) =>
        Assert.Contains(sentence, new KafkaFailure("k1", 9093, "Disconnected", state, ms).Explain(s_settings, null, wasReached: true),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("SASL authentication error: Authentication failed: Invalid username or password",
        "Kafka at k1:9093 refuses the user gw (Authentication failed: Invalid username or password). Check sasl.")]
    [InlineData("SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: SCRAM-SHA-512",
        "does not take sasl.mechanism PLAIN; it offers SCRAM-SHA-512.")]
    [InlineData("SASL PLAIN mechanism handshake failed: Broker: Request not valid in current SASL state: broker's supported mechanisms: ",
        "does not ask for a user. Remove sasl, or name the port that does.")]
    [InlineData("Failed to initialize SASL authentication: SASL Handshake not supported by broker (required by mechanism PLAIN)",
        "Remove sasl, or name the port that does.")]
    [InlineData("SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be verified",
        "Set tls.ca_file to the authority")]
    [InlineData("SSL handshake failed: error:0A00010B:SSL routines::wrong version number: connecting to a PLAINTEXT broker listener?",
        "Remove tls, or name the port that speaks it.")]
    [InlineData("SSL handshake failed: error:0A00045C:SSL routines::tlsv13 alert certificate required: SSL alert number 116",
        "Set tls.cert_file and tls.key_file.")]
    [InlineData("SSL handshake failed: error:0A00042E:SSL routines::tlsv1 alert protocol version: SSL alert number 70",
        "Kafka at k1:9093 and this agent have no TLS version in common (tlsv1 alert protocol version: SSL alert number 70); "
            + "1.2 and 1.3 are spoken here.")]
    [InlineData("SSL handshake failed: error:0A0000C1:SSL routines::no shared cipher", "have no TLS cipher in common (no shared cipher).")]
    [InlineData("SSL handshake failed: SSL_ERROR_SSL",
        "TLS with Kafka at k1:9093 failed (SSL_ERROR_SSL). Check that the port is the one for TLS, that tls.ca_file")]
    [InlineData("SSL handshake failed: SSL transport error: Connection reset by peer",
        "TLS with Kafka at k1:9093 failed (SSL transport error: Connection reset by peer). Check that the port")]
    [InlineData("Failed to create broker socket: Too many open files",
        "No connection to Kafka at k1:9093 can be opened: this process has as many open files as it may")]
    [InlineData("Failed to resolve 'k1:9093': Name or service not known", "The name k1 is not known.")]
    [InlineData("Connect to ipv4#127.0.0.1:9093 failed: Connection refused", "Nothing listens on k1:9093.")]
    [InlineData("Something else", "Kafka at k1:9093 cannot be reached (Something else).")]
    public void A_failure_says_what_to_do_in_the_words_of_the_configuration(string reason, string sentence)
    {
        var sasl = new SaslSettings { Mechanism = "PLAIN", Username = "gw", Password = new Secret("s3cr3t") };
        var text = new KafkaFailure("k1", 9093, reason).Explain(s_settings with { Sasl = sasl });
        Assert.Contains(sentence, text, StringComparison.Ordinal);
        Assert.DoesNotContain("error:0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", text, StringComparison.Ordinal);
    }
}
