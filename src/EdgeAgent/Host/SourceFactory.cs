using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Sources.Mqtt;

namespace EdgeAgent.Host;

/// <summary>Builds sources from settings: a new kind of source is one line here.</summary>
static class SourceFactory
{
    /// <summary>The source of <paramref name="settings"/>.</summary>
    public static ISource Create(SourceSettings settings, GatewaySettings gateway, SourceFeed feed, SeriesTable series, IClock clock, LogLimiter log) => settings switch
    {
        MqttSourceSettings mqtt => new MqttSource(mqtt, gateway.Commit, feed, series, log),
        _ => throw new ArgumentException($"no source for {settings.GetType().Name}"),
    };
}
