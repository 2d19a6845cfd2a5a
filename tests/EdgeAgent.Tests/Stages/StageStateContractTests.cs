using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages.Alignment;
using EdgeAgent.Core.Stages.Deadbands;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Core.State;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Models;
using EdgeAgent.Tests.Pipelines;
using EdgeAgent.Tests.Stages.Scores;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Stages;

/// <summary>The contract of <see cref="IStageState"/>, for every stage with memory: whatever happens,
/// a restart finds exactly what the last successful commit held.</summary>
/// <remarks>
/// Random readings, forgotten series, cuts that succeed and fail, and restarts, through the real state log over a store in memory. The
/// oracle is plain: at each successful cut every unit of the live stages is written out and kept by its labels; after a restart the same is
/// done with what was restored, and both must be equal byte for byte. Device names never end, so numbers must be given again.
/// </remarks>
public sealed class StageStateContractTests
{
    const int Seeds = 25, Steps = 500, LiveDevices = 6;

    public static TheoryData<string> Stages => ["window", "align last", "align linear", "deadband", "score", "score_summaries"];

    [Theory]
    [MemberData(nameof(Stages))]
    public void A_restart_finds_what_the_last_commit_held(string stage)
    {
        for (var seed = 1; seed <= Seeds; seed++) new Run(stage, seed).All();
    }

    sealed class Run(string stage, int seed)
    {
        readonly Random _random = new(seed);
        readonly MemoryStore _store = new();
        PipelineRig _rig = null!;
        StateLog _log = null!;
        Dictionary<string, byte[]> _committed = [];
        readonly List<int> _known = [];
        int _firstDevice;
        bool _isDurable;
        int _most;
        long _timeS = 1000;

        public void All()
        {
            Start();
            for (var step = 0; step < Steps; step++)
            {
                switch (_random.Next(10))
                {
                    case < 5: Read(); break;
                    case 5: Cut(succeeds: _random.Next(3) > 0, forgets: true); break;
                    case 6 or 7: Cut(succeeds: true); break;
                    case 8: Cut(succeeds: false); break;
                    default:
                        if (_random.Next(4) == 0) Restart(step);
                        break;
                }
            }

            Cut(succeeds: true);
            Restart(Steps);
        }

        void Start()
        {
            _rig = NewRig();
            _log = new StateLog(_rig.Pipeline.States.Select(s => (s.StageKey, s.State)));
            _known.Clear();
            _isDurable = false;
        }

        void Restart(int step)
        {
            Start();
            var restored = _log.Restore(_store.LoadState(), (_, _, _) => { });
            Assert.Equal(0, restored.Malformed);
            var found = Live();
            var where = $"{stage}, seed {seed}, step {step}";
            Assert.True(_committed.Keys.Order().SequenceEqual(found.Keys.Order()),
                $"{where}: lost [{string.Join(' ', _committed.Keys.Except(found.Keys))}], back from the dead "
                    + $"[{string.Join(' ', found.Keys.Except(_committed.Keys))}]");
            foreach (var (name, entry) in _committed)
                Assert.True(entry.AsSpan().SequenceEqual(found[name]), $"{where}: {name} is not what was committed");
            for (var id = 0; id < _rig.Series.IdLimit; id++)
                if (!_rig.Series.LabelsOf(id).Equals(LabelSet.Empty)) _known.Add(id);
        }

        void Read()
        {
            for (var n = _random.Next(1, 20); n > 0; n--)
            {
                // Some series lack the label that makes a group: theirs is the group with no labels.
                var metric = _random.Next(2) == 0 ? "x" : "y";
                var id = _random.Next(8) == 0
                    ? _rig.Series.Intern(LabelSet.Of((LabelSet.Metric, metric)))
                    : _rig.Id("d" + (_firstDevice + _random.Next(LiveDevices)), metric);
                if (!_known.Contains(id)) _known.Add(id);
                _rig.AddNs(id, (_timeS + _random.Next(-3, 4)) * PipelineRig.Second, _random.Next(100));
                _timeS += _random.Next(2);
            }

            _rig.Run();
            _rig.Pass(1);
        }

        void Forget()
        {
            int[] ids = [.. _known.Where(_ => _random.Next(3) == 0)];
            _firstDevice += _random.Next(3);
            _rig.Pipeline.Forget(ids);
            _rig.Series.Forget(ids);
            _known.RemoveAll(id => ids.Contains(id));
        }

        void Cut(bool succeeds, bool forgets = false)
        {
            var batch = new CommitBatch();
            if (_isDurable) _rig.Series.Release();
            _isDurable = succeeds;
            if (forgets) Forget();
            _rig.Cut(0);
            _rig.TakeAll();
            _log.Cut(batch);
            if (!succeeds)
            {
                _log.Failed();
                return;
            }

            _store.Commit(batch);
            _log.Committed();
            _committed = Live();
            _most = Math.Max(_most, _committed.Count);
            foreach (var handle in _rig.Pipeline.States)
                Assert.True(handle.State.UnitCount < 3 * _most + 2 * LiveDevices,
                    $"{stage}, seed {seed}: {handle.State.UnitCount} units, of which at most {_most} were here at once");
        }

        // What each unit writes, by stage and labels. A removal is nothing, and never of a name that is here:
        // the log may write any unit again.
        Dictionary<string, byte[]> Live()
        {
            var live = new Dictionary<string, byte[]>();
            var removed = new HashSet<string>();
            var writer = new StateWriter();
            foreach (var handle in _rig.Pipeline.States)
            {
                for (var unit = 0; unit < handle.State.UnitCount; unit++)
                {
                    writer.Clear();
                    handle.State.WriteUnit(unit, writer);
                    if (writer.Length == 0) continue;
                    if (NameOf(writer.Bytes, out var gone) is not { } labels)
                    {
                        removed.Add(handle.StageKey + " " + gone);
                        continue;
                    }

                    Assert.True(live.TryAdd(handle.StageKey + " " + labels, writer.Bytes.ToArray()),
                        $"{stage}, seed {seed}: two units of one name, {labels}");
                }
            }

            foreach (var name in removed) Assert.False(live.ContainsKey(name), $"{stage}, seed {seed}: a removal of {name}, which is here");
            return live;
        }

        string? NameOf(ReadOnlySpan<byte> entry, out string gone)
        {
            gone = "";
            var reader = new StateReader(entry);
            if (!reader.TryByte(out var mark)) return null;
            if (mark == 'R') Assert.True(reader.TryText(out gone) && (reader.AtEnd || (reader.TryByte(out mark) && mark == 'D')));
            if (mark == 'R' || reader.AtEnd) return null;
            if (mark == 'W') return reader.TryByte(out var isHere) && reader.TryText(out gone) && isHere == 1 ? gone : null;
            if (mark is not ((byte)'A' or (byte)'S' or (byte)'D')) return "mark " + (char)mark;
            Assert.True(reader.TryText(out var labels));
            if (mark == 'D' || stage == "score") return labels;
            gone = labels;
            return reader.TryByte(out var isThere) && isThere == 1 ? labels : null;
        }

        PipelineRig NewRig()
        {
            FakeModel Model(int features) => new(features, 1, 1, 8, (x, s, y) => y[0] = s[0] = x[^1]);
            var window = PipelineRig.Window(5, outOfOrder: 2, lateness: 4, idle: 30, aggregate: Aggregates.Mean | Aggregates.Stddev);
            return stage switch
            {
                "window" => new(PipelineRig.Settings(window)),
                "align last" => new(PipelineRig.Settings(Align(AlignJoin.Last))),
                "align linear" => new(PipelineRig.Settings(Align(AlignJoin.Linear))),
                "deadband" => new(PipelineRig.Settings(new DeadbandSettings { Name = "deadband", Absolute = 10 })),
                "score" => new ScoreRig(ScoreRig.Readings(3)
                    with { Threshold = new ThresholdSettings { Constant = 80, MinDuration = TimeSpan.FromSeconds(2) } }, Model(3)).Pipe,
                _ => new ScoreRig(ScoreRig.Summaries("mean", "stddev")
                    with { Last = 3, Threshold = new ThresholdSettings { Constant = 80 } }, Model(6), window).Pipe,
            };
        }

        static AlignSettings Align(AlignJoin join) =>
            new() { Name = "align", By = ["device"], Metrics = ["x", "y"], Join = join, Tolerance = TimeSpan.FromSeconds(5) };
    }
}
