using EdgeAgent.Native.Serial;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Sources.Modbus;

/// <summary>What Modbus frames travel over. One thread, apart from <see cref="Wake"/>; what is lost or refused is an exception of
/// <see cref="WireException"/>.</summary>
interface IModbusWire : IDisposable
{
    /// <summary>Sends a frame.</summary>
    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Waits for bytes, at most so long [ns]; it may give up earlier, so the caller looks at its own clock.</summary>
    /// <returns>Bytes read, or 0.</returns>
    int Receive(Span<byte> buffer, long timeoutNs);

    /// <summary>Waits without looking at bytes, at most so long [ns]; less when woken.</summary>
    void Rest(long timeNs);

    /// <summary>Throws away what was received and not read.</summary>
    void Discard();

    /// <summary>What the driver of a serial port has counted of damaged characters; null where there is none.</summary>
    SerialErrors? Errors => null;

    /// <summary>Ends a wait, or the next one. Any thread.</summary>
    void Wake();
}
