using System.Text;
using System.Text.Json;
using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Flow;
using EdgeAgent.Running;
using EdgeAgent.Logs;
using EdgeAgent.Models;
using EdgeAgent.Sources.Mqtt;

namespace EdgeAgent.Replays;

/// <summary>Pushes recorded messages through the real decoders, stages and encoders; both clocks follow the recording.</summary>
/// <remarks>
/// Cuts happen as in a running agent: before a message that comes <c>commit.interval</c> or more after the last cut, and at
/// the end. After the last message the clock runs on by the longest <c>idle_timeout</c>, so windows that have one close;
/// others stay open and are counted on standard error. Each record is one line: output, topic, key, id, kind, payload.
/// A line that cannot be read, or is longer than <see cref="MaxLineChars"/>, is named on standard error and passed over. Nothing
/// depends on this machine's clock, speed, zone or language.
/// </remarks>
sealed class Replay
{
    const int MaxRoutes = 100_000;
    const int MaxLineChars = 16 << 20;
    const int MaxComplaints = 1000;
    readonly GatewaySettings _settings;
    readonly PipelineSlot[] _pipelines;
    readonly Dictionary<string, (MessageDecoder Decoder, Receiver Receiver)> _sources = [];
    readonly long[] _idleFloors = new long[64];
    readonly ReadingBatch _batch = new();
    long? _lastCutNs;
    int _complaints;

    /// <summary>A replay of <paramref name="settings"/>, with models of <paramref name="models"/> or, when null, of its own.</summary>
    public Replay(GatewaySettings settings, ModelHost? models = null)
    {
        _settings = settings;
        var series = new SeriesTable(settings.Agent.MaxSeries, settings.Agent.MaxSeriesBytes, settings.Agent.MaxLabelBytes);
        // Lives as long as the process.
        models ??= new ModelHost(WithoutBudget(settings.Models), new SystemClock(), Console.Error.WriteLine)
        {
            Note = Console.Error.WriteLine,
        };
        var stages = new StageRegistry(Components.Stages, models);
        _pipelines = [.. settings.Pipelines.Select(p => new PipelineSlot(PipelineFactory.Create(p, settings, series, stages)))];
        for (var i = 0; i < settings.Sources.Count; i++)
        {
            if (settings.Sources[i] is not MqttSourceSettings source) continue;
            var fed = _pipelines.Where((_, at) => settings.Pipelines[at].From.Contains(source.Name)).ToArray();
            _sources[source.Name] = (new MessageDecoder(source.Subscriptions, series, MaxRoutes), new Receiver(i, fed));
        }
    }

    /// <summary>Whether each message is told step by step.</summary>
    public bool Explains { get; init; }

    /// <summary>Models whose runs take as long as they take: what a busy machine does not finish in time would
    /// otherwise be missing in the result.</summary>
    public static IReadOnlyList<ModelSettings> WithoutBudget(IReadOnlyList<ModelSettings> models) =>
        [.. models.Select(model => model with { Budget = TimeSpan.Zero })];

    /// <summary>Replays all lines; false when a line could not be read, which is then named on <paramref name="errors"/>.</summary>
    public bool Run(TextReader input, Stream output, TextWriter errors)
    {
        using var buffered = new BufferedStream(output, 64 << 10);
        var good = true;
        long number = 0, bad = 0, readings = 0, atNs = 0;
        var lines = new BoundedLines(input, MaxLineChars);
        while (lines.TryRead(out var line))
        {
            number++;
            if (line is null)
            {
                errors.WriteLine($"line {number}: longer than {MaxLineChars} characters.");
                good = false;
                continue;
            }

            if (string.IsNullOrWhiteSpace(line)) continue;
            if (TryRead(line, out var message) is { } problem)
            {
                errors.WriteLine($"line {number}: {problem}");
                good = false;
                continue;
            }

            if (_lastCutNs is not null && message.AtNs < atNs)
            {
                errors.WriteLine($"line {number}: `at` goes back in time; a recording is in the order of arrival.");
                good = false;
                continue;
            }

            atNs = message.AtNs;
            if (_lastCutNs is null) Array.Fill(_idleFloors, atNs);
            _lastCutNs ??= atNs;
            if (atNs - _lastCutNs >= _settings.Commit.Interval.Ticks * 100) Cut(atNs, buffered);
            var (decoder, receiver) = _sources[message.Source];
            receiver.Now = Instant.Of(atNs, atNs);
            var result = decoder.Decode(Encoding.UTF8.GetBytes(message.Topic), message.Payload, atNs, _batch, receiver);
            readings += result.Readings;
            if (!result.IsGood) bad++;
            if (Explains) Explain(number, in message, in result, errors);
            else if (!result.IsGood || decoder.HasHint) Complain(number, decoder, message.Topic, errors);
            if (_batch.Count > 0) receiver.Flush(_batch);
        }

        Cut(atNs, buffered);
        Cut(atNs + LongestIdleNs(), buffered);
        buffered.Flush();
        errors.WriteLine($"{number} messages, {readings} readings, {bad} messages with something undecodable, "
            + $"{_pipelines.Sum(p => p.Pipeline.Counters.OpenWindows)} windows still held");
        return good;
    }

    void Explain(long number, in (string Source, string Topic, byte[] Payload, long AtNs) message, in DecodeResult result,
        TextWriter errors)
    {
        errors.WriteLine($"line {number}");
        var name = message.Source;
        var source = _settings.Sources.OfType<MqttSourceSettings>().First(s => s.Name == name);
        var explainer = new MessageExplainer(source.Subscriptions, _settings.Agent.MaxLabelBytes);
        foreach (var line in explainer.Explain(message.Topic, message.Payload, message.AtNs)) errors.WriteLine($"  {line}");
        // Each message is told as if it were the first of its topic.
        if (explainer.IsGood && result is { Readings: 0, Reason: BadReason.NotAsked })
            errors.WriteLine("  repeat    it came before; the recording gives no reading of it");
    }

    /// <summary>Says what of a message could not be read and why, as the log of a running agent does, but of every message.</summary>
    void Complain(long number, MessageDecoder decoder, string topic, TextWriter errors)
    {
        foreach (var reason in Enum.GetValues<BadReason>())
        {
            if (decoder.TakeSample(reason) is not { } bad) continue;
            if (_complaints++ < MaxComplaints) errors.WriteLine($"line {number}: {topic}: {bad.Message} Payload: {bad.Payload}");
            else if (_complaints == MaxComplaints + 1) errors.WriteLine($"More than {MaxComplaints} of these; --explain shows all of a "
                + "smaller recording.");
        }

        while (decoder.TryTakeNote(out var note)) errors.WriteLine($"line {number}: {note}");
        while (decoder.TryTakeHint(out var hint)) errors.WriteLine($"line {number}: {hint!.Topic}: {hint.Message}");
    }

    void Cut(long atNs, Stream output)
    {
        _lastCutNs = atNs;
        var now = Instant.Of(atNs, atNs);
        foreach (var slot in _pipelines)
        {
            slot.Pipeline.OnCut(now, _idleFloors);
            foreach (var lane in slot.Pipeline.Lanes)
            {
                Print(lane, output);
                lane.Records.Clear();
            }
        }
    }

    static void Print(PipelineLane lane, Stream output)
    {
        var reader = new RecordReader(lane.Records.Bytes);
        while (reader.Read())
        {
            using (var json = new Utf8JsonWriter(output,
                new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                json.WriteStartObject();
                json.WriteString("output", lane.Output);
                json.WriteString("topic", reader.Topic);
                if (reader.HasKey) json.WriteString("key", reader.Key);
                json.WriteString("id", reader.Id);
                json.WriteString("kind", reader.Kind.ToString().ToLowerInvariant());
                json.WritePropertyName("payload");
                json.WriteRawValue(reader.Payload, skipInputValidation: true);
                json.WriteEndObject();
            }

            output.WriteByte((byte)'\n');
        }
    }

    long LongestIdleNs() =>
        _settings.Pipelines.SelectMany(p => p.Stages).OfType<WindowSettings>().Max(w => w.IdleTimeout?.Ticks * 100) ?? 0;

    string? TryRead(string line, out (string Source, string Topic, byte[] Payload, long AtNs) message)
    {
        message = default;
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return "expected a JSON object";
            if (Text(root, "source") is not { } source) return "`source` is missing: the name of a source of the configuration";
            if (!_sources.ContainsKey(source))
                return $"source `{source}` is not an MQTT source of the configuration ({string.Join(", ", _sources.Keys)})";
            if (Text(root, "topic") is not { } topic) return "`topic` is missing";
            if (Text(root, "at") is not { } at || !IsoTime.TryParse(Encoding.UTF8.GetBytes(at), out var atNs))
                return "`at` is missing or not a time such as 2026-01-31T12:00:00Z";
            byte[] payload;
            if (Text(root, "payload") is { } text) payload = Encoding.UTF8.GetBytes(text);
            else if (Text(root, "payload_base64") is { } coded) payload = Convert.FromBase64String(coded);
            else return "`payload` (text) or `payload_base64` is missing";
            message = (source, topic, payload, atNs);
            return null;
        }
        catch (JsonException error)
        {
            return $"not JSON: {error.Message}";
        }
        catch (InvalidOperationException)
        {
            return "not text: half of a surrogate pair";
        }
        catch (FormatException error)
        {
            return $"`payload_base64`: {error.Message}";
        }
    }

    static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    sealed class Receiver(int index, PipelineSlot[] pipelines) : IBatchReceiver
    {
        public Instant Now { get; set; }

        public void Flush(ReadingBatch batch)
        {
            for (var i = 0; i < pipelines.Length - 1; i++) pipelines[i].ProcessCopy(batch, index, Now);
            if (pipelines.Length > 0) pipelines[^1].Process(batch, index, Now);
            batch.Count = 0;
        }
    }
}
