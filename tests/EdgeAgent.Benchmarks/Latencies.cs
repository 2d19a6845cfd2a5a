using System.Globalization;

namespace EdgeAgent.Benchmarks;

/// <summary>Percentiles of measured times.</summary>
static class Latencies
{
    /// <summary>Prints <c>NAME p50 … p99 … p99.9 … max … us, N of them</c>.</summary>
    public static void Print(string name, List<long> ns)
    {
        var sorted = ns.Order().ToArray();
        double At(double share) =>
            sorted.Length == 0 ? double.NaN : sorted[Math.Min((int)(share * sorted.Length), sorted.Length - 1)] / 1000.0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-8} p50 {At(0.5):F0} p99 {At(0.99):F0} p99.9 {At(0.999):F0} max {At(1):F0} us, {sorted.Length} of them"));
    }
}
