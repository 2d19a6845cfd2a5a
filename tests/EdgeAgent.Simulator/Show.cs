using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EdgeAgent.Simulator;

/// <summary>Prints records as people read them while a consumer appends them to a file as JSON lines.</summary>
static class Show
{
    /// <summary><c>show FILE</c>: until SIGTERM, and then what is left.</summary>
    public static void Run(string file)
    {
        using var stop = new ManualResetEventSlim();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Set();
        });
        Console.WriteLine("  window (UTC)           site   device   metric       readings      min     mean      max   stddev");
        using var reader = new StreamReader(new FileStream(file, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));
        var held = "";
        while (true)
        {
            var isLast = stop.IsSet;
            held += reader.ReadToEnd();
            for (var end = held.IndexOf('\n'); end >= 0; end = held.IndexOf('\n'))
            {
                Write(Summary.Parse(held[..end]));
                held = held[(end + 1)..];
            }

            if (isLast) return;
            stop.Wait(100);
        }
    }

    static void Write(Summary summary)
    {
        var value = summary.Value;
        var corrected = summary.Revision > 0 ? $"  corrected, revision {summary.Revision}" : "";
        Console.WriteLine($"  {Clock(value, "window_start")}–{Clock(value, "window_end")}  {Text(value, "site"),-6} "
            + $"{Text(value, "device"),-8} {Text(value, "metric"),-12} {Text(value, "count"),8} {Number(value, "min")} "
            + $"{Number(value, "mean")} {Number(value, "max")} {Number(value, "stddev")}{corrected}");
    }

    static string Clock(JsonElement value, string name) =>
        value.GetProperty(name).GetDateTimeOffset().UtcDateTime.ToString("HH:mm:ss.f", CultureInfo.InvariantCulture);

    static string Text(JsonElement value, string name) => value.TryGetProperty(name, out var found) ? found.ToString() : "";

    static string Number(JsonElement value, string name) =>
        (value.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Number
            ? found.GetDouble().ToString("F2", CultureInfo.InvariantCulture)
            : "–").PadLeft(8);
}
