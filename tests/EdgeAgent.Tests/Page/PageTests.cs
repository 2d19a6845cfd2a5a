using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Readings;
using EdgeAgent.Host;
using EdgeAgent.Page;
using EdgeAgent.Status;
using EdgeAgent.Tests.Storage;
using EdgeAgent.Web;
using Xunit;

namespace EdgeAgent.Tests.Page;

/// <summary>The status page: its file keeps its bounds and policy, its stream shows what the agent does to a few viewers.</summary>
public sealed partial class PageTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("pg").FullName;
    readonly FakeClock _clock = new();
    readonly SeriesTable _series = new(100);
    readonly Tap _tap;
    readonly Gateway _gateway;
    readonly PageFeed _feed;
    readonly HttpServer _server;
    readonly List<Socket> _open = [];

    public PageTests()
    {
        var settings = ConfigReader.Read($$"""
            agent: { id: gw, data_dir: "{{_directory}}" }
            sources: { s: { type: mqtt, url: mqtt://h, client_id: c, subscriptions: [{ topic: "t/{metric}", decode: { value: $.v } }] } }
            pipelines: { p: { from: s, to: o } }
            outputs: { o: { type: file, path: /tmp/o } }
            """, "page").Settings!;
        _tap = new Tap(_series, ["s"]);
        _gateway = new Gateway(settings, new MemoryStore(), _clock, new LogLines().Limiter);
        _feed = new PageFeed(_gateway.Status, _tap, new PageFacts(() => settings.Pipelines, () => ["</script> a finding"]));
        _server = new HttpServer(new HttpEndpoint("page", "status page", new IPEndPoint(IPAddress.Loopback, 0)),
            new Dictionary<string, Func<HttpRequest, HttpReply>> { ["/"] = new PageFile().Answer, ["/events"] = _feed.Answer },
            new LogLines().Limiter);
        Assert.True(_server.TryStart());
    }

    public void Dispose()
    {
        foreach (var socket in _open) socket.Dispose();
        _feed.Dispose();
        _server.Dispose();
        _gateway.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void The_file_is_small_asks_for_nothing_and_its_policy_has_its_hashes()
    {
        var whole = new PageFile().Answer(Request(""));
        var packed = new PageFile().Answer(Request("gzip, deflate, br"));
        Assert.InRange(whole.Body.Length, 1, 60_000);
        Assert.InRange(packed.Body.Length, 1, 25_000);
        Assert.Contains("Content-Encoding: gzip\r\n", packed.Headers, StringComparison.Ordinal);
        var text = Encoding.UTF8.GetString(whole.Body.Span);
        foreach (var element in (string[])["script", "style"])
        {
            var pattern = new Regex($"<{element}>(.*?)</{element}>", RegexOptions.Singleline, TimeSpan.FromSeconds(10));
            var inside = Assert.Single(pattern.Matches(text));
            var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inside.Groups[1].Value)));
            Assert.Contains($"{element}-src 'sha256-{hash}'", whole.Headers, StringComparison.Ordinal);
        }

        Assert.StartsWith("Content-Security-Policy: default-src 'none';", whole.Headers);
        Assert.DoesNotContain("unsafe", whole.Headers, StringComparison.Ordinal);
        Assert.DoesNotMatch(Inline(), text); // no inline handler, no style attribute, nothing as HTML, no address elsewhere
    }

    [Fact]
    public void A_viewer_gets_the_history_and_a_status_at_each_tick()
    {
        for (var i = 0; i < 12; i++) Tick();
        var viewer = View("/events");
        using var history = JsonDocument.Parse(Event(viewer, "history"));
        Assert.InRange(history.RootElement.GetProperty("lines").GetProperty("memory").GetArrayLength(), 180, 181);
        Assert.Equal(0, history.RootElement.GetProperty("lines").GetProperty("source s").EnumerateArray().Last().GetDouble());
        Assert.Equal("s", history.RootElement.GetProperty("flow").GetProperty("p").GetProperty("from")[0].GetString());
        Assert.Equal("</script> a finding", history.RootElement.GetProperty("findings")[0].GetString());
        for (var i = 0; i < 3; i++)
        {
            Tick();
            using var status = JsonDocument.Parse(Event(viewer, "status"));
            Assert.Equal("gw", status.RootElement.GetProperty("agent").GetProperty("id").GetString());
        }
    }

    [Fact]
    public void A_viewer_that_asks_for_a_series_sees_its_readings_alone()
    {
        Tick();
        var viewer = View("/events?source=s&metric=a%20b");
        Event(viewer, "history");
        Assert.True(SpinWait.SpinUntil(() => _tap.WantsReadings, 60_000));
        var batch = new ReadingBatch();
        batch.Add(_series.Intern(LabelSet.Of(("metric", "a b"))), 0, 7);
        batch.Add(_series.Intern(LabelSet.Of(("metric", "c"))), 0, 8);
        _tap.Offer(0, batch);
        Tick();
        Event(viewer, "status");
        Assert.Equal("""[{"reading":"s","metric":"a b","time":"1970-01-01T00:00:00Z","value":7}]""", Event(viewer, "readings"));
        viewer.Dispose();
        Assert.True(SpinWait.SpinUntil(() =>
        {
            Tick();
            return !_tap.WantsReadings && _feed.Viewers == 0;
        }, 60_000));
    }

    [Fact]
    public void A_ninth_viewer_is_told_so_and_a_place_is_free_again_when_one_goes()
    {
        Tick();
        var eight = Enumerable.Range(0, PageFeed.MostViewers).Select(_ => View("/events")).ToList();
        foreach (var viewer in eight) Event(viewer, "history");
        Assert.Equal("{}", Event(View("/events"), "full"));
        eight[0].Dispose();
        Assert.True(SpinWait.SpinUntil(() =>
        {
            Tick();
            return _feed.Viewers == PageFeed.MostViewers - 1;
        }, 60_000));
        Event(View("/events"), "history");
    }

    [Fact]
    public void History_keeps_a_quarter_of_an_hour_in_its_bound()
    {
        var history = new PageHistory();
        for (var i = 0; i < PageHistory.Seconds + 17; i++)
        {
            _clock.Pass(1);
            history.Take(_gateway.Status());
        }

        using var written = new MemoryStream();
        using (var json = new Utf8JsonWriter(written))
        {
            json.WriteStartObject();
            history.Write(json);
            json.WriteEndObject();
        }

        using var read = JsonDocument.Parse(written.ToArray());
        Assert.All(read.RootElement.GetProperty("lines").EnumerateObject(), line => Assert.InRange(line.Value.GetArrayLength(), 180, 181));
        Assert.InRange((PageHistory.MostLines * PageHistory.Seconds * sizeof(float)), 1, 200 << 10);
    }

    [GeneratedRegex("""\son[a-z]+="|\sstyle=|innerHTML|insertAdjacentHTML|document\.write|eval\(|\ssrc=|://(?!www\.w3\.org/2000/svg)""")]
    private static partial Regex Inline();

    static HttpRequest Request(string encoding) => new()
    {
        IsHead = false,
        Path = "/",
        Query = "",
        KeepsAlive = true,
        Host = "localhost",
        Accept = "",
        AcceptEncoding = encoding,
    };

    void Tick()
    {
        _clock.Pass(1);
        _feed.Tick();
    }

    Socket View(string path)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60_000 };
        socket.Connect(_server.Bound!);
        socket.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        _open.Add(socket);
        return socket;
    }

    /// <summary>The data of the next event of this name.</summary>
    static string Event(Socket viewer, string name)
    {
        while (true)
        {
            if (Line(viewer) == $"event: {name}") return Line(viewer)["data: ".Length..];
        }
    }

    static string Line(Socket viewer)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (viewer.Receive(one) == 1 && one[0] != '\n') line.Add(one[0]);
        Assert.True(one[0] == '\n', "the stream ended");
        return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
    }
}
