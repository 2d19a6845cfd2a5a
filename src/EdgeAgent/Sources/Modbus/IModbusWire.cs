namespace EdgeAgent.Sources.Modbus;

/// <summary>What Modbus frames travel over. One thread, apart from <see cref="Wake"/>; what is lost or refused is an exception of
/// <see cref="WireException"/>.</summary>
interface IModbusWire : IDisposable
{
    /// <summary>Sends a frame.</summary>
    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Waits for bytes, at most so long [ns].</summary>
    /// <returns>Bytes read; 0 when the time was over or the wait was ended.</returns>
    int Receive(Span<byte> buffer, long timeoutNs);

    /// <summary>Waits without looking at bytes, at most so long [ns].</summary>
    void Rest(long timeNs);

    /// <summary>Throws away what was received and not read.</summary>
    void Discard();

    /// <summary>Ends a wait. Any thread.</summary>
    void Wake();
}

/// <summary>A wire that cannot be opened or was lost; the message says what to do.</summary>
sealed class WireException(string message, Exception inner) : Exception(message, inner);
