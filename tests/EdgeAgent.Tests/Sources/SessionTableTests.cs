using EdgeAgent.Core.Pipelines;
using EdgeAgent.Sources.Mqtt;
using Xunit;

namespace EdgeAgent.Tests.Sources;

/// <summary>A conformant broker, cables that tear at any byte and an agent that dies at any step, against the table.</summary>
public sealed class SessionTableTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void Every_message_is_taken_exactly_once(int qos, bool lowestFreeIds)
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var run = new Run(seed, qos, lowestFreeIds);
            run.Play(600);
            Assert.True(run.TakenInOrder.SequenceEqual(Enumerable.Range(0, run.Published)), $"seed {seed}: {run.Describe()}");
        }
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(0, false)]
    public void Every_message_is_taken_exactly_once_from_a_broker_that_sends_released_ones_again(int qos, bool lowestFreeIds)
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var run = new Run(seed, qos, lowestFreeIds, sendsReleasedAgain: true);
            run.Play(600);
            Assert.True(run.TakenInOrder.SequenceEqual(Enumerable.Range(0, run.Published)), $"seed {seed}: {run.Describe()}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_message_is_taken_exactly_once_from_a_broker_with_more_to_send_again_than_its_window(bool lowestFreeIds)
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var run = new Run(seed, 1, lowestFreeIds, window: 8 + seed % 5);
            run.Play(1200);
            Assert.True(run.TakenInOrder.SequenceEqual(Enumerable.Range(0, run.Published)), $"seed {seed}: {run.Describe()}");
        }
    }

    [Fact]
    public void Mixed_qos_is_taken_exactly_once()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var run = new Run(seed, 0, false);
            run.Play(600);
            Assert.True(run.TakenInOrder.SequenceEqual(Enumerable.Range(0, run.Published)), $"seed {seed}: {run.Describe()}");
        }
    }

    [Fact]
    public void What_is_completed_and_confirmed_leaves_the_table()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var run = new Run(seed, 0, false);
            run.Play(600);
            run.Confirm();
            Assert.Equal(0, run.Remembered);
        }
    }

    [Fact]
    public void Equal_payloads_under_counting_ids_are_never_lost()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var run = new Run(seed, 1, false, samePayload: true);
            run.Play(600);
            Assert.Equal(run.Published, run.TakenInOrder.Distinct().Count());
        }
    }

    [Fact]
    public void A_lost_session_empties_the_table_and_raises_the_epoch()
    {
        var table = new SessionTable();
        Assert.Equal(Verdict.Take, table.OnPublish(7, 1, false, 1));
        table.Reset();
        Assert.Equal(2, table.Epoch);
        Assert.Equal(0, table.Count);
        Assert.Equal(Verdict.Take, table.OnPublish(7, 1, true, 1));
    }

    [Fact]
    public void An_id_still_unacknowledged_on_a_live_connection_is_a_redelivery()
    {
        var table = new SessionTable();
        Assert.Equal(Verdict.Take, table.OnPublish(7, 1, false, 1));
        Assert.Equal(Verdict.Skip, table.OnPublish(7, 1, false, 2));
        Assert.Equal(1, table.Unacknowledged);
    }

    [Fact]
    public void Another_message_under_an_uncompleted_qos_2_id_is_not_lost()
    {
        var table = new SessionTable();
        Assert.Equal(Verdict.Take, table.OnPublish(7, 2, false, 1));
        Assert.Equal(Verdict.Skip, table.OnPublish(7, 2, true, 1));
        Assert.Equal(Verdict.Skip, table.OnPublish(7, 2, false, 1));
        Assert.Equal(Verdict.Take, table.OnPublish(7, 2, false, 2));
    }

    [Fact]
    public void Another_message_under_an_open_id_is_taken_also_when_it_comes_as_a_redelivery()
    {
        var table = new SessionTable();
        for (ushort id = 1; id <= 3; id++) Assert.Equal(Verdict.Take, table.OnPublish(id, 2, false, id));
        Commit(table);
        table.Resume(); // the broker went back to a copy that knows only 1, and sent a new message as 2, which the cable lost
        table.Resume();
        Assert.Equal(Verdict.Skip, table.OnPublish(1, 2, true, 1));
        Assert.Equal(Verdict.TakeHeldFirst, table.OnPublish(2, 2, true, 102));
        Assert.Equal(Verdict.Take, table.OnPublish(2, 2, true, 102));
        Assert.Equal([(1, 2), (2, 2)], Commit(table));
    }

    [Fact]
    public void A_message_sent_again_on_a_live_connection_that_crosses_its_PUBACK_is_skipped_and_not_acknowledged_twice()
    {
        var table = new SessionTable();
        Assert.Equal(Verdict.Take, table.OnPublish(7, 1, false, 1));
        Assert.Equal([(7, 1)], Commit(table));
        Assert.Equal(Verdict.Skip, table.OnPublish(7, 1, true, 1));
        Assert.Empty(Commit(table));
        Assert.Equal(Verdict.Take, table.OnPublish(7, 1, false, 1)); // the next message of the same bytes
    }

    [Fact]
    public void Redeliveries_behind_a_new_message_are_skipped_and_acknowledged()
    {
        var table = new SessionTable();
        for (ushort id = 1; id <= 2; id++) Assert.Equal(Verdict.Take, table.OnPublish(id, 1, false, id));
        table.Resume();
        Assert.Equal(Verdict.TakeHeldFirst, table.OnPublish(99, 1, false, 99));
        Assert.Equal(Verdict.Take, table.OnPublish(99, 1, false, 99));
        Assert.Equal(Verdict.Skip, table.OnPublish(1, 1, true, 1));
        Assert.Equal(Verdict.Skip, table.OnPublish(2, 1, true, 2));
        Assert.Equal([(99, 1), (1, 1), (2, 1)], Commit(table));
    }

    [Fact]
    public void Many_redeliveries_before_a_new_message_are_repeats()
    {
        var table = new SessionTable();
        for (ushort id = 1; id <= 100; id++) table.OnPublish(id, 1, false, id);
        Commit(table);
        table.Resume(); // the last ten expired at the broker
        for (ushort id = 1; id <= 90; id++) Assert.Equal(Verdict.Hold, table.OnPublish(id, 1, true, id));
        Assert.Equal(Verdict.SkipHeldFirst, table.OnPublish(101, 1, false, 101));
        Assert.Equal(Verdict.Take, table.OnPublish(101, 1, false, 101));
        Assert.Equal(91, Commit(table).Count);
    }

    static List<(ushort Id, byte Qos)> Commit(SessionTable table)
    {
        table.OnCut();
        table.OnCommitted([]);
        var ready = new List<(ushort Id, byte Qos)>();
        table.TakeReady(ready);
        return ready;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_broker_that_went_back_to_an_older_session_loses_no_new_message(bool restart)
    {
        var table = new SessionTable();
        for (ushort id = 1; id <= 3; id++) table.OnPublish(id, 2, false, id);
        table.OnCut();
        table.OnCommitted([]);
        table.TakeReady([]); // PUBREC left, no PUBREL came
        if (restart)
        {
            var writer = new StateWriter();
            table.Write(writer);
            table = new SessionTable();
            var reader = new StateReader(writer.Bytes);
            Assert.True(table.TryRead(ref reader));
        }

        table.Resume();
        // It remembers 1 as sent, and has forgotten that it ever sent 2 and 3.
        Assert.Equal(Verdict.Skip, table.OnPublish(1, 2, true, 1));
        foreach (ushort id in (ushort[])[2, 3])
        {
            var verdict = table.OnPublish(id, 2, false, id + 100UL);
            if (verdict == Verdict.TakeHeldFirst) verdict = table.OnPublish(id, 2, false, id + 100UL);
            Assert.Equal(Verdict.Take, verdict);
        }

        table.OnCut();
        table.OnCommitted([]);
        var ready = new List<(ushort Id, byte Qos)>();
        table.TakeReady(ready);
        Assert.Equal([(1, 2), (2, 2), (3, 2)], ready);
    }

    [Fact]
    public void Damaged_progress_gives_an_empty_table()
    {
        var table = new SessionTable();
        for (ushort id = 1; id < 50; id++) table.OnPublish(id, id % 2 + 1, false, id);
        var writer = new StateWriter();
        table.Write(writer);
        var bytes = writer.Bytes.ToArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            var torn = new SessionTable();
            var reader = new StateReader(bytes.AsSpan(0, length));
            Assert.False(torn.TryRead(ref reader));
            Assert.Equal(0, torn.Count);
        }
    }

    /// <param name="seed">Of all its dice.</param>
    /// <param name="qosOrMixed">1 or 2, or 0 for both.</param>
    /// <param name="lowestFreeIds">The broker takes the lowest free packet id, not the next.</param>
    /// <param name="samePayload">All messages have the same bytes.</param>
    /// <param name="sendsReleasedAgain">
    /// After a reconnect only some of the first messages go on where they were; the others are sent again as if no PUBREC had come, as
    /// mosquitto 2.0.11 does with all but 20 after its restart.
    /// </param>
    /// <param name="window">How many it sends again before it waits for acknowledgements. New ones it sends without a limit.</param>
    sealed class Run(int seed, int qosOrMixed, bool lowestFreeIds, bool samePayload = false, bool sendsReleasedAgain = false, int window = int.MaxValue)
    {
        readonly Random _random = new(seed);

        // The broker: outstanding messages in order, each with its packet id and how far its handshake is.
        readonly List<Outstanding> _outstanding = [];
        readonly Queue<(char Kind, ushort Id, int Qos, bool Dup, int Message)> _toAgent = [];
        readonly Queue<(char Kind, ushort Id, int Qos, bool Dup, int Message)> _waiting = [];
        readonly Queue<(char Kind, ushort Id)> _toBroker = [];
        ushort _nextId = 1;
        bool _pinging;
        int _pings;
        SessionMark _pingMark;

        // The agent.
        SessionTable _table = new();
        byte[]? _stored;
        List<int> _storedTaken = [];
        readonly List<int> _taken = [];
        readonly List<(ushort Id, int Qos, ulong Hash, int Message)> _held = [];
        bool _cutOpen;
        byte[] _cutProgress = [];
        int _cutTaken;

        public int Published { get; private set; }
        public List<int> TakenInOrder => _taken;

        public string Describe() => $"published {Published}, taken {_taken.Count}, first wrong {_taken.Where((m, i) => m != i).FirstOrDefault(-1)}";

        public void Play(int steps)
        {
            for (var i = 0; i < steps; i++) Step(_random.Next(100));
            Reconnect();
            for (var i = 0; i < 20000 && (_outstanding.Count > 0 || _toAgent.Count > 0 || _toBroker.Count > 0 || _held.Count > 0); i++)
            {
                Receive();
                Serve();
                Quiet();
                Cut();
                Finish(true);
                Receive();
                Serve();
            }
        }

        /// <summary>Two more messages come, so that no redelivery is waited for, and the last acknowledgements are confirmed.</summary>
        public void Confirm()
        {
            for (var i = 0; i < 20 || _outstanding.Count > 0 || _toAgent.Count > 0 || _toBroker.Count > 0; i++)
            {
                if (i < 2) Publish();
                Receive();
                Serve();
                Cut();
                Finish(true);
            }

            _table.Forget(_table.Mark);
        }

        public int Remembered => _table.Count;

        void Step(int dice)
        {
            if (dice < 35) Publish();
            else if (dice < 60) Receive();
            else if (dice < 75) Serve();
            else if (dice < 84) Cut();
            else if (dice < 92) Finish(dice < 90);
            else if (dice < 97) Reconnect();
            else Restart();
        }

        void Publish()
        {
            if (_outstanding.Count >= (window == int.MaxValue ? 12 : 40)) return;
            var qos = qosOrMixed == 0 ? _random.Next(1, 3) : qosOrMixed;
            var id = lowestFreeIds
                ? (ushort)Enumerable.Range(1, 60000).First(i => _outstanding.All(o => o.Id != i))
                : _nextId++;
            var message = Published++;
            _outstanding.Add(new Outstanding(id, qos, message));
            (_waiting.Count > 0 ? _waiting : _toAgent).Enqueue(('P', id, qos, false, message));
        }

        void Receive()
        {
            if (!_toAgent.TryDequeue(out var packet)) return;
            if (packet.Kind == 'G')
            {
                if (packet.Message == _pings) _table.Forget(_pingMark);
                _pinging &= packet.Message != _pings;
                return;
            }

            if (packet.Kind == 'R')
            {
                if (!_table.OnRelease(packet.Id)) _toBroker.Enqueue(('C', packet.Id));
                return;
            }

            var hash = samePayload ? 42UL : (ulong)packet.Message + 1000;
            while (true)
            {
                var verdict = _table.OnPublish(packet.Id, packet.Qos, packet.Dup, hash);
                if (verdict == Verdict.Take) _taken.Add(packet.Message);
                else if (verdict == Verdict.Hold) _held.Add((packet.Id, packet.Qos, hash, packet.Message));
                else if (verdict == Verdict.SkipHeldToo) _held.Clear();
                else if (verdict == Verdict.SkipHeldFirst)
                {
                    _held.Clear();
                    continue;
                }
                else if (verdict == Verdict.TakeHeldFirst)
                {
                    foreach (var held in _held) _taken.Add(held.Message);
                    _held.Clear();
                    continue;
                }

                break;
            }

            Send();
        }

        void Quiet()
        {
            if (_held.Count == 0 || _toAgent.Count > 0) return;
            if (_table.ReleaseHeld())
                foreach (var held in _held) _taken.Add(held.Message);
            _held.Clear();
        }

        void Send()
        {
            var ready = new List<(ushort Id, byte Qos)>();
            _table.TakeReady(ready);
            foreach (var (id, qos) in ready) _toBroker.Enqueue((qos == 1 ? 'A' : 'X', id));
            if (_pinging || _random.Next(3) > 0) return;
            _pinging = true;
            _pingMark = _table.Mark;
            _toBroker.Enqueue(('G', 0));
            _pings++;
        }

        void Serve()
        {
            if (!_toBroker.TryDequeue(out var packet)) return;
            if (packet.Kind == 'G') _toAgent.Enqueue(('G', 0, 0, false, _pings));
            var at = _outstanding.FindIndex(o => o.Id == packet.Id);
            if (at < 0) return;
            var message = _outstanding[at];
            if (packet.Kind == 'A' && message.Qos == 1) _outstanding.RemoveAt(at);
            if (packet.Kind == 'X' && message.Qos == 2)
            {
                message.Released = true;
                _toAgent.Enqueue(('R', message.Id, 2, false, message.Message));
            }

            if (packet.Kind == 'C' && message.Released) _outstanding.RemoveAt(at);
            if (!_outstanding.Contains(message) && _waiting.TryDequeue(out var next)) _toAgent.Enqueue(next);
        }

        void Cut()
        {
            if (_cutOpen) return;
            _cutOpen = true;
            var writer = new StateWriter();
            _table.Write(writer);
            _cutProgress = writer.Bytes.ToArray();
            _cutTaken = _taken.Count;
            _table.OnCut();
        }

        void Finish(bool good)
        {
            if (!_cutOpen) return;
            _cutOpen = false;
            if (!good)
            {
                _table.OnCommitFailed();
                return;
            }

            _stored = _cutProgress;
            _storedTaken = _taken[.._cutTaken];
            var completed = new List<ushort>();
            _table.OnCommitted(completed);
            foreach (var id in completed) _toBroker.Enqueue(('C', id));
            Send();
        }

        void Reconnect()
        {
            // The cable tears: the broker sees a prefix of what we sent, we see a prefix of what it sent.
            for (var seen = _random.Next(_toBroker.Count + 1); seen > 0; seen--) Serve();
            for (var seen = _random.Next(_toAgent.Count + 1); seen > 0; seen--) Receive();
            _toBroker.Clear();
            _toAgent.Clear();
            _held.Clear();
            _pinging = false;
            _table.Resume();
            var goOn = sendsReleasedAgain ? _random.Next(4) : int.MaxValue;
            for (var i = goOn; i < _outstanding.Count; i++) _outstanding[i].Released = false;
            _waiting.Clear();
            for (var i = 0; i < _outstanding.Count; i++)
            {
                var message = _outstanding[i];
                (i < window ? _toAgent : _waiting).Enqueue(message.Released ? ('R', message.Id, 2, false, message.Message) : ('P', message.Id, message.Qos, true, message.Message));
            }
        }

        void Restart()
        {
            for (var seen = _random.Next(_toBroker.Count + 1); seen > 0; seen--) Serve();
            _cutOpen = false;
            _taken.Clear();
            _taken.AddRange(_storedTaken);
            _table = new SessionTable();
            if (_stored is not null)
            {
                var reader = new StateReader(_stored);
                Assert.True(_table.TryRead(ref reader));
            }

            _toBroker.Clear();
            _toAgent.Clear();
            _held.Clear();
            Reconnect();
        }

        sealed class Outstanding(ushort id, int qos, int message)
        {
            public ushort Id { get; } = id;
            public int Qos { get; } = qos;
            public int Message { get; } = message;
            public bool Released { get; set; }
        }
    }
}
