using System.Net;
using System.Net.Sockets;
using EdgeAgent.Simulator;

const string Help = """
    edge-sensors: the sensors of scripts/demo, and what looks at the other end.

    edge-sensors port                             prints a TCP port of the loopback that is free now
    edge-sensors publish PORT RATE SECONDS        publishes RATE messages a second at QoS 1; 0 seconds for until SIGTERM
    edge-sensors show FILE                        prints records that `kafka-peer consume` appends to FILE, until SIGTERM
    edge-sensors judge SENT STATUS CONSUMED [--quiet]   compares the counts; exit code 0 when all agree, 1 when not
    """;

try
{
    switch (args)
    {
        case ["port"]:
            using (var listener = new TcpListener(IPAddress.Loopback, 0))
            {
                listener.Start();
                Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
            }

            return 0;
        case ["publish", var port, var rate, var seconds]:
            Publish.Run(int.Parse(port), int.Parse(rate), int.Parse(seconds));
            return 0;
        case ["show", var file]:
            Show.Run(file);
            return 0;
        case ["judge", var sent, var status, var consumed, .. var rest]:
            return Judge.Run(sent, status, consumed, rest is ["--quiet"]) ? 0 : 1;
        default:
            Console.Error.WriteLine(Help);
            return 64;
    }
}
catch (Exception e) when (e is InvalidOperationException or IOException or FormatException or System.Text.Json.JsonException
    or EdgeAgent.Network.ConnectException)
{
    Console.Error.WriteLine($"edge-sensors: {e.Message}");
    return 1;
}
