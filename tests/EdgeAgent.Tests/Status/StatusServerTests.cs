using System.Net.Sockets;
using System.Text;
using EdgeAgent.Core.Readings;
using EdgeAgent.Status;
using Xunit;

namespace EdgeAgent.Tests.Status;

/// <summary>Whatever a client sends, it gets an answer or an end, and the agent lives.</summary>
public sealed class StatusServerTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("st").FullName;
    readonly LogLines _log = new();
    readonly SeriesTable _series = new(10);
    readonly Tap _tap;

    public StatusServerTests() => _tap = new Tap(_series, ["plant"]);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("not json")]
    [InlineData("""{"command":5}""")]
    [InlineData("""{"command":"stop"}""")]
    [InlineData("""{"command":"tap","labels":7}""")]
    [InlineData("""{"command":"tap","labels":{"device":5}}""")]
    [InlineData("deep")]
    public void A_request_that_is_not_understood_is_answered_by_an_error(string request)
    {
        if (request == "deep") request = new string('[', 4000);
        using var server = Serve();
        Assert.StartsWith("""{"error":""", Ask(request));
        Assert.Equal("""{"fine":1}""", Ask("""{"command":"status"}"""));
    }

    [Fact]
    public void A_line_without_an_end_is_cut_off()
    {
        using var server = Serve();
        Assert.Equal("", Ask(new string('x', 300_000)));
        Assert.Equal("""{"fine":1}""", Ask("""{"command":"status"}"""));
    }

    [Fact]
    public void A_fault_in_answering_is_logged_and_nothing_else()
    {
        using var server = Serve(_ => throw new ArithmeticException("odd"));
        Assert.Equal("", Ask("""{"command":"status"}"""));
        // the line follows the end of the connection
        Assert.True(SpinWait.SpinUntil(() => _log.All.Any(l => l.Contains("odd", StringComparison.Ordinal)), 20_000));
    }

    [Fact]
    public void More_clients_than_are_served_are_told_so()
    {
        using var server = Serve();
        var open = Enumerable.Range(0, 8).Select(_ => Connect()).ToList();
        string answer;
        do answer = Ask(""); // until the eight are accepted
        while (!answer.Contains("8 clients", StringComparison.Ordinal));
        foreach (var socket in open) socket.Dispose();
    }

    [Fact]
    public void A_watcher_sees_values_that_json_has_no_number_for()
    {
        using var watcher = _tap.Watch(null, null, [("device", "a")]);
        var batch = new ReadingBatch();
        batch.Add(_series.Intern(LabelSet.Of(("device", "a"))), 0, double.NaN);
        batch.Add(_series.Intern(LabelSet.Of(("device", "b"))), 0, 1);
        _tap.Offer(0, batch);
        using var shown = new MemoryStream();
        watcher.WriteTo(shown, 0);
        Assert.Equal("""{"reading":"plant","device":"a","time":"1970-01-01T00:00:00Z","value":null}""" + "\n",
            Encoding.UTF8.GetString(shown.ToArray()));
    }

    [Fact]
    public void A_watcher_judges_an_id_by_the_labels_it_has_now()
    {
        using var watcher = _tap.Watch(null, null, [("device", "b")]);
        var batch = new ReadingBatch();
        var id = _series.Intern(LabelSet.Of(("device", "a")));
        batch.Add(id, 0, 1);
        _tap.Offer(0, batch);
        using var shown = new MemoryStream();
        watcher.WriteTo(shown, 0);
        _series.Forget([id]);
        _series.Release();
        Assert.Equal(id, _series.Intern(LabelSet.Of(("device", "b"))));
        _tap.Offer(0, batch);
        watcher.WriteTo(shown, 0);
        Assert.Contains("\"device\":\"b\"", Encoding.UTF8.GetString(shown.ToArray()));
    }

    [Fact]
    public void A_watcher_that_does_not_read_costs_a_bounded_queue_and_is_told_what_it_missed()
    {
        using var watcher = _tap.Watch(null, null, []);
        var batch = new ReadingBatch();
        batch.Add(_series.Intern(LabelSet.Of(("device", "a"))), 0, 1);
        for (var i = 0; i < 100; i++) _tap.Offer(0, batch);
        using var shown = new MemoryStream();
        watcher.WriteTo(shown, 0);
        var lines = Encoding.UTF8.GetString(shown.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("""{"not_shown":92}""", lines[^1]);
        Assert.Equal(9, lines.Length);
    }

    StatusServer Serve(Action<System.Text.Json.Utf8JsonWriter>? write = null)
    {
        var server = new StatusServer(Path.Combine(_directory, StatusServer.FileName), write ?? (json =>
        {
            json.WriteStartObject();
            json.WriteNumber("fine", 1);
            json.WriteEndObject();
        }), _tap, _log.Limiter);
        Assert.True(server.TryStart());
        return server;
    }

    Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
        socket.Connect(new UnixDomainSocketEndPoint(Path.Combine(_directory, StatusServer.FileName)));
        return socket;
    }

    string Ask(string request)
    {
        using var socket = Connect();
        using var stream = new NetworkStream(socket);
        try
        {
            if (request.Length > 0) stream.Write(Encoding.UTF8.GetBytes(request + "\n"));
            else socket.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream);
            return reader.ReadLine() ?? "";
        }
        catch (IOException)
        {
            return ""; // closed with bytes unread
        }
    }
}
