using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Stages;

namespace EdgeAgent.Status;

/// <summary>Shows readings and records passing live to those who watch, without slowing them.</summary>
/// <remarks>
/// With nobody watching the cost is one volatile read a batch. A watcher's queue is bounded: what does not fit is
/// counted and not shown. Offers come from source threads and under pipeline locks; formatting happens on the
/// watcher's own thread.
/// </remarks>
sealed class Tap(SeriesTable series, IReadOnlyList<string> sources)
{
    const int QueuedBatches = 8;
    const int QueuedRecords = 256;
    const int MostSources = 64;
    readonly Lock _lock = new();
    readonly string[] _sources = [.. sources, .. Enumerable.Repeat("", Math.Max(0, MostSources - sources.Count))];
    volatile Watcher[] _watchers = [];

    /// <summary>Whether offering a batch has any use.</summary>
    public bool WantsReadings => _watchers.Length > 0;

    /// <summary>Shows a batch before its first pipeline.</summary>
    public void Offer(int source, ReadingBatch batch)
    {
        foreach (var watcher in _watchers)
            if (watcher.Pipeline is null && (watcher.Source is null || watcher.Source == _sources[source])) watcher.Offer(source, batch);
    }

    /// <summary>The source with this index is called <paramref name="name"/> from now on.</summary>
    public void Show(int source, string name) => _sources[source] = name;

    /// <summary>The tap of one pipeline.</summary>
    public IPipelineTap For(string pipeline) => new PipelineTap(this, pipeline);

    /// <summary>Begins to watch; dispose the watcher to end.</summary>
    public Watcher Watch(string? source, string? pipeline, IReadOnlyList<(string Name, string Value)> labels)
    {
        var watcher = new Watcher(this, source, pipeline, labels);
        lock (_lock) _watchers = [.. _watchers, watcher];
        return watcher;
    }

    sealed class PipelineTap(Tap tap, string pipeline) : IPipelineTap
    {
        public void Readings(ReadingBatch batch, int source, in Instant now)
        {
            foreach (var watcher in tap._watchers)
                if (watcher.Pipeline == pipeline && (watcher.Source is null || watcher.Source == tap.Sources[source]))
                    watcher.Offer(source, batch);
        }

        public void Record(RecordKind kind, RecordHead head, long timeNs, ReadOnlySpan<byte> payload)
        {
            foreach (var watcher in tap._watchers)
                if (watcher.Source is null && (watcher.Pipeline is null || watcher.Pipeline == pipeline))
                    watcher.Offer(pipeline, kind, payload);
        }
    }

    /// <summary>One person watching.</summary>
    public sealed class Watcher(Tap tap, string? source, string? pipeline, IReadOnlyList<(string Name, string Value)> labels) : IDisposable
    {
        readonly ConcurrentQueue<(int Source, ReadingBatch Batch)> _batches = [];
        readonly ConcurrentQueue<(string Pipeline, RecordKind Kind, byte[] Payload)> _records = [];
        readonly ConcurrentBag<ReadingBatch> _spare = [];
        readonly SemaphoreSlim _some = new(0);
        readonly Dictionary<int, (LabelSet Labels, bool Matches)> _matches = [];
        long _notShown;

        /// <summary>Only this source, or null.</summary>
        public string? Source { get; } = source;

        /// <summary>Only this pipeline, or null.</summary>
        public string? Pipeline { get; } = pipeline;

        internal void Offer(int from, ReadingBatch batch)
        {
            if (_batches.Count >= QueuedBatches)
            {
                Interlocked.Add(ref _notShown, batch.Count);
                return;
            }

            if (!_spare.TryTake(out var copy)) copy = new ReadingBatch();
            batch.CopyTo(copy);
            _batches.Enqueue((from, copy));
            _some.Release();
        }

        internal void Offer(string from, RecordKind kind, ReadOnlySpan<byte> payload)
        {
            if (_records.Count >= QueuedRecords)
            {
                Interlocked.Increment(ref _notShown);
                return;
            }

            _records.Enqueue((from, kind, payload.ToArray()));
            _some.Release();
        }

        /// <summary>Writes what passed as JSON lines; waits up to <paramref name="milliseconds"/> for something.</summary>
        public void WriteTo(Stream stream, int milliseconds)
        {
            if (!_some.Wait(milliseconds)) return;
            using var buffer = new MemoryStream();
            while (_batches.TryDequeue(out var item))
            {
                for (var i = 0; i < item.Batch.Count; i++)
                    if (Matches(item.Batch.Series[i])) WriteReading(buffer, item.Source, item.Batch, i);
                _spare.Add(item.Batch);
            }

            while (_records.TryDequeue(out var record))
            {
                if (!MatchesPayload(record.Payload)) continue;
                buffer.Write(Encoding.UTF8.GetBytes($"{{\"record\":\"{record.Kind.ToString().ToLowerInvariant()}\",\"payload\":"));
                buffer.Write(record.Payload);
                buffer.Write("}\n"u8);
            }

            var notShown = Interlocked.Exchange(ref _notShown, 0);
            if (notShown > 0) buffer.Write(Encoding.UTF8.GetBytes($"{{\"not_shown\":{notShown}}}\n"));
            stream.Write(buffer.GetBuffer(), 0, (int)buffer.Length);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (tap._lock) tap._watchers = [.. tap._watchers.Where(w => w != this)];
        }

        bool Matches(int id)
        {
            if (labels.Count == 0) return true;
            var set = tap.Series.LabelsOf(id); // ids are given again to other labels
            if (_matches.TryGetValue(id, out var known) && ReferenceEquals(known.Labels, set)) return known.Matches;
            var matches = labels.All(l => set[l.Name] == l.Value);
            _matches[id] = (set, matches);
            return matches;
        }

        bool MatchesPayload(byte[] payload)
        {
            if (labels.Count == 0) return true;
            using var json = JsonDocument.Parse(payload);
            return labels.All(l => json.RootElement.TryGetProperty(l.Name, out var value) && value.ToString() == l.Value);
        }

        void WriteReading(MemoryStream buffer, int from, ReadingBatch batch, int i)
        {
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteString("reading", tap.Sources[from]);
                foreach (var label in tap.Series.LabelsOf(batch.Series[i]).Pairs) json.WriteString(label.Key, label.Value);
                json.WriteString("time", DateTime.UnixEpoch.AddTicks(batch.TimeNs[i] / 100));
                if (double.IsFinite(batch.Value[i])) json.WriteNumber("value", batch.Value[i]);
                else json.WriteNull("value");
                if (batch.Quality[i] != 0) json.WriteNumber("quality", batch.Quality[i]);
                json.WriteEndObject();
            }

            buffer.WriteByte((byte)'\n');
        }
    }

    SeriesTable Series => series;
    string[] Sources => _sources;
}
