using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>First alert in each labelled window and false alerts a week, from what arrived in Kafka and the labels alone.</summary>
/// <remarks>
/// An alert begins with its first score over the threshold and is told when that has lasted for the stage's <c>min_duration</c>: the time
/// told counts. One told outside every window is false. Weeks are those of the recording outside the windows.
/// </remarks>
sealed class AnomalyTable
{
    readonly List<(DateTime Start, DateTime End)> _windows;
    readonly Dictionary<string, List<DateTime>> _told = [];
    readonly double _weeks;

    /// <summary>Gathers alerts.</summary>
    /// <param name="labels">The benchmark's JSON of windows by file.</param>
    /// <param name="name">Name of the recording in it.</param>
    /// <param name="first">Its first event time.</param>
    /// <param name="last">Its last event time.</param>
    /// <param name="delays"><c>min_duration</c> of each pipeline that has one.</param>
    /// <param name="records">Alerts as consumed, repeats included.</param>
    public AnomalyTable(string labels, string name, DateTime first, DateTime last, IReadOnlyDictionary<string, TimeSpan> delays,
        IEnumerable<KafkaRecord> records)
    {
        using var windows = JsonDocument.Parse(labels);
        _windows = [
            .. windows.RootElement.GetProperty(name).EnumerateArray().Select(w => (Time(w[0].GetString()!), Time(w[1].GetString()!)))];
        _weeks = (last - first - _windows.Aggregate(TimeSpan.Zero, (sum, w) => sum + (w.End - w.Start))) / TimeSpan.FromDays(7);
        foreach (var record in records.DistinctBy(r => r.Id))
        {
            using var json = JsonDocument.Parse(record.Value);
            if (json.RootElement.GetProperty("alert").GetString() != "opened") continue;
            var pipeline = json.RootElement.GetProperty("pipeline").GetString()!;
            if (!_told.TryGetValue(pipeline, out var told)) _told[pipeline] = told = [];
            told.Add(Time(json.RootElement.GetProperty("start").GetString()!) + delays.GetValueOrDefault(pipeline));
        }
    }

    /// <summary>Windows in which the pipeline told of an alert, and how many there are.</summary>
    public (int Found, int Of) Found(string pipeline) => (_windows.Count(w => Told(pipeline).Any(t => Inside(t, w))), _windows.Count);

    /// <summary>Alerts of the pipeline outside every window.</summary>
    public int False(string pipeline) => Told(pipeline).Count(t => !_windows.Exists(w => Inside(t, w)));

    /// <summary>The table in Markdown, a line each.</summary>
    public IReadOnlyList<string> Lines(params string[] pipelines)
    {
        var head = new StringBuilder("| pipeline |");
        for (var i = 0; i < _windows.Count; i++)
            head.Append(CultureInfo.InvariantCulture,
                $" window {i + 1}: {_windows[i].Start:MM-dd HH:mm} to {_windows[i].End:MM-dd HH:mm} |");
        var lines = new List<string> { head.Append(" alerts outside | a week |").ToString(),
            "|---|" + string.Concat(Enumerable.Repeat("---|", _windows.Count + 2)) };
        foreach (var pipeline in pipelines)
        {
            var line = new StringBuilder($"| {pipeline} |");
            foreach (var window in _windows) line.Append(' ').Append(Cell(pipeline, window)).Append(" |");
            lines.Add(line.Append(CultureInfo.InvariantCulture, $" {False(pipeline)} | {False(pipeline) / _weeks:0.00} |").ToString());
        }

        return lines;
    }

    string Cell(string pipeline, (DateTime Start, DateTime End) window)
    {
        foreach (var told in Told(pipeline))
        {
            if (!Inside(told, window)) continue;
            var hours = (told - (window.Start + (window.End - window.Start) / 2)).TotalHours;
            return string.Create(CultureInfo.InvariantCulture, $"{told:MM-dd HH:mm} ({Math.Round(hours, 1):+0.0;-0.0} h from the middle)");
        }

        return "none";
    }

    IEnumerable<DateTime> Told(string pipeline) => _told.TryGetValue(pipeline, out var told) ? told.Order() : [];

    static bool Inside(DateTime time, (DateTime Start, DateTime End) window) => time >= window.Start && time <= window.End;

    static DateTime Time(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
