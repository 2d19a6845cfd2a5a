using System.Globalization;
using Confluent.Kafka;
using EdgeAgent.KafkaPeer;

const string Help = """
    kafka-peer: a Kafka cluster for tests and demos, in one process on loopback (librdkafka's mock cluster).

    kafka-peer serve [--brokers N] [--port P] [--host H] [--topics a:3,b:1] [--exit-with-stdin]
                     [--certificate FILE --key FILE] [--client-ca FILE] [--sasl MECHANISM[,…] --users a:secret[,…]]
        Prints `bootstrap host:port,…` and serves. With --port the brokers are at P, P+1, … and call themselves H (127.0.0.1).
        With --port too: TLS with --certificate and --key (PEM), client certificates with --client-ca, and SASL by PLAIN,
        SCRAM-SHA-256, SCRAM-SHA-512.
        Commands on standard input, each answered by `ok` or `error: …`:
          down [BROKER]                 refuse and cut connections (all brokers, or one: 1, 2, …); records are kept
          up [BROKER]                   take connections again, same address
          rtt BROKER MILLISECONDS       delay every answer (-1: all brokers)
          leader TOPIC PARTITION BROKER
          topic TOPIC PARTITIONS        create a topic
          topic-error TOPIC CODE        what metadata says of it (UnknownTopicOrPart, TopicAuthorizationFailed, NoError)
          errors API CODE…              the next answers to produce, fetch, metadata or init-producer-id
          no-errors API                 takes back those not given yet
          password USER PASSWORD        adds a user or changes the password, for connections made from now on
          certificate FILE KEYFILE      speaks TLS with this one from now on
          quit

    kafka-peer consume --brokers B --topic T[,T] [--until-idle SECONDS] [--count N] [--set NAME=VALUE[,…]]
        Prints every record from the beginning as a JSON line: topic, partition, offset, key, headers, value. --set gives
        librdkafka's own options, such as security.protocol=ssl.
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
                options.GetValueOrDefault("--host", "127.0.0.1"),
                MakeFront(options),
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
                Consume.Read(Client(options), options["--topic"].Split(','), idle, record =>
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
catch (Exception e) when (e is InvalidOperationException or KafkaException or System.Net.Sockets.SocketException)
{
    Console.Error.WriteLine($"kafka-peer: {e.Message}");
    return 1;
}

static Front MakeFront(Dictionary<string, string> options)
{
    var front = new Front
    {
        ClientAuthority = options.GetValueOrDefault("--client-ca"),
        Mechanisms = options.GetValueOrDefault("--sasl", "").Split(',', StringSplitOptions.RemoveEmptyEntries),
    };
    if (options.TryGetValue("--certificate", out var certificate)) front.UseCertificate(certificate, options["--key"]);
    foreach (var user in options.GetValueOrDefault("--users", "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        front.Accounts.Set(user[..user.IndexOf(':')], user[(user.IndexOf(':') + 1)..]);
    return front;
}

static ClientConfig Client(Dictionary<string, string> options)
{
    var config = new ClientConfig { BootstrapServers = options["--brokers"] };
    foreach (var setting in options.GetValueOrDefault("--set", "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        config.Set(setting[..setting.IndexOf('=')], setting[(setting.IndexOf('=') + 1)..]);
    return config;
}

static int Misuse(string what)
{
    Console.Error.WriteLine($"kafka-peer: {what}\n\n{Help}");
    return 64;
}
