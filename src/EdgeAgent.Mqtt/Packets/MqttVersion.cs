namespace EdgeAgent.Mqtt.Packets;

/// <summary>Protocol level as CONNECT carries it (MQTT 5.0 §3.1.2.2).</summary>
public enum MqttVersion : byte
{
    /// <summary>MQTT 3.1.1.</summary>
    V311 = 4,

    /// <summary>MQTT 5.0.</summary>
    V500 = 5,
}
