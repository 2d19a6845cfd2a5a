namespace EdgeAgent.Mqtt.Client;

/// <summary>One filter of a SUBSCRIBE (MQTT 5.0 §3.8.3.1). In 3.1.1 only filter and QoS are sent.</summary>
/// <param name="Filter">Topic filter; a shared one starts with <c>$share/</c>.</param>
/// <param name="Qos">Highest QoS wanted, 0 to 2.</param>
/// <param name="NoLocal">Do not receive what this client itself published; not for shared ones.</param>
/// <param name="RetainAsPublished">Keep the RETAIN flag as published.</param>
/// <param name="RetainHandling">0 send retained messages, 1 only if the subscription is new, 2 never.</param>
public readonly record struct MqttSubscription(string Filter, int Qos, bool NoLocal = false, bool RetainAsPublished = false,
    int RetainHandling = 0);
