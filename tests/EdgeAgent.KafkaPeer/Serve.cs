using System.Security.Cryptography;
using Confluent.Kafka;

namespace EdgeAgent.KafkaPeer;

/// <summary>Runs a mock cluster and takes commands from standard input, each answered by one line, <c>ok</c> or <c>error: …</c>.</summary>
static class Serve
{
    /// <summary>Runs until standard input says <c>quit</c>, or ends and <paramref name="exitAtEof"/>, or a signal.</summary>
    /// <param name="brokers">How many brokers.</param>
    /// <param name="port">First port of the forwarders; null for none, and then no <paramref name="front"/>.</param>
    /// <param name="host">Name clients are told to come back to.</param>
    /// <param name="front">What clients have to pass.</param>
    /// <param name="topics">Topics to make.</param>
    /// <param name="exitAtEof">Whether the end of standard input ends it.</param>
    public static int Run(int brokers, int? port, string host, Front front, IReadOnlyList<(string Name, int Partitions)> topics,
        bool exitAtEof)
    {
        using var cluster = ContinueSignal.Without(() => new MockCluster(brokers));
        foreach (var (name, partitions) in topics) cluster.CreateTopic(name, partitions);
        var forwarders = Forward(cluster, port, host, front);
        Console.WriteLine(
            "bootstrap " + (port is { } first ? string.Join(',', forwarders.Select((_, i) => $"{host}:{first + i}")) : cluster.Bootstrap));
        while (Console.In.ReadLine() is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["quit"]) return 0;
            try
            {
                Console.WriteLine(
                    words.Length == 0 || Obey(cluster, forwarders, front, words) ? "ok" : "error: unknown command, see kafka-peer --help");
            }
            catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException or OverflowException
                or IOException or CryptographicException)
            {
                Console.WriteLine($"error: {e.Message}");
            }
        }

        if (!exitAtEof) Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    static Forwarder[] Forward(MockCluster cluster, int? port, string host, Front front)
    {
        if (port is not { } first) return [];
        var targets = cluster.Bootstrap.Split(',').Select(address => int.Parse(address[(address.LastIndexOf(':') + 1)..])).ToArray();
        var forwarders = targets.Select((target, i) => new Forwarder(first + i, target, front)).ToArray();
        for (var i = 0; i < targets.Length; i++)
        {
            cluster.Advertise(i + 1, host, first + i);
            forwarders[i].Up();
        }

        return forwarders;
    }

    static bool Obey(MockCluster cluster, Forwarder[] forwarders, Front front, string[] words)
    {
        switch (words)
        {
            case ["down", ..]:
                foreach (var forwarder in Chosen(forwarders, words)) forwarder.Down();
                cluster.SetDown(Broker(words));
                return true;
            case ["up", ..]:
                cluster.SetUp(Broker(words));
                foreach (var forwarder in Chosen(forwarders, words)) forwarder.Up();
                return true;
            case ["rtt", var broker, var milliseconds]:
                cluster.SetRoundTrip(int.Parse(broker), int.Parse(milliseconds));
                return true;
            case ["leader", var topic, var partition, var broker]:
                cluster.SetLeader(topic, int.Parse(partition), int.Parse(broker));
                return true;
            case ["topic", var topic, var partitions]:
                cluster.CreateTopic(topic, int.Parse(partitions));
                return true;
            case ["topic-error", var topic, var code]:
                cluster.SetTopicError(topic, Enum.Parse<ErrorCode>(code));
                return true;
            case ["errors", var api, .. var codes] when codes.Length > 0:
                cluster.PushErrors(Api(api), Array.ConvertAll(codes, Enum.Parse<ErrorCode>));
                return true;
            case ["no-errors", var api]:
                cluster.ClearErrors(Api(api));
                return true;
            case ["password", var user, var password]:
                front.Accounts.Set(user, password);
                return true;
            case ["certificate", var certificate, var key]:
                front.UseCertificate(certificate, key);
                return true;
            default:
                return false;
        }
    }

    static int Broker(string[] words) => words.Length > 1 ? int.Parse(words[1]) : -1;

    static IEnumerable<Forwarder> Chosen(Forwarder[] forwarders, string[] words) =>
        Broker(words) is var broker and > 0 ? forwarders.Skip(broker - 1).Take(1) : forwarders;

    static short Api(string name) => name switch
    {
        "produce" => 0,
        "fetch" => 1,
        "metadata" => 3,
        "init-producer-id" => 22,
        _ => short.Parse(name),
    };
}
