using EdgeAgent.Clocks;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Sources.Modbus;

/// <summary>Asks one thing at a time over a wire and keeps the silences of the specification.</summary>
/// <remarks>One thread. The data of an answer is valid until the next question.</remarks>
sealed class ModbusMaster(
    IModbusWire wire, IModbusExchange exchange, IClock clock, long timeoutNs, CancellationToken stopping = default) : IDisposable
{
    // The rate behind a device server is not known here; the server keeps the silences of its line itself.
    const int BaudBehindTcp = 115_200;
    readonly byte[] _buffer = new byte[512];

    /// <summary>Time from the question to the verdict of the last exchange [ns].</summary>
    public long ElapsedNs { get; private set; }

    /// <summary>What became of the last exchange.</summary>
    public AnswerStatus LastStatus { get; private set; }

    /// <summary>The data of the last good answer to a read.</summary>
    public ReadOnlySpan<byte> Data => exchange.Data;

    /// <summary>The wire.</summary>
    public IModbusWire Wire => wire;

    /// <summary>A master for <paramref name="settings"/> on an opened wire.</summary>
    /// <param name="settings">Line or address, and times.</param>
    /// <param name="clock">Times the silences and the answers.</param>
    /// <param name="stopping">Ends an exchange that waits; wake the wire after setting it.</param>
    /// <exception cref="WireException">The wire cannot be opened.</exception>
    public static ModbusMaster Open(ModbusSourceSettings settings, IClock clock, CancellationToken stopping = default)
    {
        IModbusWire wire = settings.Line is { } line ? new SerialWire(line)
            : new TcpWire(settings.Host!, settings.Port, settings.RtuOverTcp, stopping);
        IModbusExchange exchange = settings.Line is { } l
            ? new RtuExchange(new RtuTiming(l.Baud, l.BitsPerCharacter, settings.FixedSilence), Ns(settings.TurnAround))
            : settings.RtuOverTcp ? new RtuExchange(new RtuTiming(BaudBehindTcp), Ns(settings.TurnAround))
            : new TcpExchange();
        exchange.Reset(clock.Monotonic);
        return new ModbusMaster(wire, exchange, clock, Ns(settings.AnswerTimeout), stopping);
    }

    /// <summary>Asks and waits for the answer or the end of its time.</summary>
    /// <exception cref="WireException">The wire was lost.</exception>
    public ModbusAnswer Ask(in ModbusRequest request)
    {
        var now = clock.Monotonic;
        while (exchange.ReadyAt > now && !stopping.IsCancellationRequested)
        {
            wire.Rest(exchange.ReadyAt.Ns - now.Ns);
            now = clock.Monotonic;
        }

        wire.Discard();
        var start = now;
        wire.Send(exchange.Begin(request, now, timeoutNs));
        while (true)
        {
            var n = wire.Receive(_buffer, exchange.Deadline.Ns - now.Ns);
            now = clock.Monotonic;
            var answer = n > 0 ? exchange.Receive(_buffer.AsSpan(0, n), now) : new(AnswerStatus.NeedMore);
            if (answer.Status == AnswerStatus.NeedMore && (now >= exchange.Deadline || stopping.IsCancellationRequested))
                answer = exchange.Expire(now);
            if (answer.Status == AnswerStatus.NeedMore) continue;
            (ElapsedNs, LastStatus) = (now.Ns - start.Ns, answer.Status);
            return answer;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => wire.Dispose();

    internal static long Ns(TimeSpan span) => span.Ticks * 100;
}
