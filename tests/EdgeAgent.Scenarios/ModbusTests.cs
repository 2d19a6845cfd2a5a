using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Modbus RTU on pseudo terminals and Modbus TCP on the loopback: pulled plugs, cut connections, garbage, dead units, kills. A
/// unit's register counts its answers, so each reading can be told from all others.</summary>
public sealed class ModbusTests
{
    static string Rtu(string name, Plug plug, string units, string timeout = "100ms", string more = "retries: 1") => $$"""
          {{name}}:
            type: modbus
            line: { path: {{plug.Path}}, baud: 115200 }
            answer_timeout: {{timeout}}
            {{more}}
            units:
        {{units}}
        """;

    static string Tcp(string name, int port, string units) => $$"""
          {{name}}:
            type: modbus
            address: 127.0.0.1:{{port}}
            answer_timeout: 100ms
            units:
        {{units}}
        """;

    // Polls every few milliseconds are more than a line, or a busy machine, can do, and that is said.
    static bool IsWarning(string line) => line.Contains(" WRN ") && !line.Contains(": missed ");

    static string Units(string prefix, int count, string interval = "10ms") => string.Join('\n', Enumerable.Range(1, count).Select(u =>
        $"      - {{ unit: {u}, device: {prefix}{u}, interval: {interval}, registers: [{{ metric: n, address: 0, type: u32 }}] }}"));

    [Fact]
    public void A_bus_pulled_under_load_is_one_line_and_its_neighbour_goes_on()
    {
        using var workspace = new Workspace();
        using var pulled = new Plug(workspace, "pulled");
        using var steady = new Plug(workspace, "steady");
        pulled.In();
        steady.In();
        using var bus = new Slave(pulled);
        using var neighbour = new Slave(steady);
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure($"{Rtu("pulled", pulled, Units("p", 3))}\n{Rtu("steady", steady, Units("s", 3))}",
            ["pulled", "steady"])).Start();
        for (var round = 1; round <= 3; round++)
        {
            Grows(readings, agent, "p", 3, 50);
            var (number, from) = (pulled.Number, agent.Lines.Count);
            pulled.Out();
            agent.WaitFor("WRN source pulled", from: from);
            Grows(readings, agent, "s", 3, 20);
            pulled.In();
            Assert.NotEqual(number, pulled.Number);
            agent.WaitFor("source pulled: ", from: from + 1);
        }

        Grows(readings, agent, "p", 3, 50);
        agent.Stop();
        for (var unit = 1; unit <= 3; unit++)
        {
            // An answer on its way when the plug is pulled or the agent stops is lost; nothing else.
            Assert.InRange(readings.Judge($"p{unit}", bus.Sent(unit)), 0, 4);
            Assert.InRange(readings.Judge($"s{unit}", neighbour.Sent(unit)), 0, 1);
        }

        Assert.Equal(3, agent.Lines.Count(IsWarning));
        Assert.Equal(3, agent.Lines.Count(l => l.Contains("is back")));
        agent.AssertNoErrors();
    }

    [Fact]
    public void A_cut_connection_is_one_line_and_comes_back()
    {
        using var workspace = new Workspace();
        var port = Workspace.FreePort();
        using var slave = new Slave(port);
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure(Tcp("plc", port, Units("t", 3)), ["plc"])).Start();
        Grows(readings, agent, "t", 3, 50);
        slave.Cut();
        agent.WaitFor("is back");
        Grows(readings, agent, "t", 3, 50);
        agent.Stop();
        for (var unit = 1; unit <= 3; unit++) Assert.InRange(readings.Judge($"t{unit}", slave.Sent(unit)), 0, 2);
        Assert.Single(agent.Lines, IsWarning);
        Assert.Single(agent.Lines, l => l.Contains("is back"));
        agent.AssertNoErrors();
    }

    [Fact]
    public void A_gateway_that_closes_every_connection_at_its_first_request_is_told_of_once()
    {
        using var workspace = new Workspace();
        var port = Workspace.FreePort();
        using var slave = new Slave(port);
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure(Tcp("plc", port, Units("t", 2)), ["plc"])).Start();
        Grows(readings, agent, "t", 2, 20);
        slave.Refuses = true;
        var before = slave.Accepted;
        slave.Cut();
        agent.WaitForStatus(_ => slave.Accepted >= before + 5, "some connections that are closed again");

        // Lost, back as far as could be told, and lost again before anything came; from then on silence until an answer comes.
        Assert.Equal(2, agent.Lines.Count(IsWarning));
        Assert.Single(agent.Lines, l => l.Contains("is back"));
        slave.Refuses = false;
        Grows(readings, agent, "t", 2, 20);
        Assert.Equal(2, agent.Lines.Count(l => l.Contains("is back")));
        slave.Cut();
        agent.WaitForStatus(_ => agent.Lines.Count(IsWarning) == 3, "the next loss told of at once");
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Fact]
    public void Noise_around_answers_costs_nothing_and_damage_costs_only_what_it_damaged()
    {
        using var workspace = new Workspace();
        using var plug = new Plug(workspace, "bus");
        plug.In();
        using var bus = new Slave(plug);
        var random = new Random(41);
        var damaged = 0;
        bus.Spoil = frame =>
        {
            var noise = new byte[random.Next(0, 12)];
            random.NextBytes(noise);
            switch (random.Next(8))
            {
                case 0:
                    damaged++;
                    var wrong = frame.ToArray();
                    wrong[random.Next(wrong.Length)] ^= (byte)(1 << random.Next(8));
                    return Spoilt(frame, wrong);
                case 1:
                    damaged++;
                    return Spoilt(frame, frame[..random.Next(frame.Length)]);
                case 2: return [.. noise, .. frame];
                case 3: return [.. frame, .. noise];
                case 4: return [.. frame[..4], .. frame];
                default: return frame;
            }
        };
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure(Rtu("bus", plug, Units("u", 2), more: "retries: 10"), ["bus"])).Start();
        agent.WaitForStatus(s => s.Source().Number("answers") >= 300, "answers between the noise");
        agent.Stop();
        Assert.InRange(damaged, 30, int.MaxValue);
        for (var unit = 1; unit <= 2; unit++)
            Assert.InRange(readings.Judge($"u{unit}", [.. bus.Sent(unit).Where(v => !_spoilt.Contains(v))]), 0, 1);
        Assert.DoesNotContain(agent.Lines, l => l.Contains(" ERR ") || IsWarning(l));
    }

    readonly HashSet<double> _spoilt = [];

    // What is damaged never comes out: its number is left out of the truth.
    byte[] Spoilt(byte[] frame, byte[] bytes)
    {
        _spoilt.Add((uint)(frame[3] << 24 | frame[4] << 16 | frame[5] << 8 | frame[6]));
        return bytes;
    }

    [Fact]
    public void A_bus_of_garbage_for_a_while_comes_back_by_itself_and_a_dead_unit_does_not_slow_it()
    {
        using var workspace = new Workspace();
        using var plug = new Plug(workspace, "bus");
        plug.In();
        using var bus = new Slave(plug);
        var random = new Random(43);
        var garbage = 0;
        Func<byte[], byte[]?> babble = frame =>
        {
            Interlocked.Increment(ref garbage);
            _spoilt.Add((uint)(frame[3] << 24 | frame[4] << 16 | frame[5] << 8 | frame[6]));
            var noise = new byte[random.Next(1, 600)];
            random.NextBytes(noise);
            return noise;
        };
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure(Rtu("bus", plug, Units("u", 3), more: "max_backoff: 40ms"), ["bus"])).Start();
        Grows(readings, agent, "u", 3, 20);
        bus.Spoil = babble;
        agent.WaitForStatus(_ => Volatile.Read(ref garbage) > 40, "garbage");
        bus.Spoil = frame => frame;
        Grows(readings, agent, "u", 3, 50);
        Assert.Equal(3, agent.Lines.Count(l => l.Contains("does not answer")));
        Assert.Equal(3, agent.Lines.Count(l => l.Contains("answers again")));

        // One unit falls silent: told once, and its neighbours go on.
        bus.Spoil = frame => frame[0] == 2 ? null : frame;
        agent.WaitForStatus(s => s.Source().GetProperty("failing").GetArrayLength() == 1, "the silent unit counted as failing");
        var before = readings.Of("u1").Count;
        readings.WaitFor("u1", v => v.Count >= before + 100, "the neighbour's readings", agent);
        Assert.Equal(4, agent.Lines.Count(l => l.Contains("does not answer")));
        bus.Spoil = frame => frame;
        agent.WaitForStatus(s => s.Source().GetProperty("failing").GetArrayLength() == 0, "the silent unit back");
        agent.Stop();
        foreach (var unit in new[] { 1, 2, 3 })
            Assert.InRange(readings.Judge($"u{unit}", [.. bus.Sent(unit).Where(v => !_spoilt.Contains(v))]), 0, 1);
        agent.AssertNoErrors();
    }

    [Theory, InlineData("rtu"), InlineData("tcp")]
    public void Killed_in_the_middle_of_polls_it_invents_nothing_and_counts_nothing_twice(string transport)
    {
        using var workspace = new Workspace();
        using var plug = new Plug(workspace, "bus");
        plug.In();
        var port = Workspace.FreePort();
        using var slave = transport == "rtu" ? new Slave(plug) : new Slave(port);
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure(
            transport == "rtu" ? Rtu("bus", plug, Units("u", 3, "2ms")) : Tcp("bus", port, Units("u", 3, "2ms")), ["bus"])).Start();
        var held = new int[4];
        for (var kill = 0; kill < 4; kill++)
        {
            Grows(readings, agent, "u", 3, 30);
            for (var unit = 1; unit <= 3; unit++) held[unit] = readings.Of($"u{unit}").Count;
            agent.Kill();
            agent.Start();
        }

        Grows(readings, agent, "u", 3, 30);
        agent.Stop();
        for (var unit = 1; unit <= 3; unit++)
        {
            // What was not yet committed is lost: at most what fits between two commits, not what had come out.
            Assert.True(readings.Of($"u{unit}").Count >= held[unit] + 30);
            readings.Judge($"u{unit}", slave.Sent(unit));
        }

        Assert.DoesNotContain(agent.Lines, l => l.Contains(" ERR ") || IsWarning(l));
    }

    [Fact]
    public void Two_agents_on_one_bus_never_ask_at_the_same_time()
    {
        using var workspace = new Workspace();
        using var plug = new Plug(workspace, "bus");
        plug.In();
        using var bus = new Slave(plug);
        var readings = new Readings(workspace);
        var source = Rtu("bus", plug, Units("u", 2));
        using var first = new Agent(readings.Configure(source, ["bus"], "first.yaml", "first")).Start();
        Grows(readings, first, "u", 2, 20);
        using var second = new Agent(readings.Configure(source, ["bus"], "second.yaml", "second")).Start();
        Assert.Contains($"is held by process {first.ProcessId} (edge-agent)", second.WaitFor(" WRN source bus: "));
        Assert.Equal(0, second.Status().Source().Number("polls"));
        first.Kill();
        second.WaitFor("is back");
        Grows(readings, second, "u", 2, 20);
        second.Stop();
        for (var unit = 1; unit <= 2; unit++) readings.Judge($"u{unit}", bus.Sent(unit));
        Assert.Single(second.Lines, IsWarning);
    }

    public static TheoryData<string> Profiles =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "hardware", "sensors"), "*.yaml").Select(
            f => Path.GetFileNameWithoutExtension(f)).Order()];

    [Theory, MemberData(nameof(Profiles))]
    public void A_simulated_device_gives_every_value_of_its_profile(string profile)
    {
        using var workspace = new Workspace();
        using var device = new Child(Repository.Agent,
            ["simulate", "modbus", "--profile", profile, "--unit", "7", "--link", workspace["bus"]]);
        device.WaitFor(l => l == workspace["bus"], "the simulator's port");
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure($$"""
              bus:
                type: modbus
                line: { path: {{workspace["bus"]}} }
                units: [{ unit: 7, device: d7, profile: {{profile}}, interval: 50ms }]
            """, ["bus"])).Start();
        var entries = File.ReadAllLines(Path.Combine(Repository.Root, "hardware", "sensors", profile + ".yaml"))
            .Where(l => l.StartsWith("  - { metric: ", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(entries);
        foreach (var entry in entries)
        {
            var metric = Word(entry, "metric")!;
            var values = readings.WaitFor("d7", v => v.Count > 0, $"a reading of {metric}", agent, metric);
            Assert.All(values, v => Assert.InRange(v, Number(Word(entry, "min"), 0), Number(Word(entry, "max"), 300)));
        }

        agent.Stop();
        Assert.DoesNotContain(agent.Lines, l => l.Contains(" ERR ") || IsWarning(l));

        static string? Word(string entry, string key) => System.Text.RegularExpressions.Regex.Match(entry,
            $@"[{{,] {key}: ([^,}}\s]+)") is { Success: true } m ? m.Groups[1].Value : null;
        static double Number(string? text, double otherwise) =>
            text is null ? otherwise : double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    static void Grows(Readings readings, Agent agent, string prefix, int units, int by)
    {
        for (var unit = 1; unit <= units; unit++)
        {
            var before = readings.Of($"{prefix}{unit}").Count;
            readings.WaitFor($"{prefix}{unit}", v => v.Count >= before + by, $"{by} more readings of {prefix}{unit}", agent);
        }
    }
}
