using EdgeAgent.Mqtt.Client;
using EdgeAgent.Network;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Looks at a broker's certificate when librdkafka refused it, since its words tell neither name, authority nor date.</summary>
static class KafkaCertificate
{
    static readonly TimeSpan s_within = TimeSpan.FromSeconds(3);

    /// <summary>What is wrong with it and what to do; null when nothing is found, or the broker cannot be reached now.
    /// Blocks for up to 3 s.</summary>
    public static string? Explain(KafkaOutputSettings settings, KafkaFailure failure)
    {
        if (settings.Tls is not { } tls || failure.Host.Length == 0) return null;
        var options = new TlsOptions
        {
            CaFile = tls.CaFile,
            CertFile = tls.CertFile,
            KeyFile = tls.KeyFile,
            KeyPassword = tls.KeyPassword?.Reveal(),
        };
        return TlsProbe.Run(failure.Host, failure.Port, options, s_within) is not { } seen ? null : seen.Failure switch
        {
            ConnectFailure.TlsNameMismatch => $"{seen.What} Write a name it is for under brokers; "
                + "brokers found later come by the name they advertise (advertised.listeners).",
            ConnectFailure.TlsUntrusted when tls.CaFile is null => $"{seen.What} Set tls.ca_file to the authority of the brokers.",
            ConnectFailure.TlsUntrusted => $"{seen.What} Set tls.ca_file to that authority; {tls.CaFile} holds another.",
            ConnectFailure.TlsExpired => seen.Message,
            _ => null,
        };
    }
}
