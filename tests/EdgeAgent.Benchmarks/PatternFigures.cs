using System.Text;
using System.Text.RegularExpressions;
using EdgeAgent.Core.Formats.Regex;

namespace EdgeAgent.Benchmarks;

/// <summary>The framework's regular expressions beside ours, in the native binary; for docs/decisions/regular-expressions.md.</summary>
/// <remarks>Both find one named group in the bytes of a line. The framework's work on UTF-16, so a line becomes a string first.</remarks>
static class PatternFigures
{
    const int Lines = 1000;
    const int Passes = 4;
    const string Many = "^(\\w+\\s?)*$";

    /// <summary>Prints time and allocation a line for each engine and pattern, then time against the length of a hostile line.</summary>
    public static void Run()
    {
        Console.WriteLine($"dynamic code {System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported}");
        Case("at the start", "^T=(?<v>-?\\d+\\.\\d+)", i => $"T={i % 100}.25 C");
        Case("anywhere", "T=(?<v>-?\\d+\\.\\d+)", i => $"03 T={i % 100}.25 C");
        Case("several ways", "(?:on|off|of) (?<v>\\d+)", i => $"off {i % 100}");
        Case("no match", "T=(?<v>-?\\d+\\.\\d+)", i => $"{i:D6} no reading in this line of 40 bytes");
        foreach (var length in (ReadOnlySpan<int>)[16, 20, 24, 28]) Hostile(length);
        foreach (var length in (ReadOnlySpan<int>)[1_000, 10_000, 100_000]) Ours(length);
    }

    static void Case(string name, string text, Func<int, string> make)
    {
        var lines = Enumerable.Range(0, Lines).Select(i => Encoding.ASCII.GetBytes(make(i))).ToArray();
        var pattern = BytePattern.TryParse(text, out _)!;
        var group = pattern.Groups.ToList().IndexOf("v") + 1;
        var sum = 0L;
        Measure.Print("ours", $"{name}{(pattern.IsOnePass ? "" : ", simulated")}", Lines, Passes, () =>
        {
            foreach (var line in lines)
                if (pattern.IsMatch(line) && pattern.TryGroup(group, out var range)) sum += range.End.Value;
        });
        foreach (var options in (ReadOnlySpan<RegexOptions>)[RegexOptions.None, RegexOptions.Compiled, RegexOptions.NonBacktracking])
        {
            var regex = new Regex(text, options | RegexOptions.CultureInvariant);
            Measure.Print("theirs", $"{name}, {options}", Lines, Passes, () =>
            {
                foreach (var line in lines)
                    if (regex.Match(Encoding.Latin1.GetString(line)) is { Success: true } match) sum += match.Groups["v"].Index;
            });
        }

        if (sum == 1) Console.WriteLine();
    }

    static void Hostile(int length)
    {
        var line = new string('a', length) + "!";
        var start = Environment.CpuUsage.TotalTime;
        new Regex(Many, RegexOptions.CultureInvariant).IsMatch(line);
        Console.WriteLine($"theirs   {Many} on {length} bytes {(Environment.CpuUsage.TotalTime - start).TotalMilliseconds,12:F1} ms");
    }

    static void Ours(int length)
    {
        var line = Encoding.ASCII.GetBytes(new string('a', length) + "!");
        var pattern = BytePattern.TryParse(Many, out _)!;
        var start = Environment.CpuUsage.TotalTime;
        pattern.IsMatch(line);
        Console.WriteLine($"ours     {Many} on {length} bytes {(Environment.CpuUsage.TotalTime - start).TotalMilliseconds,12:F1} ms");
    }
}
