using System.Text;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;

namespace EdgeAgent.Mqtt.Client;

/// <summary>Options that cannot make a valid CONNECT.</summary>
static class OptionCheck
{
    public static void ThrowIfWrong(MqttClientOptions options)
    {
        if (FirstWrong(options) is { } sentence) throw new ConnectException(ConnectFailure.BadOptions, sentence, RetryAdvice.Never);
    }

    static string? FirstWrong(MqttClientOptions o) =>
        o.Host.Length == 0 ? "The host is empty."
        : o.Port is < 1 or > 65535 ? $"The port {o.Port} is not between 1 and 65535."
        : o.Version is not (MqttVersion.V311 or MqttVersion.V500) ? "The protocol version is 4 (MQTT 3.1.1) or 5 (MQTT 5.0)."
        : !FitsText(o.ClientId) ? "The client id is longer than 65,535 bytes or has a null character."
        : o.ClientId.Length == 0 && o.SessionExpiry > TimeSpan.Zero ? "A session that is kept needs a client id."
        : o.Username != null && !FitsText(o.Username) ? "The user name is longer than 65,535 bytes or has a null character."
        : o.Password is { Length: > ushort.MaxValue } ? "The password is longer than 65,535 bytes."
        : o.Version == MqttVersion.V311 && o.Password != null && o.Username == null ? "MQTT 3.1.1 needs a user name with a password."
        : o.KeepAlive < TimeSpan.Zero || o.KeepAlive.TotalSeconds > ushort.MaxValue ? "The keep-alive is not between 0 s and 65,535 s."
        : o.ReceiveMaximum is < 1 or > ushort.MaxValue ? "The receive maximum is not between 1 and 65,535."
        : o.TopicAliasMaximum is < 0 or > ushort.MaxValue ? "The topic alias maximum is not between 0 and 65,535."
        : o.MaxPacketBytes < 128 ? "The largest packet size is below 128 bytes."
        : o.ReceiveBufferBytes < 128 ? "The receive buffer is below 128 bytes."
        : o.Will is { } will && (TopicFilter.CheckName(Encoding.UTF8.GetBytes(will.Topic)) != DecodeStatus.Ok || will.Qos is < 0 or > 2
            || will.Payload.Length > ushort.MaxValue)
            ? "The will needs a topic without wildcards, a QoS of 0 to 2 and at most 65,535 bytes."
        : null;

    static bool FitsText(string text) => Encoding.UTF8.GetByteCount(text) <= ushort.MaxValue && !text.Contains('\0');
}
