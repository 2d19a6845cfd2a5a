using Xunit;

namespace EdgeAgent.Tests.Configuration;

/// <summary>The systemd unit that is handed out.</summary>
public sealed class ServiceUnitTests
{
    static readonly string[] Lines = File.ReadAllLines(Repository.Path("configs/edge-agent.service"));

    [Fact]
    public void It_does_not_forbid_what_the_runtime_needs_to_call_librdkafka()
    {
        // Confluent.Kafka gives librdkafka delegates; the native runtime makes code for each, which this setting refuses:
        // OutOfMemoryException.
        Assert.DoesNotContain(Lines, l => l.StartsWith("MemoryDenyWriteExecute", StringComparison.Ordinal));
    }
}
