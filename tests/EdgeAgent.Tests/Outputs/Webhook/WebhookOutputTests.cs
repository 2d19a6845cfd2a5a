using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Specs;
using EdgeAgent.Libraries;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Webhook;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Webhook;

/// <summary>Requests byte for byte against a scripted server, and servers that do what they should not.</summary>
public sealed class WebhookOutputTests
{
    const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    static readonly Lane s_alerts = new("hook", 1);
    readonly OutputHealth _health = new(new SystemClock());

    static WebhookOutputSettings Settings(int port) =>
        new() { Name = "hook", Host = "127.0.0.1", Port = port, Target = new Secret("/alerts?k=1"), Timeout = TimeSpan.FromSeconds(20) };

    WebhookOutput Output(int port) => new(Settings(port), "gw", _health);

    static Segment Segment(int from, int count, string id = "p/f/")
    {
        var buffer = new LaneBuffer();
        for (var i = from; i < from + count; i++)
            buffer.Append(RecordKind.Alert, 1_000_000_000L * i, "", null, $"{id}{i}", Encoding.UTF8.GetBytes($"{{\"n\":{i}}}"));
        return new Segment(s_alerts, from, count, 0, buffer.Bytes.ToArray());
    }

    static string BodyOf(string request) => request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    // Sends one segment of one record to a server of one answer.
    (SendReport Report, string Request) Ask(string answer, TimeSpan? timeout = null)
    {
        var request = "";
        using var server = new ScriptedServer(c =>
        {
            request = c.Request();
            c.Send(answer);
            c.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            c.ExpectEnd();
        });
        using var output = new WebhookOutput(Settings(server.Port) with { Timeout = timeout ?? TimeSpan.FromSeconds(20) }, "gw", _health);
        var report = output.Send([Segment(1, 1)], CancellationToken.None);
        output.Dispose();
        return (report, request);
    }

    [Fact]
    public void A_request_is_these_bytes()
    {
        var got = "";
        using var server = new ScriptedServer(c =>
        {
            got = c.Request();
            c.Send(Ok);
            c.ExpectEnd();
        });
        var settings = Settings(server.Port) with { Headers = [("Authorization", new Secret("Bearer t0k")), ("X-Site", new Secret("p7"))] };
        using (var output = new WebhookOutput(settings, "gw ä\"%", _health))
            Assert.Equal((1, 0, null), Outcome(output.Send([Segment(5, 1, "p/f ü/")], CancellationToken.None)));
        Assert.Equal(
            $"POST /alerts?k=1 HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nUser-Agent: edge-agent/{Product.Version}\r\nAuthorization: "
                + "Bearer t0k\r\nX-Site: p7\r\n"
                + "ce-specversion: 1.0\r\nce-id: p/f%20%C3%BC/5\r\nce-source: gw%20%C3%A4%22%25\r\nce-type: edgeagent.alert\r\nce-time: "
                + "1970-01-01T00:00:05Z\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"n\":5}",
            got);
        Assert.True(_health.Connected);
    }

    [Fact]
    public void One_connection_serves_many_records_in_order()
    {
        var bodies = new List<string>();
        using var server = new ScriptedServer(c =>
        {
            for (var i = 0; i < 40; i++)
            {
                bodies.Add(BodyOf(c.Request()));
                c.Send(i % 3 == 0 ? "HTTP/1.1 204 No Content\r\n\r\n"
                    : i % 3 == 1 ? Ok
                    : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
            }

            c.ExpectEnd();
        });
        using var output = Output(server.Port);
        Assert.Equal((3, 0, null), Outcome(output.Send([Segment(1, 7), Segment(8, 1), Segment(9, 32)], CancellationToken.None)));
        output.Dispose();
        Assert.Equal(Enumerable.Range(1, 40).Select(n => $"{{\"n\":{n}}}"), bodies);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(200, 1, 0)]
    [InlineData(299, 1, 0)]
    [InlineData(400, 1, 1)]
    [InlineData(413, 1, 1)]
    [InlineData(422, 1, 1)]
    [InlineData(408, 0, 0)]
    [InlineData(425, 0, 0)]
    [InlineData(429, 0, 0)]
    [InlineData(500, 0, 0)]
    [InlineData(503, 0, 0)]
    [InlineData(599, 0, 0)]
    [InlineData(401, 0, 0)]
    [InlineData(403, 0, 0)]
    [InlineData(404, 0, 0)]
    [InlineData(307, 0, 0)]
    public void A_status_decides(int status, int delivered, int rejected)
    {
        var (report, _) = Ask($"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal((delivered, rejected, delivered == 0), (report.Delivered, report.Rejected.Count, report.Failure is not null));
        if (rejected > 0)
            Assert.Equal((s_alerts, 1, $"the server answered {status}", "{\"n\":1}"), (report.Rejected[0].Lane, report.Rejected[0].Number,
                report.Rejected[0].Reason, Encoding.UTF8.GetString(report.Rejected[0].Payload)));
        if (report.Failure is { } failure) Assert.Contains($"answers {status}", failure);
    }

    [Fact]
    public void A_redirect_is_not_followed_and_says_where_to_without_what_may_be_secret()
    {
        var failure =
            Ask("HTTP/1.1 301 Moved\r\nLocation: https://other.example/alerts?token=secret\r\nContent-Length: 0\r\n\r\n").Report.Failure;
        Assert.Contains("answers 301 to https://other.example/alerts.", failure);
        Assert.Contains("put the final address into `url`", failure);
        Assert.DoesNotContain("secret", failure);
        Assert.DoesNotContain("k=1", failure);
    }

    [Fact]
    public void An_answer_torn_into_single_bytes_is_the_same_answer()
    {
        using var server = new ScriptedServer(c =>
        {
            for (var i = 0; i < 2; i++)
            {
                c.Request();
                foreach (var letter in "HTTP/1.1 100 Continue\r\n\r\n" + Ok) c.Send(letter.ToString());
            }

            c.ExpectEnd();
        });
        using var output = Output(server.Port);
        Assert.Equal((1, 0, null), Outcome(output.Send([Segment(1, 2)], CancellationToken.None)));
        output.Dispose();
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void What_was_delivered_of_a_segment_is_not_posted_again_and_the_rest_comes_with_the_same_identity()
    {
        var ids = new List<string>();
        void Note(Conversation c) => ids.Add(c.Request().Split("ce-id: ")[1].Split('\r')[0]);
        using var server = new ScriptedServer(
            c =>
            {
                Note(c);
                c.Send(Ok);
                Note(c);
                c.Send("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n");
                Note(c);
                c.Send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            },
            c =>
            {
                // The answer is lost: the server has it, we cannot know.
                Note(c);
            },
            c =>
            {
                Note(c);
                c.Send(Ok);
                Note(c);
                c.Send(Ok);
                c.ExpectEnd();
            });
        using var output = Output(server.Port);
        var segment = Segment(1, 4);
        Assert.Contains("answers 503", output.Send([segment], CancellationToken.None).Failure);
        Assert.Contains("before the end of an answer", output.Send([segment], CancellationToken.None).Failure);
        var report = output.Send([segment], CancellationToken.None);
        Assert.Equal((1, 1, null), Outcome(report));
        Assert.Equal(2, report.Rejected[0].Number);
        output.Dispose();
        Assert.Equal(["p/f/1", "p/f/2", "p/f/3", "p/f/3", "p/f/3", "p/f/4"], ids);
    }

    [Fact]
    public void A_kept_connection_that_the_server_closed_is_made_anew_without_a_word()
    {
        using var gone = new ManualResetEventSlim();
        using var server = new ScriptedServer(
            c =>
            {
                c.Request();
                c.Send(Ok);
                c.Socket.Close();
                gone.Set();
            },
            c =>
            {
                c.Request();
                // Bytes nobody asked for: the next request must not take them for its answer.
                c.Send(Ok + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                c.ExpectEnd();
            },
            c =>
            {
                c.Request();
                c.Send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
                c.ExpectEnd();
            });
        using var output = Output(server.Port);
        Assert.Equal(1, output.Send([Segment(1, 1)], CancellationToken.None).Delivered);
        Assert.True(gone.Wait(30_000));
        Assert.Equal((1, 0, null), Outcome(output.Send([Segment(2, 1)], CancellationToken.None)));
        Assert.Contains("answers 503", output.Send([Segment(3, 1)], CancellationToken.None).Failure);
        output.Dispose();
    }

    [Fact]
    public void A_record_over_the_bound_is_rejected_without_a_connection()
    {
        var segment = Segment(1, 1);
        using var output = new WebhookOutput(Settings(1) with { MaxBodyBytes = 6 }, "gw", _health);
        var report = output.Send([segment], CancellationToken.None);
        Assert.Equal((1, 1, null), Outcome(report));
        Assert.Equal("the payload has 7 bytes, max_body is 6", report.Rejected[0].Reason);
    }

    [Fact]
    public void Nobody_there_is_one_sentence_and_everything_is_kept()
    {
        using var output = Output(1);
        output.Open();
        Assert.False(_health.Connected);
        Assert.Contains("Nothing listens on 127.0.0.1:1", _health.LastError);
        Assert.Equal(0, output.Send([Segment(1, 3)], CancellationToken.None).Delivered);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n", "does not answer in HTTP/1.1")]
    [InlineData("HTTP/1.1 101 Up\r\n\r\n", "wants another protocol")]
    [InlineData("", "closed the connection before the end of an answer")]
    [InlineData("HTTP/1.1 200", "closed the connection before the end of an answer")]
    public void What_is_no_answer_keeps_the_record(string answer, string words)
    {
        var report = Ask(answer).Report;
        Assert.Equal(0, report.Delivered);
        Assert.Contains(words, report.Failure);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nuntil the end")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx")]
    public void A_body_that_is_not_what_was_announced_does_not_take_a_delivery_back(string answer) =>
        Assert.Equal((1, 0, null), Outcome(Ask(answer).Report));

    [Fact]
    public void Headers_without_end_and_a_body_without_end_are_cut()
    {
        using var server = new ScriptedServer(
            c =>
            {
                c.Request();
                c.Send("HTTP/1.1 200 OK\r\n");
                c.SendForEver("X-Fill: 0123456789\r\n");
            },
            c =>
            {
                c.Request();
                c.Send("HTTP/1.1 200 OK\r\n\r\n");
                c.SendForEver(new string('x', 10_000));
            });
        using var output = Output(server.Port);
        Assert.Contains("headers without end", output.Send([Segment(1, 1)], CancellationToken.None).Failure);
        Assert.Equal((1, 0, null), Outcome(output.Send([Segment(1, 1)], CancellationToken.None)));
    }

    [Fact]
    public void An_answer_that_trickles_ends_with_the_time_for_all_of_it()
    {
        using var server = new ScriptedServer(c =>
        {
            c.Request();
            c.Send("HTTP/1.1 200 OK\r\nX: ");
            // Always a sign of life before the client's patience with one wait ends: only the whole time counts.
            while (!c.Socket.Poll(TimeSpan.FromMilliseconds(20), System.Net.Sockets.SelectMode.SelectRead)) c.Send("x");
        });
        using var output = new WebhookOutput(Settings(server.Port) with { Timeout = TimeSpan.FromMilliseconds(300) }, "gw", _health);
        Assert.Contains("kept us waiting for an answer longer than `timeout` (0.3 s)",
            output.Send([Segment(1, 1)], CancellationToken.None).Failure);
        output.Dispose();
    }

    [Fact]
    public void A_stop_ends_a_wait_for_an_answer_and_one_the_server_asked_for()
    {
        using var stop = new CancellationTokenSource();
        using var server = new ScriptedServer(
            c =>
            {
                c.Request();
                c.Send("HTTP/1.1 429 Slow down\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n");
                c.ExpectEnd();
            });
        using var output = new WebhookOutput(Settings(server.Port) with { MaxRetryAfter = TimeSpan.FromHours(1) }, "gw", _health);
        Assert.Contains("answers 429 and asks to wait 3600 s", output.Send([Segment(1, 1)], CancellationToken.None).Failure);
        stop.Cancel();
        Assert.Equal((0, 0, null), Outcome(output.Send([Segment(1, 1)], stop.Token)));
        output.Dispose();
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Wed, 25 Nov 2026 12:01:30 GMT", 90)]
    [InlineData("Wed, 25 Nov 2026 11:00:00 GMT", 0)]
    [InlineData("4294967295", 300)]
    [InlineData("99999999999999999999", 0)]
    [InlineData("-5", 0)]
    [InlineData("soon", 0)]
    public void Retry_after_is_respected_and_bounded(string text, int seconds)
    {
        Assert.Equal(seconds, WebhookAnswer.Of("h:1", new HttpAnswer(503, text), TimeSpan.FromMinutes(5),
            new DateTime(2026, 11, 25, 12, 0, 0, DateTimeKind.Utc)).Wait.TotalSeconds);
    }

    static (int, int, string?) Outcome(SendReport report) => (report.Delivered, report.Rejected.Count, report.Failure);
}
