using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Packages;

/// <summary>MQTTnet as a client that reads, beside ours, from the same sender on loopback; each in a process of its own.</summary>
static class MqttNetFigures
{
    public static int Run(bool isSmoke)
    {
        var (seconds, rounds) = isSmoke ? (1, 1) : (3, 5);
        var cpu = new Dictionary<(string, int), double[]>();
        Console.WriteLine("| reading client | messages of a run | processor time a message | allocated a message | peak resident |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var qos in (int[])[0, 1])
        {
            // Alternating, so that a busy moment of the machine meets both.
            var runs = Enumerable.Range(0, rounds)
                .Select(_ => (Ours: Measure("ours", qos, seconds), Theirs: Measure("mqttnet", qos, seconds)))
                .ToArray();
            foreach (var kind in (string[])["ours", "mqttnet"])
            {
                var own = runs.Select(r => kind == "ours" ? r.Ours : r.Theirs).ToArray();
                var (messages, time, bytes, peak) = (Median(own, 0), Median(own, 1), Median(own, 2), Median(own, 3));
                cpu[(kind, qos)] = [.. own.Select(o => o[1])];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {kind}, QoS {qos} | {messages:N0} | {time:F2} µs | {bytes:N0} B | {peak:F0} MB |"));
            }

            var ratios = cpu[("mqttnet", qos)].Zip(cpu[("ours", qos)], (t, o) => t / o).Order().ToArray();
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"QoS {qos}: MQTTnet takes {ratios[ratios.Length / 2]:F0} "
                + $"times the processor time (median of {rounds} pairs, {ratios[0]:F0} to {ratios[^1]:F0})"));
        }

        var peaks = new Dictionary<string, double>();
        foreach (var kind in (string[])["ours", "mqttnet"])
        {
            var slow = Measure(kind, 0, isSmoke ? 2 : 5, isSlow: true);
            peaks[kind] = slow[3];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {kind}, QoS 0, {(isSmoke ? 2 : 5)} s behind a handler of 1 ms | {slow[0]:N0} | | | {slow[3]:F0} MB |"));
        }

        var writesMore = AcknowledgementFigures.Run(isSmoke);
        return cpu[("mqttnet", 0)][0] > cpu[("ours", 0)][0] && peaks["mqttnet"] > peaks["ours"] && writesMore ? 0 : 1;
    }

    static double Median(double[][] runs, int column) => runs.Select(r => r[column]).Order().ElementAt(runs.Length / 2);

    // Messages, µs and bytes a message, and peak MB.
    static double[] Measure(string kind, int qos, int seconds, bool isSlow = false)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        listener.Stop();
        using var sender = Start("wire-send", port, qos.ToString(CultureInfo.InvariantCulture), "same",
            seconds.ToString(CultureInfo.InvariantCulture));
        using var reader = sender.StandardOutput.ReadLine() == "ready"
            ? Start("wire-read", kind, port, qos.ToString(CultureInfo.InvariantCulture), isSlow ? "slow" : "fast")
            : throw new InvalidOperationException("the sender did not start");
        try
        {
            if (isSlow) Thread.Sleep(seconds * 1000);
            // "sent 123 in 3.001 s, …"
            else reader.StandardInput.WriteLine(sender.StandardOutput.ReadLine()!.Split(' ')[1]);
            reader.StandardInput.Close();
            return [.. reader.StandardOutput.ReadLine()!.Split(' ').Select(w => double.Parse(w, CultureInfo.InvariantCulture))];
        }
        finally
        {
            reader.Kill();
            sender.Kill();
            reader.WaitForExit();
            sender.WaitForExit();
        }
    }

    static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        })!;
}
