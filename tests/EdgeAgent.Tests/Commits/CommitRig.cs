using System.Text;
using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Commits;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Flow;
using EdgeAgent.Outputs.Terminal;
using EdgeAgent.Status;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Flow;
using EdgeAgent.Tests.Pipelines;
using EdgeAgent.Tests.Storage;

namespace EdgeAgent.Tests.Commits;

/// <summary>One source, one pipeline, a commit loop and a store that fails when told.</summary>
sealed class CommitRig
{
    public static readonly Lane Out = new("out", RecordPriority.Raw);

    public CommitRig(CommitSettings? settings = null, FaultyStore? store = null, params StageSettings[] stages)
    {
        Store = store ?? new FaultyStore();
        Pipeline = new Pipeline(PipelineRig.Settings(stages), new PipelineContext
        {
            Series = Series,
            Outputs = [new ConsoleOutputSettings { Name = "out" }],
            Stages = new StageRegistry(Components.Stages),
        });
        var slot = new PipelineSlot(Pipeline);
        Log = new LogLines(Clock);
        Loop = new CommitLoop(Store, settings ?? new CommitSettings(), Clock, Log.Limiter, () => Durable++);
        slot.Commits = Loop;
        Source = new FakeSource(new SourceFeed(0, [slot], Clock, Loop, new Tap(Series, ["fake"])));
        Loop.Attach([Source], [slot], new StateLog(Pipeline.States.Select(s => (s.StageKey, s.State))));
    }

    public SystemClock Clock { get; } = new(alwaysTrusted: true);

    public LogLines Log { get; }

    public SeriesTable Series { get; } = new(1000);

    public Pipeline Pipeline { get; }

    public FaultyStore Store { get; }

    public FakeSource Source { get; }

    public CommitLoop Loop { get; }

    public int Durable { get; private set; }

    public int Id(string device) => Series.Intern(LabelSet.Of(("device", device), ("metric", "m")));

    public bool Take(double value, string device = "a", double atSeconds = 1_000_000) => Source.TryTake(Id(device), value, atSeconds);

    /// <summary>Payloads of the lane of readings, or of another priority, in order.</summary>
    public List<string> Stored(int priority = RecordPriority.Raw)
    {
        var list = new List<string>();
        for (var after = 0L; Store.TryRead(Out with { Priority = priority }, after) is { } segment; after = segment.LastNumber)
        {
            var reader = new RecordReader(segment.Bytes);
            while (reader.Read()) list.Add(Encoding.UTF8.GetString(reader.Payload));
        }

        return list;
    }
}
