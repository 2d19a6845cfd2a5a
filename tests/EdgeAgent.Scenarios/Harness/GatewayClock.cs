using System.Buffers.Binary;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>The clock of a gateway under test: its wall time can be stepped while it runs,
/// and the kernel says of it what the scenario wants.</summary>
/// <remarks>A small library preloaded into the agent, compiled by gcc from gateway_clock.c;
/// monotonic time goes on as it does when a real clock is stepped.</remarks>
sealed class GatewayClock
{
    readonly string _file;
    TimeSpan _offset;
    bool _isSynchronised;

    /// <summary>Compiles the library and sets the clock.</summary>
    public GatewayClock(Workspace workspace, bool isSynchronised, TimeSpan offset = default)
    {
        _file = workspace["gateway_clock"];
        (_isSynchronised, _offset) = (isSynchronised, offset);
        Write();
        Environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = Preloaded.Compile(workspace, "gateway_clock.c"),
            ["GATEWAY_CLOCK"] = _file,
        };
    }

    /// <summary>Variables a process needs to have this clock.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>What the gateway's clock shows.</summary>
    public DateTimeOffset Now => DateTimeOffset.UtcNow + _offset;

    /// <summary>Steps the wall clock to this much off the true time, and says whether the kernel trusts it.</summary>
    public void Step(TimeSpan offset, bool isSynchronised)
    {
        (_offset, _isSynchronised) = (offset, isSynchronised);
        Write();
    }

    void Write()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, _offset.Ticks * 100);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], _isSynchronised ? 1 : 0);
        // Written in place: the agent has mapped this very file.
        using var file = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, 0);
        file.Write(bytes);
    }
}
