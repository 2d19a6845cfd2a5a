using EdgeAgent.Clocks;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Sources.Mqtt;
using EdgeAgent.Core.Sources.Serial;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Sources.Modbus;
using EdgeAgent.Sources.Mqtt;
using EdgeAgent.Sources.Serial;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Host;

/// <summary>Builds sources from settings: a new kind of source is one line here.</summary>
static class SourceFactory
{
    /// <summary>The source of <paramref name="settings"/>.</summary>
    public static ISource Create(SourceSettings settings, GatewaySettings gateway, SourceFeed feed, SeriesTable series, IClock clock, LogLimiter log) => settings switch
    {
        MqttSourceSettings mqtt => new MqttSource(mqtt, gateway.Commit, feed, series, log),
        SerialSourceSettings serial => WiredSource.Create(serial.Name, serial.Commands, gateway.Agent.Id, feed, clock, log, inbox => new LineReader(serial, feed, series, log, inbox)),
        ModbusSourceSettings modbus => WiredSource.Create(modbus.Name, modbus.Commands, gateway.Agent.Id, feed, clock, log, inbox => new ModbusPoller(modbus, feed, series, clock, log, inbox)),
        _ => throw new ArgumentException($"no source for {settings.GetType().Name}"),
    };
}
