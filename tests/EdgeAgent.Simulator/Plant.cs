using System.Globalization;
using System.Text;

namespace EdgeAgent.Simulator;

/// <summary>What a message is meant to become; the demo compares this with what the agent counted.</summary>
enum Fate
{
    /// <summary>A reading that ends in a summary.</summary>
    Kept,

    /// <summary>A reading of a metric that <c>keep</c> does not name.</summary>
    NotKept,

    /// <summary>A reading outside the limits of <c>range</c>: a broken probe.</summary>
    OutOfRange,

    /// <summary>A payload that is no reading at all.</summary>
    Undecodable,

    /// <summary>An empty payload, which says nothing and is no error either (so a retained value is removed: MQTT 5.0 §3.3.1.3).</summary>
    Empty,
}

/// <summary>One message of a sensor.</summary>
readonly record struct Message(string Topic, byte[] Payload, Fate Fate, double Value);

/// <summary>Machines at two sites, each with a few sensors: slow swings, noise, and now and then something broken.</summary>
/// <remarks>The seed is fixed, so every run sends the same values; only the times differ.</remarks>
sealed class Plant
{
    // A probe with a broken wire reads far below any limit.
    const double Broken = -273.15;
    static readonly string[] s_rubbish =
    [
        "{\"ts\":17", "", "offline", "{\"value\":\"warm\"}", "{\"ts\":1767225600000,\"value\":1e400}", "[1,2"
    ];
    readonly Random _random = new(20_260_101);
    readonly List<(string Topic, double Base, double Swing, double Period, double Noise, bool Kept)> _sensors = [];
    int _next;
    long _sent;

    /// <summary>Builds the sensors.</summary>
    public Plant()
    {
        foreach (var (site, device, heat) in new[] { ("north", "press-1", 71.0), ("north", "press-2", 66.0), ("south", "mill-1", 58.0),
            ("south", "pump-1", 43.0) })
        {
            _sensors.Add(($"sensors/{site}/{device}/temperature", heat, 3, 47, 0.4, true));
            _sensors.Add(($"sensors/{site}/{device}/vibration", 2.4, 0.6, 9, 0.3, true));
            _sensors.Add(($"sensors/{site}/{device}/humidity", 41, 4, 120, 0.5, false));
        }
    }

    /// <summary>The next message, at <paramref name="nowMs"/> [ms since the Unix epoch]; sensors take turns.</summary>
    public Message Next(long nowMs)
    {
        var (topic, level, swing, period, noise, kept) = _sensors[_next];
        _next = (_next + 1) % _sensors.Count;
        _sent++;
        if (_sent % 397 == 0)
        {
            var rubbish = s_rubbish[(int)(_sent / 397 % s_rubbish.Length)];
            return new(topic, Encoding.UTF8.GetBytes(rubbish), rubbish == "" ? Fate.Empty : Fate.Undecodable, 0);
        }

        // Radio links delay: event times are a little behind and not quite in order.
        var timeMs = nowMs - _random.Next(200);
        var value = Math.Round(level + swing * Math.Sin(2 * Math.PI * timeMs / 1000.0 / period) + noise * (_random.NextDouble() - 0.5), 3);
        var fate = kept ? Fate.Kept : Fate.NotKept;
        if (kept && _sent % 61 == 0) (value, fate) = (Broken, Fate.OutOfRange);
        return new(topic, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"ts\":{timeMs},\"value\":{value:R}}}")),
            fate, value);
    }
}
