using EdgeAgent.Core.Lines;
using EdgeAgent.Native.Serial;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Sources.Modbus;

/// <summary>Modbus over a serial port.</summary>
sealed class SerialWire : IModbusWire
{
    readonly SerialPort _port;
    readonly byte[] _waste = new byte[256];

    /// <summary>Opens the port.</summary>
    public SerialWire(SerialLineSettings line) => _port = Try(() => SerialPort.Open(line));

    /// <inheritdoc/>
    public SerialErrors? Errors => _port.TryErrors();

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _port.Write(bytes);
        }
        catch (SerialException e)
        {
            throw new WireException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public int Receive(Span<byte> buffer, long timeoutNs)
    {
        try
        {
            return Math.Max(0, _port.Read(buffer, Math.Max(0, timeoutNs)));
        }
        catch (SerialException e)
        {
            throw new WireException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Rest(long timeNs) => _port.Wake.Wait(timeNs);

    /// <inheritdoc/>
    public void Discard()
    {
        while (Receive(_waste, 0) > 0)
        {
        }
    }

    /// <inheritdoc/>
    public void Wake() => _port.Wake.Set();

    /// <inheritdoc/>
    public void Dispose() => _port.Dispose();

    static T Try<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (SerialException e)
        {
            throw new WireException(e.Message, e);
        }
    }
}
