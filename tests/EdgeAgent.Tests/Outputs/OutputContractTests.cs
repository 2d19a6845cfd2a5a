using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Specs;
using EdgeAgent.KafkaPeer;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Files;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Outputs.Terminal;
using EdgeAgent.Outputs.Webhook;
using EdgeAgent.Tests.Outputs.Kafka;
using EdgeAgent.Tests.Outputs.Webhook;
using Xunit;

namespace EdgeAgent.Tests.Outputs;

/// <summary>What every output and the twin in memory promise.</summary>
public sealed class OutputContractTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("edge-agent-output-").FullName;
    readonly List<IDisposable> _owned = [];

    public static TheoryData<string> Kinds => ["memory", "console", "file", "kafka", "webhook"];

    public void Dispose()
    {
        foreach (var owned in Enumerable.Reverse(_owned)) owned.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Delivers_everything_in_the_order_of_a_key(string kind)
    {
        var (output, arrived) = Make(kind);
        var records = new Records();
        output.Open();
        for (var i = 0; i < 5; i++)
        {
            var report = output.Send([records.Segment(7), records.Segment(1), records.Segment(40)], CancellationToken.None);
            Assert.Equal((3, 0, null), (report.Delivered, report.Rejected.Count, report.Failure));
        }

        AssertSameByKey(records.Payloads, arrived());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Delivers_without_being_opened_and_an_empty_list(string kind)
    {
        var (output, arrived) = Make(kind);
        var records = new Records();
        Assert.Equal(0, output.Send([], CancellationToken.None).Delivered);
        Assert.Equal(1, output.Send([records.Segment(3)], CancellationToken.None).Delivered);
        AssertSameByKey(records.Payloads, arrived());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sends_the_readable_front_of_a_damaged_segment(string kind)
    {
        var (output, arrived) = Make(kind);
        var records = new Records();
        var whole = records.Segment(3);
        Assert.Equal(1, output.Send([whole with { Bytes = whole.Bytes[..^1] }], CancellationToken.None).Delivered);
        AssertSameByKey(records.Payloads[..2], arrived());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_stop_is_no_trouble(string kind)
    {
        var (output, _) = Make(kind);
        var report = output.Send([new Records().Segment(3)], new CancellationToken(canceled: true));
        Assert.Null(report.Failure);
        Assert.InRange(report.Delivered, 0, 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Can_be_opened_and_disposed_twice(string kind)
    {
        var (output, _) = Make(kind);
        output.Open();
        output.Open();
        output.Dispose();
        output.Dispose();
    }

    (IOutput Output, Func<List<string>> Arrived) Make(string kind)
    {
        var health = new OutputHealth(new SystemClock());
        switch (kind)
        {
            case "memory":
                var memory = new MemoryOutput();
                return (memory, () => memory.Payloads);
            case "console":
                var stream = new MemoryStream();
                return (new ConsoleOutput(stream, health), () => Lines(stream.ToArray()));
            case "file":
                var path = Path.Combine(_folder, "new", "records.jsonl");
                var file = Own(new FileOutput(new FileOutputSettings { Name = "out", Path = path }, health));
                return (file, () => Lines(File.ReadAllBytes(path)));
            case "webhook":
                var bodies = new List<string>();
                var server = Own(new ScriptedServer(c =>
                {
                    try
                    {
                        while (true)
                        {
                            var request = c.Request();
                            lock (bodies) bodies.Add(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
                            c.Send("HTTP/1.1 204 No Content\r\n\r\n");
                        }
                    }
                    catch (EndOfStreamException)
                    {
                        // The output is done.
                    }
                }) { MayBeIdle = true });
                return (Own(new WebhookOutput(new WebhookOutputSettings
                {
                    Name = "out",
                    Host = "127.0.0.1",
                    Port = server.Port,
                    Target = new Secret("/"),
                }, "gw", health)), () =>
                {
                    lock (bodies) return [.. bodies];
                });
            default:
                var cluster = Own(new MockCluster(1));
                cluster.CreateTopic("t", 3);
                var kafka = Own(new KafkaOutput(new KafkaOutputSettings { Name = "out", Brokers = [cluster.Bootstrap] }, "gw", health));
                return (kafka, () => KafkaTopic.Read(cluster, "t").ConvertAll(record => Encoding.UTF8.GetString(record.Message.Value)));
        }
    }

    T Own<T>(T value)
        where T : IDisposable
    {
        _owned.Add(value);
        return value;
    }

    static List<string> Lines(byte[] bytes) => [.. Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    static void AssertSameByKey(List<string> expected, List<string> arrived)
    {
        Assert.Equal(expected.Count, arrived.Count);
        foreach (var key in new[] { "\"k0\"", "\"k1\"", "\"k2\"" })
            Assert.Equal(expected.Where(payload => payload.Contains(key)), arrived.Where(payload => payload.Contains(key)));
    }
}
