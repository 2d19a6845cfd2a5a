using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Records;
using EdgeAgent.Network;
using EdgeAgent.Outputs;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Outputs;

/// <summary>An output that a reload renews while records of a topic are held goes on where the other ended.</summary>
public sealed class OutputRenewalTests
{
    static readonly Lane s_lane = new("out", 0);
    static readonly PumpPace s_pace = new(new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(1)))
    {
        HeldWait = TimeSpan.FromMilliseconds(1),
    };

    readonly MemoryStore _store = new();
    readonly List<string> _ids = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Held_topics_stay_held_in_order_whether_their_move_is_committed_or_not(bool isCommitted)
    {
        var late = new LateConfirmations(_store) { IsOpen = isCommitted };
        var closed = new HashSet<string> { "b" };
        Commit(20);
        var first = new TopicOutput(closed);
        using var before = new OutputPump(first, [s_lane], _store, late, new OutputHealth(new SystemClock()), s_pace);
        before.Start();
        Assert.True(late.Wait(20));
        before.End(TimeSpan.FromSeconds(30));

        var second = new TopicOutput(closed);
        using var after = new OutputPump(second, [s_lane], _store, late, new OutputHealth(new SystemClock()), s_pace);
        after.Continue(before);
        Assert.Equal(["b"], second.Held);
        after.Start();
        Commit(20);
        after.Wake();
        Assert.True(late.Wait(40));
        late.IsOpen = true;
        lock (closed) closed.Clear();
        Assert.True(late.WaitUntilEmpty());
        Commit(4);
        after.Wake();
        Assert.True(late.WaitUntilEmpty());
        after.Stop(TimeSpan.FromSeconds(30));
        Assert.Equal(_ids.Where(id => id[0] == 'a'), first.Arrived.Concat(second.Arrived).Where(id => id[0] == 'a'));
        Assert.Equal(_ids.Where(id => id[0] == 'b'), second.Arrived.Where(id => id[0] == 'b'));
        Assert.Empty(second.Held);
    }

    void Commit(int count)
    {
        var buffer = new LaneBuffer();
        for (var i = 0; i < count; i++)
        {
            var topic = i % 2 == 0 ? "a" : "b";
            _ids.Add($"{topic}-{_ids.Count}");
            buffer.Append(RecordKind.Summary, 1, topic, topic, _ids[^1], "{}"u8);
        }

        var batch = new CommitBatch { CutAtNs = 1 };
        batch.Records.Add((s_lane, count, buffer.Bytes.ToArray()));
        lock (_store) _store.Commit(batch);
    }

    /// <summary>Delivers records of topics that are not closed.</summary>
    sealed class TopicOutput(HashSet<string> closed) : IOutput, ITopicOutput
    {
        public List<string> Arrived { get; } = [];

        public HashSet<string> Held { get; } = [];

        public void Open()
        {
        }

        public void Hold(string topic) => Held.Add(topic);

        public void Release(string topic) => Held.Remove(topic);

        public bool MayTry(string topic)
        {
            lock (closed) return !closed.Contains(topic);
        }

        public SendReport Send(IReadOnlyList<Segment> segments, CancellationToken stop)
        {
            var held = new List<HeldRecord>();
            foreach (var segment in segments)
            {
                var reader = new RecordReader(segment.Bytes);
                for (var i = 0; reader.Read(); i++)
                {
                    var topic = Encoding.UTF8.GetString(reader.Topic);
                    if (!segment.Lane.IsHeld && (Held.Contains(topic) || !MayTry(topic)))
                        held.Add(HeldRecord.Of(segment.Lane, i, topic, "closed", reader));
                    else Arrived.Add(Encoding.UTF8.GetString(reader.Id));
                }
            }

            return new SendReport(segments.Count, [], null) { Held = held };
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Commits what outputs confirm at once, or, while it is not open, later.</summary>
    sealed class LateConfirmations(MemoryStore store) : IConfirmations
    {
        static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);
        readonly List<CommitBatch> _waiting = [];
        long _through;

        public bool IsOpen
        {
            get;
            set
            {
                lock (store)
                {
                    field = value;
                    Flush();
                }
            }
        }

        public void Confirmed(Lane lane, long firstNumber, long throughNumber) => Moved(lane, firstNumber, throughNumber, []);

        public void Moved(Lane lane, long firstNumber, long throughNumber, IReadOnlyList<MovedRecords> records)
        {
            lock (store)
            {
                var batch = new CommitBatch { CutAtNs = 1 };
                batch.Confirmed.Add((lane, throughNumber));
                foreach (var moved in records) batch.Records.Add((moved.To, moved.Count, moved.Bytes));
                _waiting.Add(batch);
                if (lane == s_lane) _through = throughNumber;
                Flush();
                Monitor.PulseAll(store);
            }
        }

        public void Rejected(RejectedRecord record) => Assert.Fail(record.Reason);

        public bool Wait(long through)
        {
            lock (store)
            {
                while (_through < through)
                    if (!Monitor.Wait(store, s_guard)) return false;
                return true;
            }
        }

        public bool WaitUntilEmpty()
        {
            lock (store)
            {
                while (store.Status().Any(lane => lane.Records > 0))
                    if (!Monitor.Wait(store, s_guard)) return false;
                return true;
            }
        }

        void Flush()
        {
            if (!IsOpen) return;
            foreach (var batch in _waiting) store.Commit(batch);
            _waiting.Clear();
        }
    }
}
