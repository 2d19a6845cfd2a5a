using System.Diagnostics;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The golden cases of <c>replay</c> through the native binary: the same bytes as in the test process.</summary>
public sealed class ReplayTests
{
    static readonly string Cases = Path.Combine(Repository.Root, "tests", "EdgeAgent.Tests", "cases", "replay");

    /// <summary>The names of the cases.</summary>
    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Cases).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_native_binary_gives_the_same_bytes(string name)
    {
        var folder = Path.Combine(Cases, name);
        using var process = Process.Start(new ProcessStartInfo(Repository.Agent,
            ["replay", Path.Combine(folder, "config.yaml"), "--input", Path.Combine(folder, "input.jsonl")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["EDGE_AGENT_TEST_MODELS"] = Path.Combine(Repository.Root, "tests", "models") },
        })!;
        using var bytes = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(bytes);
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "expected.jsonl")), System.Text.Encoding.UTF8.GetString(bytes.ToArray()));
    }
}
