using EdgeAgent.Clocks;
using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Readings;
using EdgeAgent.Native.Serial;

namespace EdgeAgent.Simulations;

/// <summary>A Modbus RTU bus whose units have the registers of a profile; their values move slowly inside their valid ranges.</summary>
/// <param name="profile">What its units have.</param>
/// <param name="units">Unit ids that answer.</param>
/// <param name="baud">Answers are held back as long as they would take on a wire of this rate; 0 for no wait.</param>
/// <param name="exact">Keeps the times of the wire exactly, at the price of a whole core.</param>
/// <param name="clock">The clock.</param>
sealed class SimulatedBus(SensorProfile profile, byte[] units, int baud, bool exact, IClock clock)
{
    readonly ModbusSlave _slave = new();

    /// <summary>Answers on <paramref name="pty"/> until <paramref name="end"/>.</summary>
    public void Run(PseudoTerminal pty, MonotonicTime end)
    {
        var received = new byte[1024];
        var frame = new byte[RtuCodec.MaxBytes];
        var kept = 0;
        var timing = baud > 0 ? new RtuTiming(baud) : default;
        for (var now = clock.Monotonic; now < end; now = clock.Monotonic)
        {
            var n = pty.Read(received.AsSpan(kept), exact ? 0 : Math.Min(end.Ns - now.Ns, 1_000_000_000));
            if (n <= 0) continue;
            var heardNs = clock.Monotonic.Ns;
            kept += n;
            while (RtuRequestReader.TryFind(received.AsSpan(0, kept), out var start, out var length, out _))
            {
                var request = received.AsSpan(start, length);
                Move();
                if (request[0] == 0 || Array.IndexOf(units, request[0]) >= 0)
                {
                    frame[0] = request[0];
                    var answerBytes = RtuCodec.Seal(frame, 1 + _slave.Answer(request[1..^2], frame.AsSpan(1)));
                    var dueNs = baud > 0 ? heardNs + timing.OnWireNs(length + answerBytes) + timing.BetweenFramesNs : 0;
                    while (dueNs - clock.Monotonic.Ns is > 0 and var wait)
                        if (!exact) pty.Wake.Wait(wait);
                    if (request[0] != 0) pty.Write(frame.AsSpan(0, answerBytes));
                }

                received.AsSpan(start + length, kept - start - length).CopyTo(received);
                kept -= start + length;
            }

            RtuRequestReader.TryFind(received.AsSpan(0, kept), out _, out _, out var drop);
            if (drop == 0 && kept == received.Length) drop = kept;
            received.AsSpan(drop, kept - drop).CopyTo(received);
            kept -= drop;
        }
    }

    // Each value moves on a sine of its own period between its limits, or around 100 where it has none.
    void Move()
    {
        var seconds = clock.Monotonic.Ns / 1e9;
        for (var i = 0; i < profile.Registers.Count; i++)
        {
            var r = profile.Registers[i];
            var low = double.IsFinite(r.Min) ? r.Min : 0;
            var high = double.IsFinite(r.Max) ? r.Max : Math.Max(low + 1, 200);
            var value = low + (high - low) * (0.5 + 0.2 * Math.Sin(seconds / (20 + i)));
            if (r.Type == RegisterType.Text) WriteText(r, profile.Order, _slave.Registers(r.Table, r.Address));
            else if (r.IsBits) _slave.Bits(r.Table)[r.Address] = value > (low + high) / 2;
            else RegisterEncoder.TryEncode(r, profile.Order, value, _slave.Registers(r.Table, r.Address));
        }
    }

    // A device's text is the name of its label in capitals, cut to the register's length.
    static void WriteText(RegisterSettings r, ByteOrder order, Span<byte> to)
    {
        var swap = (r.Order ?? order) is ByteOrder.Badc or ByteOrder.Dcba ? 1 : 0;
        var text = "SIM-" + r.Metric.ToUpperInvariant();
        for (var i = 0; i < 2 * r.Width; i++) to[i ^ swap] = i < text.Length ? (byte)text[i] : (byte)0;
    }
}
