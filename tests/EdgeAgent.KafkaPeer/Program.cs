using System.Globalization;
using EdgeAgent.KafkaPeer;

const string Help = """
    kafka-peer: a Kafka cluster for tests and demos, in one process on loopback (librdkafka's mock cluster).

    kafka-peer serve [--brokers N] [--port P] [--topics a:3,b:1] [--exit-with-stdin]
        Prints `bootstrap host:port,…` and serves. With --port the brokers are at P, P+1, …
        Commands on standard input, each answered by `ok` or `error: …`:
          down [BROKER]                 refuse and cut connections (all brokers, or one: 1, 2, …); records are kept
          up [BROKER]                   take connections again, same address
          rtt BROKER MILLISECONDS       delay every answer (-1: all brokers)
          leader TOPIC PARTITION BROKER
          topic TOPIC PARTITIONS        create a topic
          topic-error TOPIC CODE        what metadata says of it (UnknownTopicOrPart, TopicAuthorizationFailed, NoError)
          errors API CODE…              the next answers to produce, fetch, metadata or init-producer-id
          quit

    kafka-peer consume --brokers B --topic T[,T] [--until-idle SECONDS] [--count N]
        Prints every record from the beginning as a JSON line: topic, partition, offset, key, headers, value.
        Ends after N records, or when all partitions are read and nothing came for so many seconds.

    A partition keeps about 5 MB and forgets the oldest past that; everything is forgotten when serve ends.
    """;

var options = new Dictionary<string, string>();
for (var i = 1; i < args.Length; i++)
{
    if (args[i] == "--exit-with-stdin") options[args[i]] = "";
    else if (args[i].StartsWith("--", StringComparison.Ordinal) && i + 1 < args.Length) options[args[i]] = args[++i];
    else return Misuse($"what is {args[i]}?");
}

try
{
    switch (args.FirstOrDefault())
    {
        case "serve":
            var topics = options.GetValueOrDefault("--topics", "").Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(topic => topic.Split(':')).Select(parts => (parts[0], parts.Length > 1 ? int.Parse(parts[1]) : 1)).ToList();
            return Serve.Run(
                int.Parse(options.GetValueOrDefault("--brokers", "1")),
                options.TryGetValue("--port", out var port) ? int.Parse(port) : null,
                topics,
                options.ContainsKey("--exit-with-stdin"));
        case "consume":
            using (var stop = new CancellationTokenSource())
            {
                Console.CancelKeyPress += (_, e) => { e.Cancel = true; stop.Cancel(); };
                using var output = Console.OpenStandardOutput();
                var left = options.TryGetValue("--count", out var count) ? long.Parse(count) : long.MaxValue;
                TimeSpan? idle = options.TryGetValue("--until-idle", out var seconds)
                    ? TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))
                    : null;
                Consume.Read(options["--brokers"], options["--topic"].Split(','), idle, record =>
                {
                    Consume.WriteLine(output, record);
                    return --left > 0;
                }, stop.Token);
                return 0;
            }

        case "--help" or "-h":
            Console.WriteLine(Help);
            return 0;
        default:
            return Misuse("say serve or consume");
    }
}
catch (Exception e) when (e is FormatException or KeyNotFoundException)
{
    return Misuse(e.Message);
}
catch (Exception e) when (e is InvalidOperationException or Confluent.Kafka.KafkaException or System.Net.Sockets.SocketException)
{
    Console.Error.WriteLine($"kafka-peer: {e.Message}");
    return 1;
}

static int Misuse(string what)
{
    Console.Error.WriteLine($"kafka-peer: {what}\n\n{Help}");
    return 64;
}
