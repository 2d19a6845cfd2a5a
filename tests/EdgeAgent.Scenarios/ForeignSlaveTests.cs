using System.Globalization;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The native binary against Modbus slaves nobody here wrote, with random maps in all types and orders,
/// over lines and connections that spoil the answers.</summary>
public sealed class ForeignSlaveTests
{
    [Theory]
    [InlineData("pymodbus", 3)]
    [InlineData("libmodbus", 1)]
    public void Every_value_of_a_random_map_is_right_over_a_noisy_line(string peer, int units)
    {
        ForeignSlave.SkipUnlessInstalled();
        using var workspace = new Workspace();
        using var plug = new Plug(workspace, "bus");
        plug.In();
        using var slave = new ForeignSlave(workspace, peer, plug);
        var random = new Random(51);
        slave.Spoil = answer =>
        {
            var noise = new byte[random.Next(1, 20)];
            random.NextBytes(noise);
            var cut = random.Next(answer.Length);
            switch (random.Next(12))
            {
                case 0: // a turned bit
                    answer[random.Next(answer.Length)] ^= (byte)(1 << random.Next(8));
                    return [answer];
                case 1: return [answer[..cut]]; // torn off
                case 2: return []; // lost
                case 3: return [noise]; // nothing but noise
                case 4 or 5: return [noise, answer, noise];
                case 6: return [answer[..cut], answer]; // begun twice
                case 7 or 8: return [answer[..cut], answer[cut..]]; // in pieces
                default: return [answer];
            }
        };
        Run(workspace, units, plug.Path, $"line: {{ path: {plug.Path}, baud: 115200 }}", noisy: true);
    }

    [Theory]
    [InlineData("pymodbus", 3)]
    [InlineData("libmodbus", 1)]
    public void Every_value_of_a_random_map_is_right_over_torn_connections(string peer, int units)
    {
        ForeignSlave.SkipUnlessInstalled();
        using var workspace = new Workspace();
        using var slave = new ForeignSlave(peer);
        var random = new Random(53);
        var stale = Array.Empty<byte>();
        slave.Spoil = answer =>
        {
            var before = stale;
            stale = answer;
            var cut = random.Next(1, answer.Length);
            return random.Next(8) switch
            {
                0 => [answer[..cut], answer[cut..]],
                1 => [.. answer.Select(b => new[] { b })],
                2 when before.Length > 0 => [before, answer], // an answer that came late: of an earlier transaction
                3 when before.Length > 0 => [[.. before, .. answer]],
                _ => [answer],
            };
        };
        Run(workspace, units, $"127.0.0.1:{slave.Port}", $"address: 127.0.0.1:{slave.Port}", noisy: false);
    }

    static void Run(Workspace workspace, int units, string bus, string wire, bool noisy)
    {
        var maps = Enumerable.Range(1, units).ToDictionary(u => u, u => new RandomMap(u, 40, 100 + u));
        var readings = new Readings(workspace);
        var entries = string.Join('\n', maps.Select(m => $"      - unit: {m.Key}\n        device: d{m.Key}\n        interval: "
            + $"{(noisy ? 50 : 5)}ms\n        max_gap: 6\n        registers:\n{m.Value.Yaml}"));

        // On a line of several units one is not there.
        if (noisy && units > 1)
            entries += "\n      - { unit: 9, device: dead, interval: 100ms, registers: [{ metric: never, address: 0 }] }";
        using var agent = new Agent(readings.Configure($"""
              bus:
                type: modbus
                {wire}
                answer_timeout: 200ms
                retries: 6
                max_backoff: 500ms
                units:
            {entries}
            """, ["bus"])).Start();
        foreach (var (unit, map) in maps)
        {
            foreach (var (metric, value) in map.Values)
            {
                if (value is null) continue;
                var got = readings.WaitFor($"d{unit}", v => v.Count >= (noisy ? 2 : 40), $"enough readings of d{unit} {metric}", agent,
                    metric, seconds: 120);
                Assert.True(got.All(g => g == value), $"{bus} d{unit} {metric}: expected "
                    + $"{value.Value.ToString("R", CultureInfo.InvariantCulture)}, got {string.Join(' ', got.Distinct().Take(5))}");
            }

            foreach (var (metric, value) in map.Values)
                if (value is null) Assert.Empty(readings.Of($"d{unit}", metric));
        }

        var source = agent.Status().Source();
        Assert.Empty(readings.Of("dead", "never"));
        if (noisy && units > 1) Assert.Contains("dead", source.GetProperty("failing").EnumerateArray().Select(f => f.GetString()));
        if (noisy) Assert.InRange(source.Number("corrupt") + source.Number("timeouts"), 1, long.MaxValue);
        else Assert.Equal(0, source.Number("corrupt") + source.Number("mismatched"));
        Assert.Equal(1, source.Number("connections"));
        agent.AssertNoErrors();
        agent.Stop();
    }
}
