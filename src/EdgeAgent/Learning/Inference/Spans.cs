using System.Globalization;

namespace EdgeAgent.Learning.Inference;

/// <summary>Spans of time as people say them.</summary>
static class Spans
{
    static readonly (string Unit, double Seconds)[] Units =
        [("days", 86_400), ("h", 3600), ("min", 60), ("s", 1), ("ms", 0.001), ("µs", 0.000_001)];

    /// <summary>With two digits.</summary>
    public static string About(TimeSpan span)
    {
        var seconds = Math.Abs(span.TotalSeconds);
        foreach (var (unit, size) in Units)
            if (seconds >= size * (unit == "days" ? 2 : 1))
                return string.Create(CultureInfo.InvariantCulture, $"{seconds / size:0.#} {unit}");
        return "0 s";
    }
}
