using System.Text.Json;
using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Commits;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Flow;
using EdgeAgent.Outputs.Terminal;
using EdgeAgent.Sources.Mqtt;
using EdgeAgent.Status;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Pipelines;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Sources.Mqtt;

/// <summary>An MQTT source with a pipeline that keeps every reading, and real commits into a store that fails when told.</summary>
sealed class MqttSourceRig : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly SeriesTable _series = new(1000);
    bool _stopped;

    public MqttSourceRig(int port, FaultyStore? store = null, CommitSettings? commit = null, int version = 4, double keepAliveSeconds = 30,
        IReadOnlyList<RepeatedPublish>? publish = null, params string[] topics)
    {
        Store = store ?? new FaultyStore();
        Log = new LogLines(new SystemClock(alwaysTrusted: true));
        var settings = new MqttSourceSettings
        {
            Name = "plant",
            Broker = new BrokerSettings
            {
                Host = "127.0.0.1",
                Port = port,
                ProtocolVersion = version,
                ClientId = "gw",
                KeepAlive = TimeSpan.FromSeconds(keepAliveSeconds),
            },
            Publish = publish ?? [],
            Subscriptions = [.. (topics.Length > 0 ? topics : ["s/{device}"]).Select(Subscription)],
        };
        commit ??= new CommitSettings { Interval = TimeSpan.FromMilliseconds(20) };
        var clock = new SystemClock(alwaysTrusted: true);
        var pipeline = new Pipeline(PipelineRig.Settings(), new PipelineContext
        {
            Series = _series,
            Outputs = [new ConsoleOutputSettings { Name = "out" }],
            Stages = new StageRegistry(Components.Stages),
        });
        var slot = new PipelineSlot(pipeline);
        Commits = new CommitLoop(Store, commit, clock, Log.Limiter, () => { });
        slot.Commits = Commits;
        Source = new MqttSource(settings, commit, new SourceFeed(0, [slot], clock, Commits, new Tap(_series, ["plant"])), _series,
            Log.Limiter);
        var state = new StateLog(Source.States.Select(s => (s.StageKey, s.State)));
        state.Restore(Store.LoadState(), (_, _, _) => { });
        Source.Restore(Store.LoadProgress("plant"));
        Commits.Attach([Source], [slot], state);
        Commits.Start();
        Source.Start(_stop.Token);
    }

    public FaultyStore Store { get; }

    public LogLines Log { get; }

    public CommitLoop Commits { get; }

    public MqttSource Source { get; }

    public long Records => Store.Status().Where(l => l.Lane.Output == "out").Sum(l => l.Records);

    public JsonElement Status()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) StatusJson.Write(json, Source.Status());
        return JsonDocument.Parse(buffer.ToArray()).RootElement;
    }

    public string State => Status().GetProperty("state").GetString()!;

    /// <summary>Waits for the world of other threads; the limit only keeps a broken test from hanging.</summary>
    public static void Until(Func<bool> condition, string what)
    {
        var limit = Environment.TickCount64 + 20_000;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < limit, $"never: {what}");
            Thread.Yield();
        }
    }

    /// <summary>Waits for the commit that stores the granted filters.</summary>
    public static void UntilCommitted(FaultyStore store) =>
        Until(() => store.LoadProgress("plant") is { Length: > 20 }, "the filters stored");

    /// <summary>Stops once the broker has said all.</summary>
    public void StopAfter(BrokerScripts broker)
    {
        broker.WaitUntilSaid();
        Stop();
    }

    public void Stop()
    {
        if (_stopped) return;
        _stopped = true;
        _stop.Cancel();
        Source.StopReading();
        Commits.Stop();
        Source.Close();
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    static SubscriptionSettings Subscription(string topic) => new()
    {
        Topic = topic,
        Decode = new JsonFormatSettings
        {
            Fields = [new FieldSettings { Path = "$.v", Metric = "m" }],
            Time = new TimeSettings { Path = "$.t", Unit = TimeUnit.Seconds, OnMissing = MissingTimePolicy.Arrival },
        },
    };
}
