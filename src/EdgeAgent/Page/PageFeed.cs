using System.Text;
using System.Text.Json;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Network;
using EdgeAgent.Status;
using EdgeAgent.Web;

namespace EdgeAgent.Page;

/// <summary>The event stream of the status page (server-sent events): what the agent does, once a second.</summary>
/// <remarks>
/// <para><c>history</c> at first: the last quarter of an hour, which pipeline has which sources and outputs, findings of the configuration.
/// <c>status</c> each second: the document of <c>edge-agent status --json</c>, written once for all viewers and only while there are any.
/// <c>readings</c> each second, when the query names a source: some that passed, or with labels all of them, at most 100.
/// <c>full</c> for a ninth viewer.</para>
/// <para>A viewer that is slow gets the newest status, not each.</para>
/// </remarks>
sealed class PageFeed(Func<GatewayStatus> status, Tap tap, PageFacts facts)
    : IDisposable
{
    /// <summary>Viewers at once.</summary>
    public const int MostViewers = 8;

    const int TickMs = 1000;
    const int MostReadings = 100;
    const int WaitForReadingsMs = 300;
    readonly PageHistory _history = new();
    readonly object _sync = new();
    readonly ManualResetEventSlim _stopped = new();
    byte[] _event = [];
    long _number;
    int _viewers;

    /// <summary>Viewers now.</summary>
    public int Viewers => Volatile.Read(ref _viewers);

    /// <summary>Starts its thread.</summary>
    public void Start() => new Thread(Run, 192 * 1024) { IsBackground = true, Name = "page" }.Start();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped.Set();
        lock (_sync) Monitor.PulseAll(_sync);
    }

    /// <summary>The answer to <c>/events</c>.</summary>
    public HttpReply Answer(HttpRequest request) => new(200, "text/event-stream; charset=utf-8", default)
    {
        Headers = "X-Accel-Buffering: no\r\n", Stream = to => Serve(to, Asked(request.Query)),
    };

    /// <summary>Takes a look and, when somebody is there, writes it for all.</summary>
    public void Tick()
    {
        var now = status();
        _history.Take(now);
        if (Viewers == 0) return;
        var written = Event("status", json => StatusJson.Write(json, now));
        lock (_sync)
        {
            (_event, _number) = (written, _number + 1);
            Monitor.PulseAll(_sync);
        }
    }

    void Run()
    {
        do Tick();
        while (!_stopped.Wait(TickMs));
    }

    void Serve(ReplyStream to, List<(string Name, string Value)> asked)
    {
        try
        {
            if (Interlocked.Increment(ref _viewers) > MostViewers)
            {
                to.Write("event: full\ndata: {}\n\n"u8);
                return;
            }

            to.Write(Event("history", WriteHistory));
            var source = asked.Find(a => a.Name == "source").Value;
            asked.RemoveAll(a => a.Name == "source");
            using var watcher = source is not null && asked.Count > 0 ? tap.Watch(source, null, asked) : null;
            for (var seen = 0L; !_stopped.IsSet && !to.IsGone;)
            {
                if (Next(ref seen) is not { } next) continue;
                to.Write(next);
                if (watcher is not null) to.Write(Readings(watcher, TimeSpan.Zero));
                else if (source is not null) to.Write(Some(source));
            }
        }
        finally
        {
            Interlocked.Decrement(ref _viewers);
        }
    }

    byte[]? Next(ref long seen)
    {
        lock (_sync)
        {
            if (_number == seen && !_stopped.IsSet) Monitor.Wait(_sync, 2 * TickMs);
            if (_number == seen) return null;
            seen = _number;
            return _event;
        }
    }

    /// <summary>Some readings of a source that pass now: watched for a moment only, so that a busy source costs a batch a second.</summary>
    byte[] Some(string source)
    {
        using var watcher = tap.Watch(source, null, []);
        return Readings(watcher, TimeSpan.FromMilliseconds(WaitForReadingsMs));
    }

    static byte[] Readings(Tap.Watcher watcher, TimeSpan within)
    {
        var all = new List<string>();
        var until = new Deadline(within);
        do
        {
            using var lines = new MemoryStream();
            watcher.WriteTo(lines, until.LeftMs);
            all.AddRange(Encoding.UTF8.GetString(lines.GetBuffer(), 0, (int)lines.Length).Split('\n')
                .Where(l => l.StartsWith("{\"reading\"", StringComparison.Ordinal)));
        }
        while (until.LeftMs > 0 && all.Count < MostReadings);
        var each = Math.Max(1, all.Count / MostReadings);
        var shown = all.Where((_, i) => (all.Count - 1 - i) % each == 0).TakeLast(MostReadings);
        return Encoding.UTF8.GetBytes($"event: readings\ndata: [{string.Join(',', shown)}]\n\n");
    }

    void WriteHistory(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        _history.Write(json);
        json.WriteStartObject("flow");
        foreach (var pipeline in facts.Pipelines())
        {
            json.WriteStartObject(pipeline.Name);
            Write(json, "from", pipeline.From);
            Write(json, "to", pipeline.To);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        Write(json, "findings", facts.Findings());
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    static byte[] Event(string name, Action<Utf8JsonWriter> write)
    {
        using var whole = new MemoryStream();
        whole.Write(Encoding.ASCII.GetBytes($"event: {name}\ndata: "));
        using (var json = new Utf8JsonWriter(whole)) write(json);
        whole.Write("\n\n"u8);
        return whole.ToArray();
    }

    static List<(string Name, string Value)> Asked(string query)
    {
        var asked = new List<(string, string)>();
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
            if (part.IndexOf('=') is > 0 and var at) asked.Add((Text(part[..at]), Text(part[(at + 1)..])));
        return asked;
    }

    // As a form writes it: a blank is a plus.
    static string Text(string part) => Uri.UnescapeDataString(part.Replace('+', ' '));
}
