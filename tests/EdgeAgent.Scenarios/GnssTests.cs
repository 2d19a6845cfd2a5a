using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>A GNSS receiver's log through the native binary, compared with plain arithmetic and, where it is installed,
/// with gpsd's own decoder.</summary>
public sealed class GnssTests
{
    [Fact]
    public void Every_fix_of_a_damaged_log_has_its_time_and_place()
    {
        var log = new GnssLog(400, 61);
        var readings = Run(log, noisy: true);
        Compare(log, readings, "latitude_deg", f => f.Latitude, 1e-12);
        Compare(log, readings, "longitude_deg", f => f.Longitude, 1e-12);
        Compare(log, readings, "altitude_m", f => f.AltitudeM, 0);
        Compare(log, readings, "speed_mps", f => f.SpeedMps, 1e-12);
        Compare(log, readings, "course_deg", f => f.CourseDeg, 0);
    }

    [Fact]
    public void Gpsd_reads_the_same_from_the_same_log()
    {
        var gpsdecode = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "gpsdecode"))
            .FirstOrDefault(File.Exists);
        Assert.SkipUnless(gpsdecode is not null, "needs gpsdecode (Debian: gpsd-clients)");
        var log = new GnssLog(400, 67);
        var readings = Run(log, noisy: false);
        var mine = new[] { "latitude_deg", "longitude_deg", "altitude_m", "speed_mps" }.ToDictionary(m => m,
            m => readings.Timed("g", m).ToDictionary(r => r.Time, r => r.Value));
        using var process =
            Process.Start(new ProcessStartInfo(gpsdecode, ["--json"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

        // Beside the reading: neither pipe holds all of it.
        var feed = new Background(() =>
        {
            process.StandardInput.Write(string.Concat(log.Sentences));
            process.StandardInput.Close();
        });
        var compared = new HashSet<string>();
        foreach (var line in process.StandardOutput.ReadToEnd().Split('\n').Where(l => l.Contains("\"mode\":3")))
        {
            var theirs = JsonDocument.Parse(line).RootElement;
            var time = theirs.GetProperty("time").GetString()!.Replace(".000Z", "Z", StringComparison.Ordinal);
            Near("lat", "latitude_deg", 1e-9);
            Near("lon", "longitude_deg", 1e-9);
            Near("altMSL", "altitude_m", 1e-4);
            Near("speed", "speed_mps", 1e-3);
            compared.Add(time);

            void Near(string name, string metric, double within)
            {
                if (theirs.TryGetProperty(name, out var value)) Assert.Equal(value.GetDouble(), mine[metric][time], within);
            }
        }

        feed.Join();
        Assert.InRange(compared.Count, log.Fixes.Count - 5, log.Fixes.Count);
    }

    static Readings Run(GnssLog log, bool noisy)
    {
        using var workspace = new Workspace();
        using var plug = new Plug(workspace, "gnss");
        plug.In();
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure($$"""
              gnss:
                type: serial
                line: { path: {{plug.Path}}, baud: 9600 }
                decode: { format: nmea0183, sentences: [GGA, RMC], time: gnss }
                labels: { device: g }
            """, ["gnss"])).Start();
        agent.WaitForStatus(s => s.Source().Text("state") == "reading", "the line open");
        var random = new Random(71);
        foreach (var sentence in log.Sentences)
        {
            var bytes = Encoding.ASCII.GetBytes(sentence);
            if (noisy && random.Next(4) == 0) plug.Send(Damage(random, bytes));
            plug.Send(bytes);
        }

        readings.WaitFor("g", v => v.Count >= log.Fixes.Count, "every fix", agent, "latitude_deg");
        readings.WaitFor("g", v => v.Count >= log.Fixes.Count, "every altitude", agent, "altitude_m");
        var status = agent.Status().Source();
        Assert.True(status.Number("not_valid") >= 40, "sentences without a fix give nothing and are counted");
        if (noisy) Assert.InRange(status.Number("bad_checks"), 20, long.MaxValue);
        Assert.DoesNotContain(agent.Lines, l => l.Contains(" ERR ") || l.Contains(" WRN "));
        agent.Stop();
        readings.Keep();
        return readings;
    }

    // A turned bit in the body, a front without its end, a binary message, or an empty line.
    static byte[] Damage(Random random, byte[] sentence)
    {
        var copy = sentence.ToArray();
        switch (random.Next(4))
        {
            case 0:
                copy[random.Next(1, copy.Length - 5)] ^= (byte)(1 << random.Next(5));
                return copy;
            case 1: return copy[..random.Next(copy.Length - 2)];
            case 2: return [0xB5, 0x62, 0x01, 0x07, 0x04, 0x00, (byte)random.Next(256), 0x24, 0x0D, (byte)random.Next(256), 0x11, 0x22];
            default: return "\r\n"u8.ToArray();
        }
    }

    static void Compare(GnssLog log, Readings readings, string metric, Func<GnssLog.Fix, double> expected, double within)
    {
        var got = readings.Timed("g", metric).ToDictionary(r => r.Time, r => r.Value);
        Assert.Equal(log.Fixes.Count, got.Count);
        foreach (var fix in log.Fixes) Assert.Equal(expected(fix), got[fix.Time], within);
    }
}
