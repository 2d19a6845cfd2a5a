using Xunit;

namespace EdgeAgent.Tests.Sources.Mqtt.Session;

/// <summary>Brokers of each kind, cables that tear at any packet and an agent that dies at any step, against the table.</summary>
/// <remarks>Every message has to be taken exactly once: which ones is compared, not how many. docs/decisions/redelivery.md.</remarks>
public sealed class SessionModelTests
{
    static readonly int s_seeds = int.TryParse(Environment.GetEnvironmentVariable("EDGE_TEST_MODEL_SEEDS"), out var asked) ? asked : 60;

    public static TheoryData<BrokerKindName, int, string> SmallRuns
    {
        get
        {
            var data = new TheoryData<BrokerKindName, int, string>();
            foreach (var kind in Enum.GetValues<BrokerKind>())
            {
                foreach (var qos in (int[])[1, 2, 0])
                {
                    data.Add(new BrokerKindName(kind), qos, "distinct");
                    // Which broker needs different bytes, and for what, is in docs/brokers.md.
                    if (kind is not (BrokerKind.Mosquitto or BrokerKind.Conformant or BrokerKind.LowestFree or BrokerKind.Round)
                        && (kind, qos) != (BrokerKind.AedesAlone, 1)) continue;
                    data.Add(new BrokerKindName(kind), qos, "equal");
                    data.Add(new BrokerKindName(kind), qos, "cycle");
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SmallRuns))]
    public void Every_message_is_taken_exactly_once(BrokerKindName kind, int qos, string payloads)
    {
        for (var seed = 0; seed < s_seeds; seed++)
        {
            var run = new Run(kind.Kind, seed, qos, payloads);
            run.Play(400, burst: 4);
            run.Judge();
        }
    }

    [Theory]
    [InlineData(1, "distinct", 20)]
    [InlineData(1, "equal", 20)]
    [InlineData(1, "cycle", 1000)]
    [InlineData(2, "equal", 20)]
    [InlineData(0, "distinct", 20)]
    public void A_backlog_behind_which_ids_wrap_is_taken_exactly_once(int qos, string payloads, int window)
    {
        for (var seed = 0; seed < Math.Max(3, s_seeds / 20); seed++)
        {
            var run = new Run(BrokerKind.Mosquitto, seed, qos, payloads, window);
            run.Queue(qos == 1 ? 300_000 : 120_000);
            run.Play(250, burst: 4000);
            run.Judge();
        }
    }

    /// <summary>A name the runner can show.</summary>
    public sealed record BrokerKindName
    {
        internal BrokerKindName(BrokerKind kind) => (Kind, Name) = (kind, kind.ToString());

        public string Name { get; }

        internal BrokerKind Kind { get; }

        public override string ToString() => Name;
    }

    sealed class Run
    {
        readonly int _seed;
        readonly int _qos;
        readonly BrokerKind _kind;
        readonly Random _random;
        readonly ModelBroker _broker;
        readonly SessionAgent _agent;
        readonly bool _mayKillBroker;
        readonly bool _messagesArrive;

        public Run(BrokerKind kind, int seed, int qos, string payloads, int window = 0)
        {
            (_kind, _seed, _qos) = (kind, seed, qos);
            _random = new Random(seed);
            _broker = new ModelBroker(kind, window > 0 ? window : 1 + _random.Next(30), _random, payloads switch
            {
                "distinct" => m => (ulong)m + 1000,
                "equal" => _ => 42,
                _ => m => (ulong)m % 20,
            });
            _agent = new SessionAgent(payloadsCarryTime: payloads == "distinct"
                || (seed % 2 == 0 && kind is (BrokerKind.Mosquitto or BrokerKind.Conformant)));
            _mayKillBroker = kind == BrokerKind.HiveMq || (kind == BrokerKind.Mosquitto && window == 0);
            // Of equal bytes under an id that is lent again, nothing tells one that came from one that never did (docs/brokers.md).
            _messagesArrive = payloads != "distinct" && kind is (BrokerKind.LowestFree or BrokerKind.Round);
            _agent.Connected(sessionPresent: false);
            _broker.Connect(false);
            Commit(true);
            // What only the bytes can tell needs some to compare with.
            Queue(12);
            Exchange(int.MaxValue);
            Commit(true);
        }

        public void Queue(int messages)
        {
            for (var i = 0; i < messages; i++) _broker.Publish(_qos == 0 ? _random.Next(1, 3) : _qos);
        }

        public void Play(int steps, int burst)
        {
            for (var i = 0; i < steps; i++)
            {
                var dice = _random.Next(100);
                if (dice < 20) Queue(burst > 100 ? _random.Next(50) : _random.Next(burst) + 1);
                else if (dice < 45) Receive(_random.Next(4 * burst));
                else if (dice < 65) Serve(_random.Next(burst));
                else if (dice < 78) _agent.Cut();
                else if (dice < 88) _agent.Finish(dice < 86);
                else if (dice < 93) _broker.SendLate();
                else if (dice < 97) Reconnect(kill: false);
                else Reconnect(kill: true);
            }
        }

        public void Judge()
        {
            for (var i = 0; !IsQuiet; i++)
            {
                Assert.True(i < 20_000, $"{_kind} seed {_seed}: stuck with {_broker.Outstanding} outstanding at the broker, "
                    + $"{_agent.Table.Unacknowledged} unacknowledged, {_broker.ProtocolError}");
                _broker.SendLate();
                Exchange(int.MaxValue);
                Commit(true);
            }

            Assert.True(_broker.ProtocolError is null, $"{_kind} seed {_seed}: {_broker.ProtocolError}");
            var taken = new int[_broker.Published];
            foreach (var message in _agent.Taken) taken[message]++;
            var (lost, twice) = (taken.Count(t => t == 0), taken.Count(t => t > 1));
            Assert.True(lost == 0 && twice == 0, $"{_kind} seed {_seed}: of {_broker.Published} messages {lost} lost, {twice} twice; "
                + $"first wrong {Array.FindIndex(taken, t => t != 1)}");
        }

        bool IsQuiet => _broker.IsDone && _broker.Wire.Count == 0 && _agent.Wire.Count == 0;

        void Exchange(int most)
        {
            Receive(most);
            Serve(most);
        }

        void Receive(int most)
        {
            for (; most > 0 && _broker.Wire.TryDequeue(out var packet); most--) _agent.Receive(packet);
            _agent.Send();
        }

        void Serve(int most)
        {
            for (; most > 0 && _broker.Read(_agent.Wire); most--)
            {
            }
        }

        void Commit(bool good)
        {
            _agent.Cut();
            _agent.Finish(good);
        }

        void Reconnect(bool kill)
        {
            // The cable tears: the broker reads a part of what we sent, we get a part of what it sent, and send no more.
            Serve(_random.Next(_agent.Wire.Count + 1));
            kill &= !_messagesArrive;
            if (!kill)
                for (var n = _messagesArrive ? _broker.Wire.Count : _random.Next(_broker.Wire.Count + 1); n > 0; n--)
                    _agent.Receive(_broker.Wire.Dequeue());
            _broker.Disconnect();
            if (_random.Next(2) == 0) Queue(_random.Next(20));
            if (kill) _agent.Kill();
            _agent.Connected(sessionPresent: true);
            if (_random.Next(4) == 0) _broker.ConnectGone();
            _broker.Connect(wasKilled: _mayKillBroker && _random.Next(4) == 0);
        }
    }
}
