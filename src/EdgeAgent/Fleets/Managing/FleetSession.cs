using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Network;

namespace EdgeAgent.Fleets.Managing;

/// <summary>A manager at its broker: collects what is known, and writes targets so that two managers at once do no harm.</summary>
/// <remarks>One thread.</remarks>
/// <param name="broker">The broker.</param>
/// <param name="view">What is known.</param>
/// <param name="now">The time.</param>
/// <param name="memory">What is remembered of targets.</param>
/// <param name="settleMs">How long another manager's message may be behind our own [ms].</param>
sealed class FleetSession(IFleetBroker broker, FleetView view, Func<DateTimeOffset> now, TargetMemory memory, int settleMs = 300)
{
    const int Batch = 50;
    const int MostTries = 8;
    static readonly TimeSpan s_readBack = TimeSpan.FromSeconds(10);
    static readonly TimeSpan s_mostCollected = TimeSpan.FromSeconds(60);

    /// <summary>What is known.</summary>
    public FleetView View => view;

    /// <summary>The time.</summary>
    public DateTimeOffset Now => now();

    /// <summary>Hears of each report that was taken.</summary>
    public Action<SeenGateway>? Heard { get; set; }

    /// <summary>Messages published by this session.</summary>
    public int Published { get; private set; }

    /// <summary>Asks the broker for all it has kept.</summary>
    /// <param name="asks">Whether gateways are asked for a report whose report the broker has not.</param>
    /// <remarks>Brokers leave out of a wide subscription what goes over their queue for one client (mosquitto: 1,000 messages), without a
    /// word; what is
    /// missing is subscribed by name.</remarks>
    public void Collect(bool asks)
    {
        var topics = view.Topics;
        broker.Subscribe($"{topics.Prefix}/root/+", topics.Target("+"), topics.GatewayTarget("+"), topics.Report("+"));
        Drain(settleMs * 2);
        Remember(isNeeded: false);
        var missing = view.Gateways.Values.Where(g => g.Report is null).Select(g => g.Id).ToArray();
        foreach (var chunk in missing.Chunk(Batch))
        {
            broker.Subscribe([.. chunk.Select(topics.Report)]);
            Drain(settleMs);
        }

        if (!asks) return;
        foreach (var id in missing)
            if (view.Gateways[id].Report is null)
                Publish(topics.Ask(id), new Question { What = Question.Report }.ToBytes(), isRetained: false);
        Drain(settleMs * 4);
    }

    /// <summary>Asks the broker for what concerns one gateway.</summary>
    public void CollectOne(string id)
    {
        broker.Subscribe($"{view.Topics.Prefix}/root/+", view.Topics.Target("+"), view.Topics.GatewayTarget(id), view.Topics.Report(id));
        Drain(settleMs * 2);
        Remember(isNeeded: false);
    }

    /// <summary>Asks a gateway and waits for its answer; null when none came in time.</summary>
    public AnswerSeen? Ask(string id, Question question, TimeSpan within)
    {
        AnswerSeen? seen = null;
        broker.Subscribe(view.Topics.Answer(id));
        Publish(view.Topics.Ask(id), question.ToBytes(), isRetained: false);
        Await(within, message =>
        {
            seen = message.Topic == view.Topics.Answer(id) && view.Answer(id, message.Payload) is { } answer
                && answer.Answer.Tag == question.Tag ? answer : null;
            return seen is not null;
        });
        return seen;
    }

    /// <summary>Asks a gateway for a report and waits until one comes that was not there before.</summary>
    public bool AskReport(string id, Question question, TimeSpan within)
    {
        var before = view.Gateways.GetValueOrDefault(id)?.Report?.Number;
        Publish(view.Topics.Ask(id), question.ToBytes(), isRetained: false);
        return Await(within, _ => view.Gateways.GetValueOrDefault(id)?.Report is { } report && report.Number != before);
    }

    bool Await(TimeSpan within, Func<BrokerMessage, bool> isIt)
    {
        var deadline = new Deadline(within);
        while (!deadline.HasPassed)
        {
            if (!broker.TryTake(TimeSpan.FromMilliseconds(100), out var message)) continue;
            Take(message);
            if (isIt(message)) return true;
        }

        return false;
    }

    /// <summary>A document as the broker has it, in its envelope; null when it has none.</summary>
    public byte[]? FetchDocument(string digest)
    {
        if (view.Document(digest) is { } known) return known;
        broker.Subscribe(view.Topics.Document(digest));
        Drain(settleMs * 2, () => view.Document(digest) is not null);
        return view.Document(digest);
    }

    /// <summary>Publishes.</summary>
    public void Publish(string topic, ReadOnlyMemory<byte> payload, bool isRetained)
    {
        broker.Publish(topic, payload, isRetained);
        Published++;
    }

    /// <summary>Takes messages for at most so long; returns after the first one that came and all that waited with it.</summary>
    public void Pump(TimeSpan wait)
    {
        if (!broker.TryTake(wait, out var message)) return;
        do Take(message);
        while (broker.TryTake(TimeSpan.Zero, out message));
    }

    /// <summary>Writes a target: reads the newest, lets <paramref name="change"/> make the next one, and reads it back.</summary>
    /// <param name="scope">Its scope.</param>
    /// <param name="sign">Signs a payload.</param>
    /// <param name="change">From the target that is there, or null, to the next one; its number and time are set here. Null to leave
    /// it.</param>
    /// <returns>What is there now.</returns>
    /// <exception cref="IOException">The broker did not keep it, or others write all the time.</exception>
    public Target? Write(string scope, Func<byte[], Envelope> sign, Func<Target?, Target?> change)
    {
        var topic = TopicOf(scope);
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var current = view.Targets.GetValueOrDefault(scope);
            if (change(current) is not { } wanted) return current;
            var target = Timely(wanted) with { Sequence = view.NextSequence(scope), Issued = now() };
            var bytes = sign(target.ToPayload()).ToBytes();
            if (bytes.Length > SizeLimits.Target)
                throw new IOException($"the target has {bytes.Length} bytes; gateways take {SizeLimits.Target}. Name fewer canaries.");
            Publish(topic, bytes, isRetained: true);
            switch (ReadBack(topic, bytes, target.Sequence))
            {
                case Echo.Alone:
                    Remember(isNeeded: true);
                    return target;
                case Echo.Last:
                    // Two wrote one number, and gateways have either. The last one follows with the next number, which all take.
                    change = _ => wanted;
                    break;
                case Echo.Overwritten:
                    Drain(settleMs + Random.Shared.Next(settleMs + 1));
                    break;
                case Echo.None:
                    throw NotKept(topic);
            }
        }

        throw new IOException($"another manager writes to {topic} all the time. Let one of them rest.");
    }

    /// <summary>Sees that the broker keeps the newest target of a scope, so that something may be built on it.</summary>
    /// <exception cref="FleetException">It keeps an older one; the message says what to do.</exception>
    public void RequireNewest(string scope)
    {
        if (view.OldTarget(scope) is { } old) throw new FleetException(old);
    }

    /// <summary>Publishes the newest target of a scope again, byte for byte; with the next number where gateways
    /// would not take that.</summary>
    /// <returns>The target, and whether it was published: not when the broker keeps it already.</returns>
    /// <exception cref="FleetException">It is not known here.</exception>
    /// <exception cref="IOException">The broker did not keep it.</exception>
    public (Target Target, bool IsPublished) Republish(string scope, Func<byte[], Envelope> sign)
    {
        if (view.OldTarget(scope) is null)
            return view.Targets.TryGetValue(scope, out var there) ? (there, false)
                : throw new FleetException($"no target of {scope} is known here, and the broker keeps none.");
        if (view.Targets.GetValueOrDefault(scope) is not { } newest || newest.Sequence < (view.Seen(scope)?.Number ?? 0)
            || newest.Sequence < view.Known.Highest(scope))
            throw new FleetException(view.OldTarget(scope)!);
        if (newest.Expires <= now() || newest.Sequence <= view.Known.SetBy(scope).Number)
            return (Write(scope, sign, target => target)!, true);
        var topic = TopicOf(scope);
        var bytes = view.Known.Bytes(scope)!;
        Publish(topic, bytes, isRetained: true);
        if (ReadBack(topic, bytes, newest.Sequence) == Echo.None) throw NotKept(topic);
        return (view.Targets[scope], true);
    }

    /// <summary>What is made of a target has as long as that had: a way back that has expired would reach nobody.</summary>
    Target Timely(Target target) =>
        target.Expires is { } end ? target with { Expires = now() + (end - target.Issued).Duration() } : target;

    string TopicOf(string scope) => scope.StartsWith('@') ? view.Topics.GatewayTarget(scope[1..]) : view.Topics.Target(scope);

    static IOException NotKept(string topic) => new(
        $"the broker did not give back what was published to {topic}. Does it keep retained messages, and may this user "
        + "read and write there?");

    /// <summary>What was signed has to be remembered; what was only seen is when it can be.</summary>
    void Remember(bool isNeeded)
    {
        try
        {
            memory.Join(view);
        }
        catch (Exception e) when (!isNeeded && e is (IOException or UnauthorizedAccessException))
        {
        }
    }

    enum Echo { None, Alone, Last, Overwritten }

    /// <summary>Waits for our own message on a topic and looks who else wrote beside it.</summary>
    Echo ReadBack(string topic, byte[] ours, long sequence)
    {
        var (isThere, isLast, hasOthers) = (false, false, false);
        var deadline = new Deadline(s_readBack);
        while (!deadline.HasPassed)
        {
            if (!broker.TryTake(TimeSpan.FromMilliseconds(Math.Min(50, settleMs)), out var message)) continue;
            Take(message);
            if (message.Topic != topic) continue;
            if (message.Payload.AsSpan().SequenceEqual(ours))
            {
                (isThere, isLast) = (true, true);
                deadline = new Deadline(TimeSpan.FromMilliseconds(settleMs));
            }
            else if (Signed.Target(message.Payload, view.Root, out _) is { IsGood: true } other && other.Value.Sequence >= sequence)
                (isLast, hasOthers) = (false, true);
        }

        return !isThere ? Echo.None : !hasOthers ? Echo.Alone : isLast ? Echo.Last : Echo.Overwritten;
    }

    /// <summary>Takes messages until none comes for so long [ms].</summary>
    void Drain(int quietMs, Func<bool>? isEnough = null)
    {
        var deadline = new Deadline(s_mostCollected);
        while (!deadline.HasPassed && isEnough?.Invoke() != true
            && broker.TryTake(TimeSpan.FromMilliseconds(quietMs), out var message))
            Take(message);
    }

    void Take(BrokerMessage message)
    {
        if (view.Take(message, now()) is { } gateway) Heard?.Invoke(gateway);
    }
}
