using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Core.Records;
using EdgeAgent.Status;
using EdgeAgent.Storage;
using static EdgeAgent.Cli.HeldBuffer;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent buffer inspect | export | purge</c>: what waits for outputs in the buffer of an agent that is
/// stopped.</summary>
static class BufferContents
{
    /// <summary>Shows lanes, state and files.</summary>
    public static int Inspect(string directory, bool asJson, TextWriter to, TextWriter error) => Change(directory, error, store =>
    {
        var contents = new Contents(store.Space, [.. store.Status().Select(lane => LaneContents.Of(store, lane))],
            [.. store.LoadState().GroupBy(row => row.Stage, (stage, rows) => StageContents.Of(stage, rows))],
            [.. Directory.EnumerateFiles(directory, "edge-agent.db.*").Where(IsSetAside).Order(StringComparer.Ordinal)]);
        if (asJson) WriteJson(to, directory, contents);
        else WriteText(to, directory, contents);
    });

    /// <summary>One JSON object a line and record, lane by lane in the order they will be sent.</summary>
    public static int Export(string directory, string? output, Stream to, TextWriter error) => Change(directory, error, store =>
    {
        using var line = new MemoryStream();
        foreach (var lane in LanesOf(store, output))
            ForEach(store, lane.Lane, (Segment segment, long number, in RecordReader record) =>
            {
                line.SetLength(0);
                RecordJson.WriteLine(line, segment, number, record);
                line.WriteTo(to);
            });
    });

    /// <summary>Drops what waits for an output, or for all.</summary>
    public static int Purge(string directory, string? output, TextWriter to, TextWriter error) => Change(directory, error, store =>
    {
        LanesOf(store, output);
        var before = store.Space.Bytes;
        var dropped = store.DropWaiting(output);
        to.WriteLine($"{StatusText.Count(dropped)} records dropped, and counted as dropped by the next start.");
        var after = store.Space.Bytes;
        if (after < before) to.WriteLine($"{StatusText.Size(before - after)} of the disk are free again.");
    });

    static List<LaneStatus> LanesOf(SqliteStore store, string? output)
    {
        var all = store.Status();
        var found = all.Where(lane => output is null || lane.Lane.IsOf(output)).ToList();
        if (found.Count > 0 || output is null) return found;
        var known = all.Where(lane => !lane.Lane.IsHeld).Select(lane => OneLine(lane.Lane.Output)).Distinct().Order(StringComparer.Ordinal);
        throw new StoreException(StoreFailure.Io, $"The buffer has nothing of an output `{OneLine(output)}`, now or before. "
            + $"It knows: {string.Join(", ", known.DefaultIfEmpty("none"))}.");
    }

    delegate void Take(Segment segment, long number, in RecordReader record);

    static void ForEach(SqliteStore store, Lane lane, Take take)
    {
        for (var after = store.ConfirmedThrough(lane); store.TryRead(lane, after) is { } segment; after = segment.LastNumber)
        {
            var reader = new RecordReader(segment.Bytes);
            for (var number = segment.FirstNumber; reader.Read(); number++)
                if (number > after) take(segment, number, reader);
        }
    }

    static bool IsSetAside(string path) => Path.GetFileName(path).StartsWith("edge-agent.db.", StringComparison.Ordinal)
        && !path.EndsWith("-wal", StringComparison.Ordinal) && !path.EndsWith("-shm", StringComparison.Ordinal)
        && !path.EndsWith("-commits", StringComparison.Ordinal);

    static void WriteText(TextWriter to, string directory, Contents contents)
    {
        to.WriteLine($"{Path.Combine(directory, "edge-agent.db")}: {StatusText.Size(contents.Space.Bytes)}, of which "
            + $"{StatusText.Size(contents.Space.FreeBytes)} wait to be used again");
        if (contents.Lanes.Length == 0) to.WriteLine("no output has had a record yet");
        foreach (var lane in contents.Lanes) lane.WriteText(to);
        foreach (var stage in contents.Stages)
            to.WriteLine($"state of {OneLine(stage.Name)}: rows {StatusText.Count(stage.Rows)}, {StatusText.Size(stage.Bytes)}");
        foreach (var path in contents.SetAside)
            to.WriteLine($"set aside: {path}, {StatusText.Size(new FileInfo(path).Length)} "
                + $"(`edge-agent buffer salvage --from {path}` takes over what is whole in it)");
    }

    static void WriteJson(TextWriter to, string directory, Contents contents)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("directory", directory);
            json.WriteNumber("database_bytes", contents.Space.Bytes);
            json.WriteNumber("database_free_bytes", contents.Space.FreeBytes);
            json.WriteStartArray("lanes");
            foreach (var lane in contents.Lanes) lane.WriteJson(json);
            json.WriteEndArray();
            json.WriteStartArray("state");
            foreach (var stage in contents.Stages)
            {
                json.WriteStartObject();
                json.WriteString("stage", stage.Name);
                json.WriteNumber("rows", stage.Rows);
                json.WriteNumber("bytes", stage.Bytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("set_aside");
            foreach (var path in contents.SetAside) json.WriteStringValue(path);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        to.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }

    sealed record Contents(StoreSpace Space, LaneContents[] Lanes, StageContents[] Stages, string[] SetAside);

    sealed record StageContents(string Name, long Rows, long Bytes)
    {
        public static StageContents Of(string stage, IEnumerable<StateRow> rows)
        {
            var (count, bytes) = (0L, 0L);
            foreach (var row in rows) (count, bytes) = (count + 1, bytes + row.Bytes.Length);
            return new(stage, count, bytes);
        }
    }

    sealed record LaneContents(LaneStatus Lane, long First, (string Topic, long Records)[] Topics)
    {
        public static LaneContents Of(SqliteStore store, LaneStatus lane)
        {
            var topics = new Dictionary<string, long>();
            ForEach(store, lane.Lane, (Segment _, long _, in RecordReader record) =>
            {
                var topic = Encoding.UTF8.GetString(record.Topic);
                topics[topic] = topics.GetValueOrDefault(topic) + 1;
            });
            return new(lane, store.ConfirmedThrough(lane.Lane) + 1,
                [.. topics.OrderByDescending(topic => topic.Value).Select(topic => (topic.Key, topic.Value))]);
        }

        public void WriteText(TextWriter to)
        {
            var counts = $"dropped so far {StatusText.Count(Lane.DroppedTotal)}, rejected {StatusText.Count(Lane.RejectedTotal)}";
            var name = OneLine($"output {Lane.Lane.Output}, priority {Lane.Lane.Priority}");
            if (Lane.Records == 0)
            {
                to.WriteLine($"{name}: nothing waits; {counts}");
                return;
            }

            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {StatusText.Count(Lane.Records)} records, "
                + $"{StatusText.Size(Lane.Bytes)}, numbers {First} to {First + Lane.Records - 1}, the oldest of "
                + $"{RecordJson.At(Lane.OldestCommittedAtNs)}; {counts}"));
            foreach (var (topic, records) in Topics) to.WriteLine($"  {OneLine(topic)}: {StatusText.Count(records)}");
        }

        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("output", Lane.Lane.Output);
            json.WriteNumber("priority", Lane.Lane.Priority);
            json.WriteNumber("records", Lane.Records);
            json.WriteNumber("bytes", Lane.Bytes);
            json.WriteNumber("first_number", First);
            if (Lane.Records > 0) json.WriteString("oldest_committed_at", RecordJson.At(Lane.OldestCommittedAtNs));
            json.WriteNumber("dropped", Lane.DroppedTotal);
            json.WriteNumber("rejected", Lane.RejectedTotal);
            json.WriteStartObject("topics");
            foreach (var (topic, records) in Topics) json.WriteNumber(topic, records);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }
}
