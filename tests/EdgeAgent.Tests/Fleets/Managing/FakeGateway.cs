using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Tests.Fleets.Managing;

/// <summary>A gateway that takes each document at once: good, or failed where <see cref="Fails"/> says so.</summary>
sealed class FakeGateway : IDisposable
{
    readonly FakeBroker _broker;
    readonly FleetTopics _topics;
    readonly string _group;
    readonly SigningKey _key = SigningKey.Create();
    readonly Dictionary<string, long> _sequences = new(StringComparer.Ordinal);
    readonly HashSet<string> _failed = [];
    EdgeAgent.Fleet.Documents.Running? _running;
    LastFailed? _lastFailed;
    long _number;

    public FakeGateway(FakeBroker broker, FleetTopics topics, string id, string group)
    {
        (_broker, _topics, Id, _group) = (broker, topics, id, group);
        _broker.Comes += Hear;
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Its key.</summary>
    public SigningKey Key => _key;

    /// <summary>Whether a document fails on it.</summary>
    public Func<string, bool> Fails { get; set; } = _ => false;

    /// <summary>Whether it is away: it hears and says nothing.</summary>
    public bool IsAway { get; set; }

    /// <summary>What it runs; null for its local file.</summary>
    public string? Runs => _running?.Document.Digest;

    /// <summary>Targets that it refused because their number was not higher.</summary>
    public int Refused { get; private set; }

    /// <summary>Comes back and hears what was kept.</summary>
    public void Return()
    {
        IsAway = false;
        if (_broker[_topics.Target(_group)] is { } target) Hear(_topics.Target(_group), target);
    }

    /// <summary>Reports.</summary>
    public void Report() => _broker.Publish(_topics.Report(Id), Envelope.Sign(PayloadTypes.Report, Now().ToPayload(), _key).ToBytes());

    /// <summary>Its report, with the next number.</summary>
    public Report Now() => new()
    {
        Id = Id, Store = "s-" + Id, Number = ++_number, Time = DateTimeOffset.UtcNow, ClockIsSynchronised = true, Agent = "0.4.0",
            Arch = "x64", Root = 1,
        Sequences = new Dictionary<string, long>(_sequences), State = GatewayState.Steady, Running = _running, LastFailed = _lastFailed,
    };

    void Hear(string topic, byte[] message)
    {
        if (IsAway || topic != _topics.Target(_group)) return;
        var target = Target.Parse(Envelope.Parse(message, PayloadTypes.Target, SizeLimits.Target).Value!.Payload).Value!;
        if (target.Sequence <= _sequences.GetValueOrDefault(_group))
        {
            Refused++;
            return;
        }

        _sequences[_group] = target.Sequence;
        var wanted = target.For(Id, Runs);
        if (wanted is not null && wanted.Document.Digest != Runs && !_failed.Contains(wanted.Document.Digest))
        {
            if (Fails(wanted.Document.Digest))
            {
                _failed.Add(wanted.Document.Digest);
                _lastFailed = new()
                {
                    Document = wanted.Document, Rollout = wanted.Candidate?.Rollout, At = DateTimeOffset.UtcNow,
                        Kind = FailureKind.Reverted,
                    Gate = "readings", Before = "5.0/s", After = "1.0/s",
                };
            }
            else _running = new(wanted.Document, DateTimeOffset.UtcNow, IsGood: true);
        }

        Report();
    }

    public void Dispose()
    {
        _broker.Comes -= Hear;
        _key.Dispose();
    }
}
