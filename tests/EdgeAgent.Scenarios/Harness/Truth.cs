using System.Globalization;
using System.Text.Json;
using Xunit;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>The oracle and the judge: folds published readings by its own plain code and compares what arrived with that.</summary>
/// <remarks>Sums are exact (decimal); nothing of the product's code is used.</remarks>
sealed class Truth(long windowMs)
{
    readonly Dictionary<(string Group, long Start), Fold> _windows = [];

    /// <summary>Windows expected.</summary>
    public int Count => _windows.Count;

    /// <summary>Readings expected in all of them.</summary>
    public long Readings => _windows.Values.Sum(w => w.Count);

    /// <summary>Notes that the broker was given this reading.</summary>
    public void Add(string group, long timeMs, double value)
    {
        var start = timeMs - (timeMs % windowMs + windowMs) % windowMs;
        if (!_windows.TryGetValue((group, start), out var fold)) _windows[(group, start)] = fold = new Fold();
        fold.Add(timeMs, value);
    }

    /// <summary>Takes over the windows of another oracle, whose groups are others.</summary>
    public void Add(Truth other)
    {
        foreach (var (key, fold) in other._windows) _windows.Add(key, fold);
    }

    /// <summary>Whether every window has come with the count it must have: for waiting only, <see cref="Judge"/> looks closer.</summary>
    public bool IsReached(IReadOnlyList<KafkaRecord> records, Func<JsonElement, string> group)
    {
        if (records.Count < _windows.Count) return false;
        var counts = new Dictionary<(string, long), long>();
        foreach (var record in records)
        {
            using var json = JsonDocument.Parse(record.Value);
            counts[(group(json.RootElement), Ms(json.RootElement, "window_start"))] = json.RootElement.GetProperty("count").GetInt64();
        }

        return _windows.All(w => counts.TryGetValue(w.Key, out var count) && count == w.Value.Count);
    }

    /// <summary>Everything arrived, nothing was invented, nothing counts twice once repeats are dropped by <c>ce_id</c>:
    /// a second summary of a window is an error.</summary>
    /// <param name="records">All that was consumed.</param>
    /// <param name="group">The group of a summary, as given to <see cref="Add"/>.</param>
    public void Judge(IReadOnlyList<KafkaRecord> records, Func<JsonElement, string> group)
    {
        var all = Distinct(records, group);
        var missing = _windows.Keys.Except(all.Keys).ToList();
        Assert.True(missing.Count == 0, $"{missing.Count} windows are missing, such as {missing.FirstOrDefault()}");
        Compare(all);
    }

    /// <summary>As <see cref="Judge"/>, but windows may be missing: a policy dropped them.</summary>
    public void JudgePart(IReadOnlyList<KafkaRecord> records, Func<JsonElement, string> group) => Compare(Distinct(records, group));

    /// <summary>Readings that are missing in what was consumed, and those counted again,
    /// once repeats are dropped by <c>ce_id</c>.</summary>
    public (long Lost, long Twice) Differences(IReadOnlyList<KafkaRecord> records, Func<JsonElement, string> group)
    {
        var counts = new Dictionary<(string, long), long>();
        foreach (var record in records.DistinctBy(r => r.Id))
        {
            using var json = JsonDocument.Parse(record.Value);
            var key = (group(json.RootElement), Ms(json.RootElement, "window_start"));
            counts[key] = counts.GetValueOrDefault(key) + json.RootElement.GetProperty("count").GetInt64();
        }

        long lost = 0, twice = 0;
        foreach (var key in counts.Keys.Union(_windows.Keys))
        {
            var more = counts.GetValueOrDefault(key) - (_windows.TryGetValue(key, out var fold) ? fold.Count : 0);
            (lost, twice) = (lost + Math.Max(0, -more), twice + Math.Max(0, more));
        }

        return (lost, twice);
    }

    static Dictionary<(string Group, long Start), JsonElement> Distinct(IReadOnlyList<KafkaRecord> records, Func<JsonElement, string> group)
    {
        var seen = new Dictionary<string, string>();
        var all = new Dictionary<(string Group, long Start), JsonElement>();
        foreach (var record in records)
        {
            if (seen.TryGetValue(record.Id, out var before))
            {
                Assert.Equal(before, record.Value); // a repeat tells the same fact
                continue;
            }

            seen[record.Id] = record.Value;
            var json = JsonDocument.Parse(record.Value).RootElement;
            var key = (group(json), Ms(json, "window_start"));
            Assert.True(all.TryAdd(key, json), $"two summaries of one window with different ids:\n{all[key]}\n{json}");
        }

        return all;
    }

    void Compare(Dictionary<(string Group, long Start), JsonElement> all)
    {
        var invented = all.Keys.Except(_windows.Keys).ToList();
        Assert.True(invented.Count == 0, $"{invented.Count} windows were invented, such as {invented.FirstOrDefault()}");
        foreach (var (key, summary) in all) _windows[key].Compare(summary, key.Start + windowMs);
    }

    /// <summary>Milliseconds since the Unix epoch of an RFC 3339 text.</summary>
    public static long Ms(JsonElement summary, string name) =>
        DateTimeOffset.Parse(summary.GetProperty(name).GetString()!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    sealed class Fold
    {
        readonly List<decimal> _values = [];
        long _firstMs = long.MaxValue;
        long _lastMs = long.MinValue;
        double _min = double.PositiveInfinity;
        double _max = double.NegativeInfinity;
        double _first;
        double _last;

        public long Count => _values.Count;

        public void Add(long timeMs, double value)
        {
            // Not the cast, which rounds to 15 digits.
            _values.Add(decimal.Parse(value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture));
            _min = Math.Min(_min, value);
            _max = Math.Max(_max, value);
            // Of equal times the one that arrived first is the first, and the one that arrived last is the last.
            if (timeMs < _firstMs) (_firstMs, _first) = (timeMs, value);
            if (timeMs >= _lastMs) (_lastMs, _last) = (timeMs, value);
        }

        public void Compare(JsonElement summary, long endMs)
        {
            Assert.True(summary.GetProperty("count").GetInt64() == Count, $"expected {Count} readings: {summary}");
            Assert.Equal(endMs, Ms(summary, "window_end"));
            var sum = _values.Sum();
            var mean = sum / _values.Count;
            Exact(summary, "min", _min);
            Exact(summary, "max", _max);
            Exact(summary, "first", _first);
            Exact(summary, "last", _last);
            Near(summary, "sum", (double)sum, 1e-14);
            Near(summary, "mean", (double)mean, 1e-14);
            if (_values.Count > 1)
                Near(summary, "stddev", Math.Sqrt((double)(_values.Sum(v => (v - mean) * (v - mean)) / (_values.Count - 1))), 1e-9);
        }

        static void Exact(JsonElement summary, string name, double expected)
        {
            if (summary.TryGetProperty(name, out var got))
                Assert.True(got.GetDouble() == expected, $"{name} must be {expected:R}: {summary}");
        }

        static void Near(JsonElement summary, string name, double expected, double relative)
        {
            if (!summary.TryGetProperty(name, out var got)) return;
            var off = Math.Abs(got.GetDouble() - expected);
            Assert.True(off <= relative * Math.Max(1, Math.Abs(expected)), $"{name} must be {expected:R}: {summary}");
        }
    }

    /// <summary>The records of a key come in the order of their windows, once repeats are dropped.</summary>
    public static void AssertOrder(IReadOnlyList<KafkaRecord> records)
    {
        var last = new Dictionary<string, long>();
        foreach (var record in records.DistinctBy(r => r.Id))
        {
            using var json = JsonDocument.Parse(record.Value);
            var start = Ms(json.RootElement, "window_start");
            Assert.True(start > last.GetValueOrDefault(record.Key!), $"{record.Key} went back: {record.Value}");
            last[record.Key!] = start;
        }
    }
}
