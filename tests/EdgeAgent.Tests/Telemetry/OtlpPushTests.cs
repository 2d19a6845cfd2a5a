using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Telemetry;
using Xunit;

namespace EdgeAgent.Tests.Telemetry;

/// <summary>Pushes against a collector that answers as it is told.</summary>
public sealed class OtlpPushTests : IDisposable
{
    readonly LogLines _log = new();
    readonly TcpListener _collector = new(IPAddress.Loopback, 0);
    readonly List<byte[]> _bodies = [];
    readonly List<string> _heads = [];
    readonly Queue<string> _answers = [];
    long _readings;

    public OtlpPushTests()
    {
        _collector.Start();
        new Thread(Collect) { IsBackground = true }.Start();
    }

    public void Dispose() => _collector.Dispose();

    [Fact]
    public void What_is_taken_waits_for_the_interval_and_holds_no_secret_in_the_log()
    {
        using var push = New();
        _answers.Enqueue("200 OK\r\nContent-Length: 2\r\n\r\n{}");
        Assert.Equal(TimeSpan.FromSeconds(60), push.Push());
        Assert.Equal((1, 0), (push.Counts.Done, push.Counts.Failed));
        Assert.Contains("POST /v1/metrics?key=hidden HTTP/1.1\r\n", _heads[0], StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer hidden\r\n", _heads[0], StringComparison.Ordinal);
        Assert.Contains("Content-Encoding: gzip\r\n", _heads[0], StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json\r\n", _heads[0], StringComparison.Ordinal);
        Assert.Equal("1", Readings(0));
        Assert.Empty(_log.All);
    }

    [Theory]
    [InlineData("429 Too Many\r\nRetry-After: 30\r\n", 30, 30)]
    [InlineData("503 Later\r\nRetry-After: 30\r\n", 30, 30)]
    [InlineData("502 Bad\r\n", 0, 1)]
    [InlineData("504 Late\r\nRetry-After: nonsense\r\n", 0, 1)]
    [InlineData("429 Never\r\nRetry-After: 999999999\r\n", 3600, 3600)]
    [InlineData("400 Bad\r\n", 60, 60)]
    [InlineData("500 Broken\r\n", 60, 60)]
    [InlineData("404 None\r\n", 60, 60)]
    [InlineData("302 Elsewhere\r\nLocation: http://evil.example/hidden\r\n", 60, 60)]
    public void What_is_not_taken_is_tried_again_as_the_specification_says(string answer, int leastSeconds, int mostSeconds)
    {
        using var push = New();
        _answers.Enqueue(answer + "Content-Length: 0\r\n\r\n");
        Assert.InRange(push.Push(), TimeSpan.FromSeconds(leastSeconds), TimeSpan.FromSeconds(mostSeconds));
        Assert.Equal((0, 1), (push.Counts.Done, push.Counts.Failed));
        var line = Assert.Single(_log.All);
        Assert.StartsWith("Warning: The collector 127.0.0.1:", line);
        Assert.DoesNotContain("hidden", line, StringComparison.Ordinal);
        _answers.Enqueue("200 OK\r\nContent-Length: 0\r\n\r\n");
        push.Push();
        Assert.Equal("2", Readings(1)); // the newest values, once
        Assert.Contains("again", _log.All[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_that_is_not_taken_is_told_of()
    {
        using var push = New();
        const string Part = """{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"too old"}}""";
        _answers.Enqueue($"200 OK\r\nContent-Length: {Part.Length}\r\n\r\n{Part}");
        push.Push();
        Assert.Contains("did not take 3 values: too old", Assert.Single(_log.All), StringComparison.Ordinal);
        Assert.Equal(1, push.Counts.Done);
    }

    [Fact]
    public void Without_a_collector_it_says_so_and_tries_again_soon()
    {
        _collector.Dispose();
        using var push = New();
        Assert.InRange(push.Push(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Contains("Nothing listens on", Assert.Single(_log.All), StringComparison.Ordinal);
    }

    OtlpPush New() => new(new OtlpSettings
    {
        Host = "127.0.0.1",
        Port = ((IPEndPoint)_collector.LocalEndpoint).Port,
        Target = new Secret("/v1/metrics?key=hidden"),
        Headers = [("Authorization", new Secret("Bearer hidden"))],
        Timeout = TimeSpan.FromMinutes(1),
    }, "gw", Read, _log.Limiter);

    MetricSet Read()
    {
        var set = new MetricSet(new WallTime(2), new WallTime(1));
        set.Add(Metrics.Readings, ++_readings);
        return set;
    }

    string? Readings(int push)
    {
        using var unpacked = new GZipStream(new MemoryStream(_bodies[push]), CompressionMode.Decompress);
        using var json = JsonDocument.Parse(unpacked);
        return json.RootElement.GetProperty("resourceMetrics")[0].GetProperty("scopeMetrics")[0].GetProperty("metrics")[0]
            .GetProperty("sum").GetProperty("dataPoints")[0].GetProperty("asInt").GetString();
    }

    void Collect()
    {
        try
        {
            while (true)
            {
                using var client = _collector.AcceptTcpClient();
                using var stream = client.GetStream();
                while (Read(stream)) stream.Write(Encoding.ASCII.GetBytes("HTTP/1.1 " + _answers.Dequeue()));
            }
        }
        catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The end of the test.
        }
    }

    bool Read(Stream stream)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (stream.ReadByte() is var b && b < 0) return false;
            head.Append((char)b);
        }

        var length = head.ToString().Split("\r\n").First(l => l.StartsWith("Content-Length: ", StringComparison.Ordinal))[16..];
        var body = new byte[int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)];
        stream.ReadExactly(body);
        _heads.Add(head.ToString());
        _bodies.Add(body);
        return true;
    }
}
