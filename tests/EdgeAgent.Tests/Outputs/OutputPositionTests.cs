using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Records;
using EdgeAgent.Network;
using EdgeAgent.Outputs;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Outputs;

/// <summary>An output that keeps positions at the other side: docs/decisions/exactly-once.md.</summary>
public sealed class OutputPositionTests
{
    static readonly Lane s_lane = new("out", 0), s_raw = new("out", -1);
    static readonly PumpPace s_pace = new(new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(1)));
    readonly MemoryStore _store = new();
    readonly Confirmations _confirmations = new();

    [Fact]
    public void What_the_other_side_has_is_confirmed_and_not_sent_and_what_it_refused_is_set_aside()
    {
        var (records, raw) = (new Records(), new Records("t", 1));
        records.Commit(_store, 6);
        records.Commit(_store, 4);
        raw.Commit(_store, 4, priority: -1);
        var output = new Twin { Positions = { [s_lane] = 6 }, Asides = { new(s_lane, 5, "too odd"), new(s_lane, 9, "not there yet") } };
        using var pump = Pump(output);
        pump.Start();
        Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal([.. records.Ids[6..], .. raw.Ids], output.Arrived);
        Assert.Equal((s_lane, 6), _confirmations.All[0]);
        var aside = Assert.Single(_confirmations.Rejects);
        Assert.Equal((5, "too odd", records.Payloads[4]), (aside.Number, aside.Reason, Encoding.UTF8.GetString(aside.Payload)));
        Assert.Equal((13L, 1L), (pump.Status().Confirmed, pump.Status().Rejected));
        Assert.Equal([_store.StoreId], output.AskedFor);
    }

    [Fact]
    public void After_an_unknown_outcome_it_asks_before_it_sends_again()
    {
        var records = new Records();
        records.Commit(_store, 10);
        var output = new Twin { LosesCommits = 2 };
        using var pump = Pump(output);
        pump.Start();
        Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        // The first was committed although nobody was told, the second was not.
        Assert.Equal(records.Ids, output.Arrived);
        Assert.True(output.AskedFor.Count >= 2);
        Assert.Equal(10, pump.Status().Confirmed);
    }

    [Fact]
    public void A_position_beyond_the_outbox_stops_the_output_and_is_told()
    {
        new Records().Commit(_store, 10);
        using var told = new ManualResetEventSlim();
        var sentence = "";
        var output = new Twin { Positions = { [s_lane] = 11 } };
        using var pump = Pump(output, new OutputHealth(new SystemClock(), text =>
        {
            sentence = text;
            told.Set();
        }));
        pump.Start();
        Assert.True(told.Wait(TimeSpan.FromSeconds(30)));
        pump.Stop(TimeSpan.Zero);
        Assert.Contains("up to number 11", sentence);
        Assert.Contains("an older copy of the data directory", sentence);
        Assert.Empty(output.Arrived);
        Assert.Empty(_confirmations.All);
    }

    OutputPump Pump(IOutput output, OutputHealth? health = null) =>
        new(output, [s_lane, s_raw], _store, _confirmations, health ?? new OutputHealth(new SystemClock()), s_pace);

    /// <summary>Has records and positions together, and can lose the answer to a commit, every other time with its effect.</summary>
    sealed class Twin : IOutput, IPositionedOutput
    {
        public Dictionary<Lane, long> Positions { get; } = [];

        public List<AsideRecord> Asides { get; } = [];

        public List<string> Arrived { get; } = [];

        public List<string> AskedFor { get; } = [];

        public int LosesCommits { get; set; }

        public bool KeepsPositions => true;

        public bool KnowsPositions { get; private set; }

        public void Open()
        {
        }

        public PositionReport FindPositions(string storeId, CancellationToken stop)
        {
            AskedFor.Add(storeId);
            KnowsPositions = true;
            return new PositionReport(new Dictionary<Lane, long>(Positions), Asides, null);
        }

        public SendReport Send(IReadOnlyList<Segment> segments, CancellationToken stop)
        {
            Assert.True(KnowsPositions);
            var isLost = LosesCommits > 0;
            if (isLost) KnowsPositions = false;
            if (isLost && --LosesCommits == 0) return new SendReport(0, [], "no answer");
            foreach (var segment in segments)
            {
                var reader = new RecordReader(segment.Bytes);
                while (reader.Read()) Arrived.Add(Encoding.UTF8.GetString(reader.Id));
                Positions[segment.Lane] = segment.LastNumber;
            }

            return isLost ? new SendReport(0, [], "no answer") : new SendReport(segments.Count, [], null);
        }

        public void Dispose()
        {
        }
    }
}
