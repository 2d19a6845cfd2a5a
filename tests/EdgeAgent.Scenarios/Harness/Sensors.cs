using System.Globalization;
using System.Text.Json;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>The producer: sensors with a fixed seed whose readings go to a broker and, at the same time, to the oracle.</summary>
sealed class Sensors(IReadOnlyList<Truth> truths, int devices = 8, int seed = 1, string site = "p7", string metric = "temperature",
    long startMs = Configuration.StartMs)
{
    IReadOnlyList<Truth> _truths = truths;
    readonly Random _random = new(seed);
    readonly long[] _timeMs = [.. Enumerable.Repeat(startMs, devices)];
    int _next;

    /// <summary>Sensors whose readings go to one oracle.</summary>
    public Sensors(Truth truth, int devices = 8, int seed = 1, string site = "p7", string metric = "temperature",
        long startMs = Configuration.StartMs)
        : this([truth], devices, seed, site, metric, startMs)
    {
    }

    /// <summary>Readings published so far.</summary>
    public int Published { get; private set; }

    /// <summary>From now on readings go to another oracle.</summary>
    public void Feed(Truth truth) => _truths = [truth];

    /// <summary>The group of a summary as the oracle names it.</summary>
    public static string Group(JsonElement summary) =>
        $"{summary.GetProperty("site").GetString()}/{summary.GetProperty("device").GetString()}/"
            + $"{summary.GetProperty("metric").GetString()}";

    /// <summary>Publishes readings, device after device, about three to a window of ten seconds.</summary>
    public void Publish(Publisher to, int count, int qos = 1)
    {
        for (var i = 0; i < count; i++)
        {
            var device = _next++ % devices;
            _timeMs[device] += _random.Next(1, 6000);
            var value = Math.Round(20 + _random.NextDouble() * 10, 3);
            Send(to, device, value, qos);
        }
    }

    /// <summary>One reading a device, an hour later: it closes every window of its group and stays itself in an open one.</summary>
    public void Close(Publisher to, int qos = 1)
    {
        for (var device = 0; device < devices; device++)
        {
            _timeMs[device] += 3_600_000;
            to.Publish(Topic(device), Payload(_timeMs[device], 0), qos);
        }

        to.Flush();
    }

    /// <summary>A payload as the sensors send it.</summary>
    public static string Payload(long timeMs, double value) =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"value\":{value:R},\"ts\":{timeMs}}}");

    void Send(Publisher to, int device, double value, int qos)
    {
        to.Publish(Topic(device), Payload(_timeMs[device], value), qos);
        foreach (var truth in _truths) truth.Add($"{site}/d{device}/{metric}", _timeMs[device], value);
        Published++;
    }

    string Topic(int device) => $"sensors/{site}/d{device}/{metric}";
}
