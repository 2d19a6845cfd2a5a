using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Decoding;

/// <summary>Turns the messages of one source into readings.</summary>
/// <remarks>
/// A topic's bytes lead by one hash look-up to its route: subscription, series ids, what its reader remembers. Of several
/// matching subscriptions the first in configuration order counts. Labels are built only the first time a topic is seen.
/// A format's reader finds samples in a payload; their times, labels, series and states are treated here, alike for all formats.
/// JSON is all or nothing: a payload that breaks the grammar anywhere gives no reading. Apart from that each sample and each
/// field stands for itself: a bad one is counted and the others are kept; a bad time or label loses its sample.
/// Single-threaded: the source's gate is held during every call, except for <see cref="CountOf"/> and <see cref="TimesReplaced"/>.
/// Does not allocate for a topic (and payload labels) it has seen; never throws on input.
/// </remarks>
public sealed partial class MessageDecoder
{
    const int MaxHints = 16;

    readonly SubscriptionPlan[] _plans;
    readonly SeriesTable _series;
    readonly RouteTable _routes;
    readonly BadTally _bad = new();
    readonly Queue<TimeHint> _hints = new();
    readonly Queue<string> _notes = new();
    Route? _known;
    byte[] _labelKey = new byte[256];
    byte[] _scratch = new byte[256];
    byte[] _dateTime = new byte[64];
    int _nextNumber;
    long _timesReplaced;

    /// <summary>A decoder for one source.</summary>
    /// <param name="subscriptions">Checked settings, in configuration order.</param>
    /// <param name="series">The table shared by all sources.</param>
    /// <param name="maxRoutes">Most topics (and payload label sets) cached; past it old ones go.</param>
    /// <exception cref="ArgumentException">A template or a path does not parse; the configuration was not checked.</exception>
    public MessageDecoder(IReadOnlyList<SubscriptionSettings> subscriptions, SeriesTable series, int maxRoutes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRoutes, 1);
        _plans = [.. subscriptions.Select(s => new SubscriptionPlan(s))];
        _series = series;
        _routes = new RouteTable(maxRoutes);
    }

    /// <summary>Whether JSON shapes are remembered (default). Without it every payload is parsed; the readings are the same.</summary>
    public bool RemembersShapes { get; init; } = true;

    /// <summary>Routes cached; for tests.</summary>
    internal int RouteCount => _routes.Count;

    /// <summary>Samples whose time was missing or unreadable and became the arrival time. Read by any thread.</summary>
    public long TimesReplaced => Volatile.Read(ref _timesReplaced);

    /// <summary>Whether the topic's route is cached: it was then valid UTF-8 without wildcards, and need not be checked again.</summary>
    public bool IsKnown(ReadOnlySpan<byte> topic)
    {
        _known = _routes.FindNext(topic);
        return _known is not null;
    }

    /// <summary>As <see cref="Decode(ReadOnlySpan{byte}, ReadOnlySpan{byte}, long, ReadingBatch, IBatchReceiver)"/> for a topic whose route
    /// is cached: one look-up for both questions.</summary>
    /// <returns>False when it is not; nothing was done then.</returns>
    public bool TryDecodeKnown(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long arrivalNs, ReadingBatch batch,
        IBatchReceiver receiver, out DecodeResult result)
    {
        if (_routes.FindNext(topic) is not { } route)
        {
            result = default;
            return false;
        }

        result = Decode(route, topic, payload, arrivalNs, batch, receiver);
        return true;
    }

    /// <summary>Decodes one message and appends its readings to <paramref name="batch"/>.</summary>
    /// <param name="topic">Topic name, UTF-8.</param>
    /// <param name="payload">Payload; not kept.</param>
    /// <param name="arrivalNs">When it arrived [ns since the Unix epoch].</param>
    /// <param name="batch">Receives the readings; need not be empty.</param>
    /// <param name="receiver">Empties the batch when a message holds more readings than there is room.</param>
    public DecodeResult Decode(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long arrivalNs, ReadingBatch batch,
        IBatchReceiver receiver)
    {
        var route = _known;
        _known = null;
        if (route is null || !topic.SequenceEqual(_routes.KeyOf(route))) route = _routes.FindNext(topic);
        if (route is null && (route = AddTopic(topic, payload, out var failure)) is null) return new(0, failure);
        return Decode(route, topic, payload, arrivalNs, batch, receiver);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    DecodeResult Decode(Route route, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long arrivalNs, ReadingBatch batch,
        IBatchReceiver receiver)
    {
        route.SeenTick = _series.Tick;
        if (route.Plan is { Shapes: { } shapes } plan && RemembersShapes && route.Memory.ShapelessLeft == 0
            && shapes.TryMatch(ref route.Memory, payload, plan.Values))
        {
            if (plan.IsPlain ? TryAppend(route, plan, payload, arrivalNs, batch) : TryAppendFields(route, plan, payload, arrivalNs, batch))
                return new(plan.Fields.Length, BadReason.None);
            return DecodeMatched(route, topic, payload, arrivalNs, batch, receiver);
        }

        return DecodeAny(route, topic, payload, arrivalNs, batch, receiver);
    }

    /// <summary>A payload of a known shape, whose values are in their places.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    DecodeResult DecodeMatched(
        Route route, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long arrivalNs, ReadingBatch batch, IBatchReceiver receiver)
    {
        var message = new Message
        {
            Topic = topic, Payload = payload, ArrivalNs = arrivalNs, Batch = batch, Receiver = receiver, Route = route
        };
        Emit(ref message, payload, route.Plan!);
        return new(message.Readings, message.First);
    }

    /// <summary>A payload that its reader reads; the common case, one good sample, needs no <see cref="Message"/>.</summary>
    DecodeResult DecodeAny(
        Route route, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long arrivalNs, ReadingBatch batch, IBatchReceiver receiver)
    {
        if (route.Plan is not { } plan)
        {
            if (route.IsPassedOver) return new(0, BadReason.NotAsked);
            _bad.Add(BadReason.NoRoute, topic, payload, null, -1);
            return new(0, BadReason.NoRoute);
        }

        var cursor = new ReadCursor(arrivalNs, ref route.Memory, RemembersShapes);
        var isSample = plan.Reader.TryRead(payload, ref cursor);
        if (isSample && !cursor.HasMore && !cursor.IsReplaced
            && (plan.IsPlain ? TryAppend(route, plan, payload, arrivalNs, batch) : TryAppendFields(route, plan, payload, arrivalNs, batch)))
            return new(plan.Fields.Length, BadReason.None);
        cursor.IsSample = isSample;
        return DecodeRest(route, topic, payload, batch, receiver, ref cursor);
    }

    /// <summary>What follows the first call of the reader: all samples, or what was wrong.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    DecodeResult DecodeRest(Route route, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, ReadingBatch batch, IBatchReceiver receiver,
        ref ReadCursor cursor)
    {
        var plan = route.Plan!;
        var message = new Message
        {
            Topic = topic, Payload = payload, ArrivalNs = cursor.ArrivalNs, Batch = batch, Receiver = receiver, Route = route
        };
        while (true)
        {
            var text = cursor.IsReplaced ? cursor.Replacement : payload;
            message.Payload = text;
            message.SampleIndex = cursor.SampleIndex;
            if (!cursor.IsSample) NoSample(ref message, ref cursor);
            else if (plan.IsPlain && TryAppend(route, plan, text, message.ArrivalNs, batch)) message.Readings++;
            else Emit(ref message, text, plan);
            if (!cursor.HasMore) break;
            cursor.IsSample = plan.Reader.TryRead(payload, ref cursor);
        }

        if (plan.Reader.Note is not null && !plan.IsNoted && _notes.Count < MaxHints)
        {
            plan.IsNoted = true;
            _notes.Enqueue($"{Encoding.UTF8.GetString(topic[..Math.Min(256, topic.Length)])}: {plan.Reader.Note}");
        }

        return new(message.Readings, message.First);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void NoSample(ref Message message, ref ReadCursor cursor)
    {
        if (cursor.Failure == BadReason.NotAsked)
        {
            if (message.First == BadReason.None) message.First = BadReason.NotAsked;
        }
        else if (cursor.Failure != BadReason.None) Bad(ref message, cursor.Failure, cursor.Subject, cursor.FailureAt);

        cursor.Failure = BadReason.None;
    }

    /// <summary>Counts a message whose payload was not read because it has <paramref name="lengthBytes"/> bytes.</summary>
    public void CountTooLarge(ReadOnlySpan<byte> topic, int lengthBytes) => _bad.Add(BadReason.TooLarge, topic, default, null, lengthBytes);

    /// <summary>How often <paramref name="reason"/> was counted. Read by any thread.</summary>
    public long CountOf(BadReason reason) => _bad.CountOf(reason);

    /// <summary>The last message counted under <paramref name="reason"/> since this was last asked, or null.</summary>
    public BadSample? TakeSample(BadReason reason) => _bad.Take(reason);

    /// <summary>Whether a hint or a note waits.</summary>
    public bool HasHint => _hints.Count > 0 || _notes.Count > 0;

    /// <summary>What may be worth knowing of how the payloads of a topic are read; a subscription gives at most one.</summary>
    public bool TryTakeNote(out string? note) => _notes.TryDequeue(out note);

    /// <summary>A hint about times that look wrong; each topic gives at most one.</summary>
    /// <remarks>Meaningless while the gateway's own clock is not trusted.</remarks>
    public bool TryTakeHint(out TimeHint? hint) => _hints.TryDequeue(out hint);

    /// <summary>Hands over to the series table when each cached series was last seen. At a sweep; see
    /// <see cref="SeriesTable.CollectSilent"/>.</summary>
    public void ReportSeen()
    {
        foreach (var route in _routes.Routes) _series.MarkSeen(_routes.SeriesOf(route), route.SeenTick);
    }

    /// <summary>Drops what is cached of the series <paramref name="ids"/>. At a cut, before <see cref="SeriesTable.Forget"/>.</summary>
    public void Forget(ReadOnlySpan<int> ids)
    {
        if (ids.IsEmpty) return;
        var gone = new HashSet<int>(ids.Length);
        foreach (var id in ids) gone.Add(id);
        _known = null;
        _routes.Keep(route =>
        {
            var hit = false;
            var left = 0;
            foreach (ref var id in _routes.SeriesOf(route))
            {
                if (gone.Contains(id)) (id, hit) = (Route.Unresolved, true);
                else if (id >= 0) left++;
            }

            return !hit || left > 0;
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    Route? AddTopic(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, out BadReason failure)
    {
        failure = BadReason.None;
        if (!Utf8.IsValid(topic))
        {
            _bad.Add(failure = BadReason.BadUtf8, topic, payload, null, -1);
            return null;
        }

        if (topic.IsEmpty || topic.IndexOfAny((byte)'+', (byte)'#', (byte)0) >= 0)
        {
            _bad.Add(failure = BadReason.NoRoute, topic, payload, null, -1);
            return null;
        }

        SubscriptionPlan? plan = null;
        foreach (var candidate in _plans)
        {
            if (!candidate.Template.TryMatch(topic, null)) continue;
            plan = candidate;
            break;
        }

        // Not kept as a route: a sender of ever new long names would fill the table with them.
        var lengthBytes = 0;
        if (plan?.Template.TooLong(topic, _series.MaxLabelBytes, out lengthBytes) is { } label)
        {
            _bad.Add(failure = BadReason.LabelTooLong, topic, payload, label, lengthBytes);
            return null;
        }

        var route = AddRoute(topic, plan);
        if (plan is not null) return route;
        foreach (var candidate in _plans) route.IsPassedOver |= candidate.Template.IsPassedOver(topic);
        return route;
    }

    Route AddRoute(ReadOnlySpan<byte> key, SubscriptionPlan? plan)
    {
        if (!_routes.HasRoom(key.Length))
        {
            ReportSeen();
            _routes.Evict(_series.Tick);
        }

        var route = _routes.Add(key, plan?.Fields.Length ?? 0);
        route.Plan = plan;
        route.Number = _nextNumber++;
        route.SeenTick = _series.Tick;
        return route;
    }

    void Bad(ref Message message, BadReason reason, string? subject, int at)
    {
        // A retained message is taken back by one without payload.
        if (message.Payload.IsEmpty) reason = BadReason.NotAsked;
        if (message.First is BadReason.None or BadReason.NotAsked) message.First = reason;
        if (reason == BadReason.NotAsked) return;
        _bad.Add(reason, message.Topic, message.Payload, subject, at);
    }

    /// <summary>As <see cref="Bad"/> for the value of a field.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void BadValue(ref Message message, SubscriptionPlan plan, FieldPlan field, BadReason reason, in PayloadValue found)
    {
        if (message.Payload.IsEmpty) reason = BadReason.NotAsked;
        if (message.First is BadReason.None or BadReason.NotAsked) message.First = reason;
        if (reason == BadReason.NotAsked) return;
        var name = default(ReadOnlySpan<byte>);
        if (plan.NamePlace >= 0 && plan.Values[plan.NamePlace].Kind is ValueKind.String or ValueKind.OwnString)
            name = TextOf(plan, in plan.Values[plan.NamePlace], message.Payload);
        _bad.Add(reason, message.Topic, message.Payload, field.Path,
            found.End == 0 || found.Kind == ValueKind.Absent ? -1 : found.Start, name, field.Limits);
    }

    /// <summary>One message on its way.</summary>
    /// <remarks>The payload also travels as an argument: a span written here and read back as a whole waits for its length.</remarks>
    ref struct Message
    {
        public ReadOnlySpan<byte> Topic;
        public ReadOnlySpan<byte> Payload;
        public long ArrivalNs;
        public ReadingBatch Batch;
        public IBatchReceiver Receiver;
        public Route Route;
        public int Readings;
        public int SampleIndex;
        public BadReason First;
    }
}
