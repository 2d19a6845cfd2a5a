using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Modbus;

/// <summary>One request and its answer over some framing; a pure state machine: bytes and times in, bytes and verdicts out.</summary>
/// <remarks>Single-threaded. The driver sends what <see cref="Begin"/> returns, feeds every received byte to
/// <see cref="Receive"/>, and calls <see cref="Expire"/> at <see cref="Deadline"/>.</remarks>
public interface IModbusExchange
{
    /// <summary>Earliest time the next request may be sent.</summary>
    MonotonicTime ReadyAt { get; }

    /// <summary>When to call <see cref="Expire"/>.</summary>
    MonotonicTime Deadline { get; }

    /// <summary>Starts an exchange that may take so long [ns]; earlier bytes are forgotten.</summary>
    /// <returns>The bytes to send; valid until the next call.</returns>
    ReadOnlySpan<byte> Begin(in ModbusRequest request, MonotonicTime now, long timeoutNs);

    /// <summary>Takes received bytes. <c>NeedMore</c> means go on waiting.</summary>
    ModbusAnswer Receive(ReadOnlySpan<byte> bytes, MonotonicTime now);

    /// <summary>Ends the exchange when its time is over.</summary>
    ModbusAnswer Expire(MonotonicTime now);

    /// <summary>The data of the last good answer to a read; valid until the next <see cref="Begin"/>.</summary>
    ReadOnlySpan<byte> Data { get; }

    /// <summary>Forgets everything about the connection, after a reconnect.</summary>
    void Reset(MonotonicTime now);
}
