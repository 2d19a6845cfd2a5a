using EdgeAgent.Mqtt.Client;
using EdgeAgent.Network.Limits;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>A failed connection to a broker as librdkafka words it, and what a person does about it.</summary>
/// <remarks>
/// The client's words name its own options and leave out what a certificate says; here they become the keys of the
/// configuration. Taken apart is <c>[thrd:…]: [protocol://]host:port/id: reason (after 3ms in state S)</c>, as
/// <c>rd_kafka_broker_set_error</c> of librdkafka 2.15 writes it, in its log under <c>FAIL</c> and in its errors.
/// </remarks>
/// <param name="Host">Broker's host as the client connects to it; empty when the text has another form.</param>
/// <param name="Port">Its port.</param>
/// <param name="Reason">What went wrong, in librdkafka's words.</param>
/// <param name="State">How far the connection was: <c>CONNECT</c>, <c>SSL_HANDSHAKE</c>, <c>APIVERSION_QUERY</c> (the first question),
/// <c>AUTH_REQ</c>, <c>UP</c>; empty when unknown.</param>
/// <param name="StateMs">How long it had been there [ms].</param>
public sealed record KafkaFailure(string Host, int Port, string Reason, string State = "", int StateMs = 0)
{
    /// <summary>A connection that ends so soon after it was up was not wanted; librdkafka's own limit for that guess.</summary>
    const int SoonMs = 2000;

    /// <summary>Takes a line apart; never fails: a line of another form is all reason.</summary>
    public static KafkaFailure Parse(string line)
    {
        var text = line.StartsWith("[thrd:", StringComparison.Ordinal)
            && line.IndexOf("]: ", StringComparison.Ordinal) is var thread and > 0 ? line[(thread + 3)..] : line;
        var (reason, stateMs, state) = SplitState(text);
        var start = reason.IndexOf("://", StringComparison.Ordinal) is var protocol and >= 0 && protocol < reason.IndexOf(' ')
            ? protocol + 3
            : 0;
        var slash = reason.IndexOf('/', start);
        var words = slash < 0 ? -1 : reason.IndexOf(": ", slash, StringComparison.Ordinal);
        if (words < 0) return new KafkaFailure("", 0, text.Trim());
        var colon = reason.LastIndexOf(':', slash);
        return colon > start && int.TryParse(reason.AsSpan(colon + 1, slash - colon - 1), out var port)
            ? new KafkaFailure(reason[start..colon], port, reason[(words + 2)..].TrimEnd(' ', '.'), state, stateMs)
            : new KafkaFailure("", 0, text.Trim());
    }

    /// <summary>Whether the broker's certificate was refused here; why shows only in another handshake.</summary>
    public bool IsCertificate => Says("certificate verify failed") || Says("Failed to verify broker certificate");

    /// <summary>One sentence or two: what happened and what to do.</summary>
    /// <param name="settings">Whose connection it was.</param>
    /// <param name="seen">What a look at the broker's certificate showed, with what to do; null without one.</param>
    /// <param name="wasReached">Whether brokers have let us in before: then a closed connection is no question of what the port wants.
    /// </param>
    public string Explain(KafkaOutputSettings settings, string? seen = null, bool wasReached = false)
    {
        var at = Host.Length == 0 ? "Kafka" : $"Kafka at {Host}:{Port}";
        if (seen is not null) return seen;
        if (IsCertificate)
            return $"The certificate of {at} is not trusted here. Set tls.ca_file to the authority that signed it, "
                + $"check that it is for the name {Host} and has not expired.";
        if (Says("not valid in current SASL state"))
            return $"{at} does not ask for a user. Remove sasl, or name the port that does.";
        if (Says("mechanism handshake failed"))
            return $"{at} does not take sasl.mechanism {settings.Sasl?.Mechanism}; it offers {After("supported mechanisms: ")}. "
                + "Change sasl.mechanism, or have it switched on there.";
        if (Says("SASL Handshake not supported") || Says("Failed to initialize SASL"))
            return $"{at} does not ask for a user ({Reason}). Remove sasl, or name the port that does.";
        if (Says("Failed to acquire SASL OAUTHBEARER token") || Says("OIDC") || Says("OAUTHBEARER token"))
            return $"No token for {at} ({Reason}). Check sasl.token_url, sasl.client_id, sasl.client_secret, and sasl.token_ca_file when "
                + "the token server's certificate is not signed by one of the system's authorities.";
        if (Reason.StartsWith("SASL authentication", StringComparison.Ordinal))
            return $"{at} refuses the user {settings.Sasl?.Username} ({After("SASL authentication error: ")}). Check sasl.username, "
                + "sasl.password and sasl.mechanism.";
        if (Says("PLAINTEXT broker listener") || Says("wrong version number"))
            return $"{at} does not answer with TLS. Remove tls, or name the port that speaks it.";
        if (Says("alert") && (Says("certificate") || Says("unknown ca") || Says("handshake failure")))
            return WantsCertificate(at, settings, Detail);
        if (Says("protocol version") || Says("unsupported protocol") || Says("no protocols available"))
            return $"{at} and this agent have no TLS version in common ({Detail}); 1.2 and 1.3 are spoken here. "
                + "Switch one of them on there (ssl.enabled.protocols).";
        if (Says("no shared cipher") || Says("no ciphers available"))
            return $"{at} and this agent have no TLS cipher in common ({Detail}). Allow a current one there (ssl.cipher.suites).";
        if (WasClosed && wasReached)
            return $"{at} closed the connection ({Reason}). It may be restarting; if this lasts, check that it runs, and the network.";
        if (State == "SSL_HANDSHAKE" && WasClosed)
            return $"{at} closes the connection when TLS begins: it does not answer with TLS, or wants a client certificate. Remove tls or "
                + "name the port that speaks it; or set tls.cert_file and tls.key_file.";
        if (State is "AUTH_HANDSHAKE" or "AUTH_LEGACY" or "AUTH_REQ" && WasClosed)
            return $"{at} closes the connection when the user is to be named. If the port asks for no user, remove sasl or name the one "
                + "that does.";
        if (State == "APIVERSION_QUERY" && WasClosed)
            return settings.Tls is null
                ? $"{at} closes the connection without an answer; does the port want TLS? Then add `tls: {{}}`, "
                    + "with ca_file for an authority of your own."
                : WantsCertificate(at, settings, "it closes the connection without an answer");
        if (State == "UP" && StateMs < SoonMs && WasClosed && settings.Sasl is null)
            return $"{at} answers and then closes the connection; does it want a user? Then add sasl.";
        if (Says("Too many open files")) return OpenFiles.Sentence($"No connection to {at} can be opened");
        if (Says("SSL ") || Says("SSL_"))
            return $"TLS with {at} failed ({Detail}). Check that the port is the one for TLS, that tls.ca_file is of the brokers' "
                + "authority, and whether they want a client certificate (tls.cert_file, tls.key_file).";
        if (WasClosed) return $"{at} closed the connection ({Reason}). Check that it runs, and the network.";
        var whose = Host.Length == 0 ? "" : WhoseAddress(settings, $"{Host}:{Port}");
        if (Says("Failed to resolve"))
            return $"The name {(Host.Length == 0 ? "of a Kafka broker" : Host)} is not known. Check brokers and the name service.{whose}";
        if (Says("Connection refused")) return $"Nothing listens on {Host}:{Port}. Check brokers, and that Kafka runs.{whose}";
        if (Says("No route to host") || Says("Network is unreachable"))
            return $"There is no way to {Host}:{Port}. Check the gateway's network.{whose}";
        if (Says("Connection setup timed out") || Says("timed out"))
            return $"No answer from {at}. Check brokers and any firewall on the way.{whose}";
        return $"{at} cannot be reached ({Reason}). Check brokers and the network.{whose}";
    }

    /// <summary>What to add about an address that is not under <c>brokers</c>; empty for one that is.</summary>
    public static string WhoseAddress(KafkaOutputSettings settings, string address) => settings.Brokers.Contains(address) ? ""
        : $" The cluster tells clients to come to {address}; if that is wrong, it is the broker's advertised.listeners.";

    /// <summary>librdkafka's option names as the keys of the configuration.</summary>
    public static string OurWords(string text) => text
        .Replace("ssl.ca.location", "tls.ca_file", StringComparison.Ordinal)
        .Replace("ssl.certificate.location", "tls.cert_file", StringComparison.Ordinal)
        .Replace("ssl.key.location", "tls.key_file", StringComparison.Ordinal);

    // Without OpenSSL's number and room: "error:0A00045C:SSL routines::tlsv13 alert certificate required".
    string Detail => Reason.LastIndexOf("routines::", StringComparison.Ordinal) is var at and >= 0 ? Reason[(at + "routines::".Length)..]
        : Reason.StartsWith("SSL handshake failed: ", StringComparison.Ordinal) ? Reason["SSL handshake failed: ".Length..] : Reason;

    bool WasClosed => Says("Disconnected") || Says("Broken pipe") || Says("reset by peer") || Says("closed by peer");

    static string WantsCertificate(string at, KafkaOutputSettings settings, string why) => settings.Tls?.CertFile is null
        ? $"{at} seems to want a client certificate ({why}). Set tls.cert_file and tls.key_file."
        : $"{at} seems to refuse our client certificate ({why}). Check tls.cert_file: who signed it, and whether it has expired.";

    /// <summary>Takes <c> (after 3ms in state S, 1 identical error(s) suppressed)</c> off the end.</summary>
    static (string Text, int StateMs, string State) SplitState(string text)
    {
        const string Mark = " (after ", Middle = "ms in state ";
        var at = text.LastIndexOf(Mark, StringComparison.Ordinal);
        if (at < 0) return (text, 0, "");
        var rest = text[(at + Mark.Length)..];
        var middle = rest.IndexOf(Middle, StringComparison.Ordinal);
        if (middle < 0 || !int.TryParse(rest.AsSpan(0, middle), out var ms)) return (text, 0, "");
        var state = rest[(middle + Middle.Length)..];
        return (text[..at], ms, state.Split(',', ')')[0]);
    }

    bool Says(string words) => Reason.Contains(words, StringComparison.OrdinalIgnoreCase);

    string After(string mark) => Reason.IndexOf(mark, StringComparison.Ordinal) is var at and >= 0 ? Reason[(at + mark.Length)..] : Reason;
}
