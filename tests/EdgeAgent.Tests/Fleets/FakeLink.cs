using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Link;

namespace EdgeAgent.Tests.Fleets;

/// <summary>A broker on paper: keeps what was retained, gives it to who subscribes, confirms at once while it is up.</summary>
sealed class FakeLink : IFleetLink
{
    readonly Dictionary<string, byte[]> _retained = [];
    Action<string, byte[]?> _came = (_, _) => { };

    public bool IsConnected { get; set; } = true;

    public bool Confirms { get; set; } = true;

    public string? Failure => null;

    public (long In, long Out) Bytes => (1000, 500);

    public IReadOnlyCollection<string> Topics { get; private set; } = [];

    public List<Report> Reports { get; } = [];

    public List<Answer> Answers { get; } = [];

    public int LastAnswerBytes { get; private set; }

    public Report Last => Reports[^1];

    public void Start(Action<string, byte[]?> came, Action changed) => _came = came;

    public void Subscribe(IReadOnlyCollection<string> topics)
    {
        var added = topics.Except(Topics).ToList();
        Topics = topics;
        foreach (var topic in added)
            if (_retained.TryGetValue(topic, out var message)) _came(topic, message);
    }

    /// <summary>Somebody publishes.</summary>
    public void Put(string topic, byte[] message)
    {
        _retained[topic] = message;
        if (Topics.Contains(topic)) _came(topic, message);
    }

    public void Publish(string topic, byte[] payload, bool isRetained, Action confirmed)
    {
        if (topic.EndsWith("/answer", StringComparison.Ordinal))
        {
            LastAnswerBytes = payload.Length;
            Answers.Add(Answer.Parse(Envelope.Parse(payload, PayloadTypes.Answer, SizeLimits.Answer).Value!.Payload).Value!);
            return;
        }

        var envelope = Envelope.Parse(payload, PayloadTypes.Report, SizeLimits.Report);
        Reports.Add(Report.Parse(envelope.Value!.Payload).Value!);
        if (Confirms) confirmed();
    }

    public void Dispose()
    {
    }
}
