using System.Text.Json;
using Xunit;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Every reading that came out at the end: a pipeline without stages into a file.</summary>
/// <remarks>After a hard stop a record can come again with its identity, which for a reading is series, time and value:
/// an equal line is dropped, as a reader does.</remarks>
sealed class Readings(Workspace workspace)
{
    readonly string _path = workspace["readings.jsonl"];
    string[]? _kept;

    /// <summary>Keeps what there is beyond the end of the workspace.</summary>
    public void Keep() => _kept = File.ReadAllLines(_path);

    /// <summary>A configuration whose sources all lead here.</summary>
    public string Configure(string sources, string[] names, string name = "agent.yaml", string data = "data") => workspace.Write(name, $$"""
        agent: { id: gw-{{data}}, data_dir: {{workspace[data]}} }
        sources:
        {{sources}}
        pipelines:
          all: { from: [{{string.Join(", ", names)}}], to: [here] }
        outputs:
          here: { type: file, path: {{_path}} }
        commit: { interval: 50ms, min_gap: 20ms }

        """);

    /// <summary>Values of a metric in the order they were written.</summary>
    public List<double> Of(string device, string metric = "n") => [.. Timed(device, metric).Select(r => r.Value)];

    /// <summary>Values of a metric and their times as written.</summary>
    public List<(string Time, double Value)> Timed(string device, string metric)
    {
        var readings = new List<(string, double)>();
        var seen = new HashSet<string>();
        foreach (var line in _kept ?? (File.Exists(_path) ? File.ReadAllLines(_path) : []))
        {
            // The last line may be half written: it comes whole at the next look.
            if (!line.EndsWith('}') || !seen.Add(line)) continue;
            var json = JsonDocument.Parse(line).RootElement;
            if (json.GetProperty("device").GetString() == device && json.GetProperty("metric").GetString() == metric)
                readings.Add((json.GetProperty("time").GetString()!, json.GetProperty("value").GetDouble()));
        }

        return readings;
    }

    /// <summary>Waits until <paramref name="wanted"/> holds of the values of a device.</summary>
    public List<double> WaitFor(string device, Func<List<double>, bool> wanted, string what, Agent agent, string metric = "n",
        int seconds = 60)
    {
        for (var until = Environment.TickCount64 + seconds * 1000L; ;)
        {
            var values = Of(device, metric);
            if (wanted(values)) return values;
            if (Environment.TickCount64 > until)
                throw new TimeoutException($"{what} not within {seconds} s; {values.Count} values, the last "
                    + $"{values.LastOrDefault()}\n{agent.Text}\n{agent.Status()}");
            agent.WaitForMore(20);
        }
    }

    /// <summary>Every value is one that was sent, none is there twice, and their order is that of sending.</summary>
    /// <returns>How many of the sent ones are missing.</returns>
    public int Judge(string device, IReadOnlyList<double> sent, string metric = "n")
    {
        var got = Of(device, metric);
        var at = 0;
        foreach (var value in got)
        {
            while (at < sent.Count && sent[at] != value) at++;
            Assert.True(at < sent.Count, $"{device}: {value} was never sent, or came twice or out of order");
            at++;
        }

        return sent.Count - got.Count;
    }
}
