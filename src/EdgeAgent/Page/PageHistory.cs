using System.Text.Json;
using EdgeAgent.Status;

namespace EdgeAgent.Page;

/// <summary>The last quarter of an hour, a value a second and line, in at most 195 kB. Any thread.</summary>
/// <remarks>Lines: seven of the whole agent, then sources (readings a second), outputs (backlog in records) and pipelines (records a
/// second), as many as there is room for. A line whose component is gone goes with it.</remarks>
sealed class PageHistory
{
    /// <summary>Values of a line.</summary>
    public const int Seconds = 900;

    /// <summary>Most lines.</summary>
    public const int MostLines = 54;

    /// <summary>Values told as one, their mean [s].</summary>
    public const int StepSeconds = 5;

    readonly Lock _lock = new();
    readonly Dictionary<string, Line> _lines = [];
    long _ticks;
    double _sinceSeconds;

    /// <summary>Takes a look at the agent, a second or so after the one before.</summary>
    public void Take(GatewayStatus status)
    {
        lock (_lock)
        {
            var before = _sinceSeconds;
            _sinceSeconds = status.Agent.Uptime.TotalSeconds;
            var passed = Math.Max(0.1, _sinceSeconds - before);
            var at = (int)(_ticks++ % Seconds);
            void Put(string name, double value, double? count = null)
            {
                if (!_lines.TryGetValue(name, out var line))
                {
                    if (_lines.Count >= MostLines) return;
                    _lines[name] = line = new Line();
                }

                if (count is { } now)
                {
                    value = double.IsNaN(line.LastCount) || now < line.LastCount ? double.NaN : (now - line.LastCount) / passed;
                    line.LastCount = now;
                }

                (line.Values[at], line.Tick) = ((float)value, _ticks);
            }

            Put("readings", 0, status.Sources.Sum(s => s.Details.Count("readings")));
            Put("records", 0, status.Pipelines.Sum(p => p.Counters.RecordsOut));
            Put("backlog", status.Outputs.Sum(o => o.BacklogBytes));
            var oldest = status.Outputs.Where(o => o.OldestCommittedAtNs != 0).Select(o => (status.At.Ns - o.OldestCommittedAtNs) / 1e9);
            Put("oldest", Math.Max(0, oldest.DefaultIfEmpty(0).Max()));
            Put("commit", status.Commits.LastNs / 1e6);
            Put("memory", status.Agent.ResidentBytes);
            Put("alerts", 0, status.Models.Sum(m => m.Counters.Alerts));
            foreach (var source in status.Sources) Put("source " + source.Name, 0, source.Details.Count("readings"));
            foreach (var output in status.Outputs) Put("output " + output.Name, output.BacklogRecords);
            foreach (var pipeline in status.Pipelines) Put("pipeline " + pipeline.Name, 0, pipeline.Counters.RecordsOut);
            foreach (var gone in _lines.Where(l => l.Value.Tick != _ticks).Select(l => l.Key).ToList()) _lines.Remove(gone);
        }
    }

    /// <summary>Writes all lines as an object of lists of means, the oldest first.</summary>
    public void Write(Utf8JsonWriter json)
    {
        lock (_lock)
        {
            json.WriteNumber("step_s", StepSeconds);
            json.WriteStartObject("lines");
            foreach (var (name, line) in _lines)
            {
                json.WriteStartArray(name);
                var first = (_ticks / StepSeconds * StepSeconds) - Seconds;
                for (var from = first; from < _ticks; from += StepSeconds) WriteMean(json, line, from);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }
    }

    void WriteMean(Utf8JsonWriter json, Line line, long from)
    {
        var (sum, count) = (0.0, 0);
        for (var tick = Math.Max(Math.Max(0, from), _ticks - Seconds); tick < from + StepSeconds && tick < _ticks; tick++)
        {
            var value = line.Values[tick % Seconds];
            if (float.IsNaN(value)) continue;
            sum += value;
            count++;
        }

        if (count == 0) json.WriteNullValue();
        else json.WriteNumberValue(Math.Round(sum / count, 3));
    }

    sealed class Line
    {
        public readonly float[] Values = new float[Seconds];
        public double LastCount = double.NaN;
        public long Tick;

        public Line() => Array.Fill(Values, float.NaN);
    }
}
