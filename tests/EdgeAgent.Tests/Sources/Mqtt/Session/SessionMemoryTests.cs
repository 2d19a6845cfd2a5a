using Xunit;

namespace EdgeAgent.Tests.Sources.Mqtt.Session;

/// <summary>What open messages take. It asks the whole process, so it runs when no other test does.</summary>
[Collection("alone")]
public sealed class SessionMemoryTests
{
    [Fact]
    public void A_million_open_messages_take_less_than_a_megabyte()
    {
        var agent = new SessionAgent(payloadsCarryTime: true);
        agent.Connected(sessionPresent: true);
        var before = GC.GetTotalMemory(true);
        for (var i = 0; i < 1_000_000; i++) agent.Table.OnPublish((ushort)(i % 65535 + 1), 1, false, (ulong)i * 0x9E37_79B9_7F4A_7C15);
        var bytes = GC.GetTotalMemory(true) - before;
        Assert.Equal(1_000_000, agent.Table.Remembered);
        Assert.True(bytes < 1 << 20, $"{bytes} bytes");
        GC.KeepAlive(agent);
    }
}
