using System.Globalization;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A configuration of three sources, four pipelines and up to three outputs that changes at random, a component or two
/// at a time.</summary>
/// <remarks>No change makes a reading leave its pipeline or its device: what was published can be counted whatever runs.</remarks>
sealed class ReloadPlant(Workspace workspace, int brokerPort, Kafka kafka, string models, Random random)
{
    static readonly string[] Names = ["a", "b", "c"];
    static readonly string[] Kinds =
    [
        "another key of a source", "subscriptions of a source", "decoding of a source",
        "window of a pipeline", "by of a pipeline", "filter of a pipeline",
        "bounds of a pipeline", "key of an output", "setting of an output", "output added or removed", "model",
        "commit", "agent and buffer", "source added or removed",
    ];

    readonly int[] _receiveMaximum = [500, 500, 500],
        _window = [10, 10, 10], _byMetric = [0, 0, 0], _filter = [0, 0, 0], _bound = [32, 32, 32];
    readonly bool[] _isSplit = new bool[3];
    readonly int[] _label = new int[3];
    int _key, _linger = 5, _model = 1, _interval = 200, _maxSeries = 10_000;
    bool _hasFile, _hasSpare;

    /// <summary>The file.</summary>
    public string Path => workspace["agent.yaml"];

    /// <summary>How often each kind of change was drawn.</summary>
    public SortedDictionary<string, int> Mix { get; } = [];

    /// <summary>Connections each source has to have made by now.</summary>
    public int[] Connections { get; } = [1, 1, 1];

    /// <summary>Whether the last change was one that reconnects nothing.</summary>
    public string LastChange { get; private set; } = "";

    /// <summary>Changes one or two components and writes the file.</summary>
    public void Change()
    {
        var kinds = new HashSet<int> { random.Next(Kinds.Length) };
        if (random.Next(3) == 0) kinds.Add(random.Next(Kinds.Length));
        foreach (var kind in kinds) Change(kind, random.Next(Names.Length));
        LastChange = string.Join(" and ", kinds.Select(k => Kinds[k]));
        Write();
    }

    /// <summary>Gives every window another length, so that all open windows are told of.</summary>
    public void ChangeAllWindows()
    {
        for (var i = 0; i < _window.Length; i++) _window[i] += 1;
        Write();
    }

    /// <summary>Writes the file.</summary>
    public void Write() => workspace.Write("next.yaml", Text()).MoveOver(Path);

    void Change(int kind, int at)
    {
        Mix[Kinds[kind]] = Mix.GetValueOrDefault(Kinds[kind]) + 1;
        switch (Kinds[kind])
        {
            case "another key of a source":
                _receiveMaximum[at] = 500 + (_receiveMaximum[at] + 1) % 500;
                Connections[at]++;
                break;
            case "subscriptions of a source":
                _isSplit[at] = !_isSplit[at];
                break;
            case "decoding of a source":
                _label[at]++;
                break;
            case "window of a pipeline":
                _window[at] = _window[at] == 10 ? 20 : 10;
                break;
            case "by of a pipeline":
                _byMetric[at] ^= 1;
                break;
            case "filter of a pipeline":
                _filter[at] ^= 1;
                break;
            case "bounds of a pipeline":
                _bound[at] = _bound[at] == 32 ? 64 : 32;
                break;
            case "key of an output":
                _key ^= 1;
                break;
            case "setting of an output":
                _linger = _linger == 5 ? 6 : 5;
                break;
            case "output added or removed":
                _hasFile = !_hasFile;
                break;
            case "model":
                _model = 3 - _model;
                break;
            case "commit":
                _interval = _interval == 200 ? 300 : 200;
                break;
            case "agent and buffer":
                _maxSeries = _maxSeries == 10_000 ? 20_000 : 10_000;
                break;
            default:
                _hasSpare = !_hasSpare;
                break;
        }
    }

    string Text() => string.Create(CultureInfo.InvariantCulture, $$"""
        agent: { id: gw-test, data_dir: {{workspace["data"]}}, max_series: {{_maxSeries}} }
        sources:
        {{string.Concat(Enumerable.Range(0, Names.Length).Select(Source))}}{{(_hasSpare ? Spare : "")}}
        models:
          m: { file: {{System.IO.Path.Combine(models, $"gain{_model}.onnx")}}, budget: 5s }
        pipelines:
        {{string.Concat(Enumerable.Range(0, Names.Length).Select(Pipeline))}}
          scores: { from: [a], stages: [ { score: { model: m, emit_scores: true } } ], to: [scores] }
        outputs:
          central: { type: kafka, brokers: ["{{kafka.Brokers.Replace(",", "\", \"")}}"], topic: {{kafka.Topic}}, key: "{{(_key == 0 ? "{device}" : "k-{device}")}}", linger: {{_linger}}ms }
          scores: { type: file, path: {{workspace["scores.jsonl"]}} }
        {{(_hasFile ? $"  copy: {{ type: file, path: {workspace["copy.jsonl"]} }}" : "")}}
        buffer: { max_size: {{(_maxSeries == 10_000 ? 128 : 192)}}MiB, on_full: block }
        commit: { interval: {{_interval}}ms }

        """);

    string Spare => $$"""
          spare: { type: mqtt, url: "mqtt://127.0.0.1:{{brokerPort}}", client_id: gw-spare, subscriptions: [ { topic: "spare/{device}", decode: { format: number } } ] }

        """;

    string Source(int i) => string.Create(CultureInfo.InvariantCulture, $$"""
          {{Names[i]}}:
            type: mqtt
            url: mqtt://127.0.0.1:{{brokerPort}}
            client_id: gw-{{Names[i]}}
            receive_maximum: {{_receiveMaximum[i]}}
            subscriptions:
              - topic: "s/{{Names[i]}}/{device}/{metric}"
                labels: { tag: "t{{_label[i]}}" }
                decode: { format: json, value: $.v, time: { path: $.ts, unit: ms } }
        {{(_isSplit[i] ? $$"""
              - topic: "other/{{Names[i]}}/{device}/{metric}"
                decode: { format: json, value: $.v, time: { path: $.ts, unit: ms } }
        """ : "")}}

        """);

    string Pipeline(int i) => string.Create(CultureInfo.InvariantCulture, $$"""
          p{{Names[i]}}:
            from: [{{Names[i]}}]
            stages:
        {{(_filter[i] == 0 ? "" : "      - keep: { device: \"*\" }")}}
              - window: { tumbling: {{_window[i]}}m, by: [device{{(_byMetric[i] == 0 ? "" : ", metric")}}], aggregate: [count, sum], out_of_order: 1h, allowed_lateness: 0s, max_open_per_group: {{_bound[i]}} }
            to: [central{{(_hasFile ? ", copy" : "")}}]

        """);
}
