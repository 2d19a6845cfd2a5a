using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeAgent.Web;
using Xunit;

namespace EdgeAgent.Tests.Web;

/// <summary>Whatever comes over a raw socket gets an answer or an end within the bounds, and good requests are still answered.</summary>
public sealed class HttpServerTests : IDisposable
{
    const string Good = "GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    static readonly IPEndPoint s_anyPort = new(IPAddress.Loopback, 0);
    readonly LogLines _log = new();
    readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        foreach (var one in _open) one.Dispose();
    }

    [Theory]
    [InlineData(Good, 200)]
    [InlineData("GET /a?q=1 HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n", 200)]
    [InlineData("GET /a HTTP/1.0\r\n\r\n", 200)]
    [InlineData("HEAD /a HTTP/1.0\r\n\r\n", 200)]
    [InlineData("GET /a HTTP/1.1\r\nHost: gw7.example:8080\r\nConnection: close\r\n\r\n", 200)]
    [InlineData("GET /a HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET /a HTTP/1.1\r\nHost: localhost.evil.example\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET /a HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /a HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET /a HTTP/1.1\r\nHost : localhost\r\n\r\n", 400)]
    [InlineData("GET /a HTTP/1.1\r\nHost: localhost\r\n folded: x\r\n\r\n", 400)]
    [InlineData("GET /a HTTP/1.1\r\nHost: localhost\r\nX: a\nb\r\n\r\n", 400)]
    [InlineData("GET /a HTTP/1.1\r\nHost: localhost\r\nX: \0\r\n\r\n", 400)]
    [InlineData("GET  /a HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET http://localhost/a HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET /a\r\n\r\n", 400)]
    [InlineData("\r\n\r\n", 400)]
    [InlineData("GET /a HTTP/2.0\r\nHost: localhost\r\n\r\n", 505)]
    [InlineData("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", 405)]
    [InlineData("DELETE /a HTTP/1.1\r\nHost: localhost\r\n\r\n", 405)]
    [InlineData("GET /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", 413)]
    [InlineData("GET /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 413)]
    [InlineData("GET /../a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET /%61 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET //a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET /a/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET /A HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET /a\\..\\b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET /throws HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 500)]
    public void A_request_gets_its_status(string request, int status)
    {
        var server = Serve(hosts: ["gw7.example"]);
        var answer = Ask(server, request);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        var hasBody = status == 200 && !request.StartsWith("HEAD", StringComparison.Ordinal);
        Assert.Equal(hasBody, answer.EndsWith("\r\n\r\nfine", StringComparison.Ordinal));
        Assert.Equal(status == 200 ? (1, 0) : (0, 1), (server.Counts.Answered, server.Counts.Refused));
    }

    [Theory]
    [InlineData("path")]
    [InlineData("header")]
    [InlineData("headers")]
    public void A_head_without_end_is_refused_at_its_bound(string what)
    {
        var server = Serve();
        var endless = what switch
        {
            "path" => "GET /" + new string('a', 100_000),
            "header" => "GET /a HTTP/1.1\r\nX: " + new string('a', 100_000),
            _ => "GET /a HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat("X: a\r\n", 20_000)),
        };
        var answer = Ask(server, endless);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 431 ", StringComparison.Ordinal), answer);
        Assert.EndsWith("fine", Ask(server, Good));
    }

    [Fact]
    public void A_request_torn_at_any_place_is_the_same_request()
    {
        var server = Serve();
        for (var at = 1; at < Good.Length; at++)
        {
            using var socket = Connect(server);
            socket.Send(Encoding.ASCII.GetBytes(Good[..at]));
            socket.Send(Encoding.ASCII.GetBytes(Good[at..]));
            Assert.EndsWith("fine", ReadToEnd(socket));
        }
    }

    [Fact]
    public void Requests_sent_at_once_are_answered_one_after_the_other()
    {
        var server = Serve();
        var kept = Good.Replace("Connection: close\r\n", "", StringComparison.Ordinal);
        var answer = Ask(server, kept + kept + Good);
        Assert.Equal(3, answer.Split("fine").Length - 1);
        Assert.Equal(1, answer.Split("Connection: close").Length - 1);
    }

    [Fact]
    public void A_thousand_connections_are_held_to_the_bound_and_a_good_request_is_answered()
    {
        var server = Serve(new HttpLimits { Connections = 8 });
        for (var i = 0; i < 1000; i++)
        {
            _open.Add(Connect(server));
            Assert.InRange(server.Connections, 0, 8);
        }

        Assert.EndsWith("fine", Ask(server, Good));
        Assert.InRange(server.Counts.Dropped, 1000 - 16, 1001);
    }

    [Fact]
    public async Task A_request_that_drips_is_cut_by_its_deadline()
    {
        var server = Serve(new HttpLimits { Request = TimeSpan.FromMilliseconds(300) });
        using var socket = Connect(server);
        var answer = Task.Run(() => ReadToEnd(socket));
        try
        {
            while (!answer.IsCompleted)
            {
                socket.Send("x"u8);
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
        catch (SocketException)
        {
            // It is closed.
        }

        var text = await answer;
        Assert.True(text.Length == 0 || text.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal));
        Assert.Equal(1, server.Counts.Dropped);
    }

    [Theory]
    [InlineData("/large")]
    [InlineData("/stream")]
    public void A_client_that_never_reads_is_dropped(string path)
    {
        var server = Serve(new HttpLimits { Answer = TimeSpan.FromMilliseconds(300) });
        using var socket = Connect(server);
        socket.ReceiveBufferSize = 4096;
        socket.Send(Encoding.ASCII.GetBytes(Good.Replace("/a", path, StringComparison.Ordinal)));
        Assert.True(SpinWait.SpinUntil(() => server.Counts.Dropped == 1 && server.Connections == 0, 60_000));
        Assert.EndsWith("fine", Ask(server, Good));
    }

    [Fact]
    public async Task While_all_are_being_answered_a_further_connection_is_closed()
    {
        using var answer = new ManualResetEventSlim();
        var waiting = 0;
        var server = Serve(new HttpLimits { Connections = 2 }, more: ("/waits", _ =>
        {
            Interlocked.Increment(ref waiting);
            answer.Wait();
            return HttpReply.Text(200, "late");
        }));
        var request = Good.Replace("/a", "/waits", StringComparison.Ordinal);
        var two = Enumerable.Range(0, 2).Select(_ => Task.Run(() => Ask(server, request))).ToArray();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref waiting) == 2, 60_000));
        Assert.Equal("", Ask(server, Good));
        answer.Set();
        foreach (var one in two) Assert.Contains("late", await one, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_in_use_is_one_line_and_no_more()
    {
        var first = Serve();
        using var second = New((IPEndPoint)first.Bound!);
        Assert.False(second.TryStart());
        Assert.Contains("in use by another program", Assert.Single(_log.All), StringComparison.Ordinal);
        Assert.EndsWith("fine", Ask(first, Good));
    }

    [Fact]
    public void An_address_that_is_not_of_this_machine_is_one_line_and_no_more()
    {
        using var elsewhere = New(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9464));
        Assert.False(elsewhere.TryStart());
        Assert.Contains("no address of this machine", Assert.Single(_log.All), StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_the_server_ends_its_connections()
    {
        var server = Serve();
        using var socket = Connect(server);
        socket.Send("GET"u8);
        Assert.True(SpinWait.SpinUntil(() => server.Connections == 1, 60_000));
        server.Dispose();
        Assert.Equal("", ReadToEnd(socket));
    }

    [Fact]
    public void A_thousand_wrong_passwords_cost_few_hashes_and_who_is_in_stays_in()
    {
        var gate = new PasswordGate(PasswordHash.Of("right:one", 1000), TimeSpan.FromMilliseconds(1));
        var server = Serve(password: gate);
        Assert.StartsWith("HTTP/1.1 401 ", Ask(server, Good));
        Assert.EndsWith("fine", Ask(server, With("any", "right:one")));
        for (var i = 0; i < 100; i++) Assert.EndsWith("fine", Ask(server, With("other", "right:one")));
        Assert.Equal(1, gate.Hashed);
        var answers = new int[1000];
        Parallel.For(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 12 }, i =>
        {
            var answer = gate.Refuse("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"any:wrong{i}")));
            answers[i] = answer?.Status ?? 200;
        });
        Assert.All(answers, status => Assert.Contains(status, (int[])[401, 429]));
        Assert.Equal(answers.Count(status => status == 401), gate.Hashed - 1);
        Assert.EndsWith("fine", Ask(server, With("any", "right:one")));
        foreach (var odd in (string[])["", "Basic", "Basic !", "Bearer x", "Basic " + new string('A', 5000), "Basic YQ=="])
            Assert.Equal(401, gate.Refuse(odd)!.Status);
    }

    [Fact]
    public void A_hash_reads_as_it_was_written()
    {
        var hash = PasswordHash.Parse(PasswordHash.Of("secret", 1000).ToString());
        Assert.True(hash.IsOf("secret"));
        Assert.False(hash.IsOf("Secret"));
    }

    static string With(string user, string password)
    {
        var both = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        return Good.Replace("\r\n\r\n", $"\r\nAuthorization: Basic {both}\r\n\r\n", StringComparison.Ordinal);
    }

    HttpServer Serve(HttpLimits? limits = null, IReadOnlyList<string>? hosts = null, PasswordGate? password = null,
        (string, Func<HttpRequest, HttpReply>)? more = null)
    {
        var server = New(s_anyPort, limits, hosts, password, more);
        _open.Add(server);
        Assert.True(server.TryStart());
        return server;
    }

    HttpServer New(IPEndPoint address, HttpLimits? limits = null, IReadOnlyList<string>? hosts = null, PasswordGate? password = null,
        (string Path, Func<HttpRequest, HttpReply> Route)? more = null)
    {
        var routes = new Dictionary<string, Func<HttpRequest, HttpReply>>
        {
            ["/a"] = _ => new HttpReply(200, "text/plain", "fine"u8.ToArray()),
            ["/large"] = _ => new HttpReply(200, "text/plain", new byte[32 << 20]),
            ["/throws"] = _ => throw new ArithmeticException("odd"),
            ["/stream"] = _ => new HttpReply(200, "text/plain", default)
            {
                Stream = sink =>
                {
                    while (!sink.IsGone) sink.Write(new byte[1 << 20]);
                },
            },
        };
        if (more is var (path, route)) routes[path] = route;
        return new HttpServer(
            new HttpEndpoint("test", "test address", address) { Limits = limits ?? new(), Hosts = hosts ?? [], Password = password },
            routes, _log.Limiter);
    }

    static string Ask(HttpServer server, string request)
    {
        using var socket = Connect(server);
        try
        {
            socket.Send(Encoding.Latin1.GetBytes(request));
        }
        catch (SocketException)
        {
            // Closed while it was sent.
        }

        return ReadToEnd(socket);
    }

    static Socket Connect(HttpServer server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60_000 };
        socket.Connect(server.Bound!);
        return socket;
    }

    static string ReadToEnd(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[65536];
        try
        {
            while (socket.Receive(buffer) is > 0 and var count) text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (SocketException error) when (error.SocketErrorCode != SocketError.TimedOut)
        {
            // Reset: what came before it counts.
        }

        return text.ToString();
    }
}
