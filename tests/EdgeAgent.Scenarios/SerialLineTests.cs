using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Line sources on pseudo terminals: pulled and put in again, held by another, garbage, kills. Every frame has a number, so that
/// each reading can be told from all others.</summary>
public sealed class SerialLineTests
{
    public static TheoryData<string> Kinds => [.. LineKind.All.Keys];

    static string Source(string name, Plug plug, LineKind kind) => $$"""
          {{name}}:
            type: serial
            line: { path: {{plug.Path}}, baud: 115200 }
            labels: { device: {{name}} }
            {{kind.Yaml}}
        """;

    [Theory, MemberData(nameof(Kinds))]
    public void A_plug_pulled_under_load_is_one_line_and_everything_after_it_comes(string name)
    {
        var kind = LineKind.All[name];
        using var workspace = new Workspace();
        using var pulled = new Plug(workspace, "pulled");
        using var other = new Plug(workspace, "other");
        pulled.In();
        other.In();
        var readings = new Readings(workspace);
        using var agent =
            new Agent(readings.Configure($"{Source("pulled", pulled, kind)}\n{Source("other", other, kind)}", ["pulled", "other"])).Start();
        agent.WaitForStatus(s => s.Source(0).Text("state") == "reading" && s.Source(1).Text("state") == "reading", "both lines open");

        var undisturbed = new List<double>();
        var enough = false;
        var load = new Background(() =>
        {
            for (var n = 1; !Volatile.Read(ref enough) || undisturbed.Count < 500; n++)
            {
                undisturbed.Add(n);
                other.Send(kind.Frame(n));
                if (n % 5 == 0) Thread.Sleep(1);
            }
        });
        var sent = new List<double>();
        for (var round = 1; round <= 3; round++)
        {
            var whole = Send(pulled, kind, sent, 300);
            readings.WaitFor("pulled", v => v.Count > 0 && v[^1] == whole, $"all frames before pull {round}", agent);
            var number = pulled.Number;
            var from = agent.Lines.Count;

            // More frames while it is pulled, the last one torn: what was in the cable may be lost, but never becomes another number.
            Send(pulled, kind, sent, 20);
            sent.Add(sent[^1] + 1);
            pulled.Send(kind.Frame((long)sent[^1]).AsSpan(0, 6));
            pulled.Out();
            agent.WaitFor("WRN source pulled", from: from);
            pulled.In();
            Assert.NotEqual(number, pulled.Number);
            agent.WaitFor("source pulled: ", from: from + 1);
            agent.WaitForStatus(s => s.Source(0).Text("state") == "reading" && s.Source(0).Number("connections") == round + 1,
                $"the line open again after pull {round}");
            var last = Send(pulled, kind, sent, 300);
            readings.WaitFor("pulled", v => v.Count(n => n > last - 300) == 300, $"all frames after pull {round}", agent);
        }

        Volatile.Write(ref enough, true);
        load.Join();
        readings.WaitFor("other", v => v.Count == undisturbed.Count, "every frame of the other line", agent);
        Assert.Equal(0, readings.Judge("other", undisturbed));
        Assert.InRange(readings.Judge("pulled", sent), 0, 3 * 21);
        Assert.Equal(3, agent.Lines.Count(l => l.Contains(" WRN ")));
        Assert.Equal(3, agent.Lines.Count(l => l.Contains("is back")));
        Assert.Equal(1, agent.Status().Source(1).Number("connections"));
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Fact]
    public void A_second_agent_says_who_holds_the_port_and_takes_over_when_it_is_free()
    {
        var kind = LineKind.All["nmea"];
        using var workspace = new Workspace();
        using var plug = new Plug(workspace, "line");
        plug.In();
        var readings = new Readings(workspace);
        var source = Source("line", plug, kind);
        using var first = new Agent(readings.Configure(source, ["line"], "first.yaml", "first")).Start();
        first.WaitForStatus(s => s.Source().Text("state") == "reading", "the line open");
        using var second = new Agent(readings.Configure(source, ["line"], "second.yaml", "second")).Start();
        var line = second.WaitFor(" WRN source line: ");
        Assert.Contains($"is held by process {first.ProcessId} (edge-agent)", line);

        var sent = new List<double>();
        Send(plug, kind, sent, 100);
        readings.WaitFor("line", v => v.Count == 100, "the first agent's readings", first);
        first.Stop();
        second.WaitForStatus(s => s.Source().Text("state") == "reading", "the takeover from an agent that was stopped");
        Send(plug, kind, sent, 100);
        readings.WaitFor("line", v => v.Count == 200, "the second agent's readings", second);
        Assert.Single(second.Lines, l => l.Contains(" WRN "));

        // From one that was killed, too: its lock file is left behind.
        first.Start();
        Assert.Contains($"is held by process {second.ProcessId}", first.WaitFor(" WRN source line: "));
        second.Kill();
        first.WaitForStatus(s => s.Source().Text("state") == "reading", "the takeover from an agent that was killed");
        Send(plug, kind, sent, 100);
        readings.WaitFor("line", v => v.Count == 300, "the first agent's readings again", first);
        Assert.Equal(0, readings.Judge("line", sent));
        first.AssertNoErrors();
        first.Stop();
    }

    [Theory, MemberData(nameof(Kinds))]
    public void After_ten_seconds_of_garbage_every_good_frame_counts(string name)
    {
        // What 115,200 baud carry in ten seconds at ten bits a byte.
        const int garbageBytes = 115_200;
        var kind = LineKind.All[name];
        using var workspace = new Workspace();
        using var plug = new Plug(workspace, "line");
        plug.In();
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure(Source("line", plug, kind), ["line"])).Start();
        agent.WaitForStatus(s => s.Source().Text("state") == "reading", "the line open");
        var random = new Random(31);
        var sent = new List<double>();
        for (var done = 0; done < garbageBytes;)
        {
            // Noise, and pieces of true frames with a bit turned, which look like frames the most.
            var noise = new byte[random.Next(1, 200)];
            random.NextBytes(noise);
            var piece = kind.Frame(random.Next(1_000_000));
            piece[random.Next(3, piece.Length - 4)] ^= (byte)(1 << random.Next(7));
            byte[] bytes = random.Next(3) == 0 ? piece : random.Next(3) == 0 ? piece[..random.Next(piece.Length)] : noise;
            plug.Send(bytes);
            done += bytes.Length;
        }

        // The noise ends in the front of a frame, at once followed by good ones, with noise between.
        plug.Send(kind.Frame(7).AsSpan(0, 5));
        for (var n = 1; n <= 2000; n++)
        {
            sent.Add(n + 2_000_000);
            plug.Send(kind.Frame((long)sent[^1]));
            if (n % 10 != 0) continue;
            var noise = new byte[random.Next(1, 9)];
            random.NextBytes(noise);
            plug.Send(noise);
        }

        // A good frame ends what the noise began, so that nothing is kept waiting for more bytes.
        for (var n = 0; n < 20; n++) plug.Send(kind.Frame(4_000_000 + n));
        readings.WaitFor("line", v => v.Count > 0 && v[^1] == 4_000_019, "the last good frame", agent);
        var got = readings.Of("line").Where(v => v is > 2_000_000 and <= 2_002_000).ToList();
        Assert.Equal(sent, got);
        Assert.InRange(agent.Status().Source().Number("skipped_bytes"), garbageBytes / 2, 2 * garbageBytes);

        // A check of 8 bits lets one in 256 damaged frames pass at random; one of 16 bits one in 65,536. A turned bit never passes.
        Assert.InRange(readings.Of("line").Count(v => v <= 2_000_000), 0, name == "binary" ? 1 : 3);
        Assert.DoesNotContain(agent.Lines, l => l.Contains(" ERR ") || l.Contains(" WRN "));
        agent.Stop();
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Killed_again_and_again_it_invents_nothing_and_counts_nothing_twice(string name)
    {
        var kind = LineKind.All[name];
        using var workspace = new Workspace();
        using var plug = new Plug(workspace, "line");
        plug.In();
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure(Source("line", plug, kind), ["line"])).Start();
        agent.WaitForStatus(s => s.Source().Text("state") == "reading", "the line open");
        var sent = new List<double>();
        for (var kill = 0; kill < 4; kill++)
        {
            var whole = Send(plug, kind, sent, 200);
            readings.WaitFor("line", v => v.Count > 0 && v[^1] == whole, "all frames before the kill", agent);
            Send(plug, kind, sent, 50);
            plug.Send(kind.Frame(999).AsSpan(0, 7));
            agent.Kill();
            agent.Start();
            agent.WaitForStatus(s => s.Source().Text("state") == "reading", "the line open again");
        }

        var last = Send(plug, kind, sent, 200);
        readings.WaitFor("line", v => v.Count > 0 && v[^1] == last, "all frames after the kills", agent);
        Assert.InRange(readings.Judge("line", sent), 0, 4 * 50);
        Assert.DoesNotContain(agent.Lines, l => l.Contains(" ERR ") || l.Contains(" WRN "));
        agent.Stop();
    }

    static double Send(Plug plug, LineKind kind, List<double> sent, int count)
    {
        for (var i = 0; i < count; i++)
        {
            sent.Add(sent.Count == 0 ? 1 : sent[^1] + 1);
            plug.Send(kind.Frame((long)sent[^1]));
        }

        return sent[^1];
    }
}
