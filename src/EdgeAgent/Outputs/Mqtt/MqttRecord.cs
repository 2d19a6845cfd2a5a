using System.Text;
using EdgeAgent.Core.Records;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Outputs.Mqtt;

/// <summary>Properties of a record's message: CloudEvents 1.0, MQTT protocol binding §3.1, binary content mode (MQTT 5.0).</summary>
/// <remarks>Content type <c>application/json</c>, then user properties <c>specversion</c>, <c>id</c>, <c>source</c>, <c>type</c> and
/// <c>time</c>. MQTT 3.1.1 has no place for them: there the payload alone tells pipeline, start and labels.
/// Under the link's lock.</remarks>
sealed class MqttRecord(string agentId)
{
    readonly PropertyList _properties = new();

    /// <summary>The properties of the record that <paramref name="reader"/> stands on; valid until the next call.</summary>
    public ReadOnlySpan<byte> Properties(scoped in RecordReader reader)
    {
        Span<byte> time = stackalloc byte[Rfc3339.MaxLength];
        _properties.Clear();
        _properties.Add(PropertyId.ContentType, "application/json"u8);
        _properties.AddUser("specversion", "1.0");
        _properties.AddUser("id", Encoding.UTF8.GetString(reader.Id));
        _properties.AddUser("source", agentId);
        _properties.AddUser("type", "edgeagent." + reader.Kind.ToString().ToLowerInvariant());
        _properties.AddUser("time", Encoding.UTF8.GetString(time[..Rfc3339.Format(reader.TimeNs, time)]));
        return _properties.Encoded;
    }
}
