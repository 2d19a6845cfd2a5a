using EdgeAgent.Status;

namespace EdgeAgent.Sources.Wires;

/// <summary>What a <see cref="WiredSource"/> speaks over its wire: settings, decoder and counts of one protocol.</summary>
interface IWireProtocol
{
    /// <summary>The source's <c>type</c>.</summary>
    string Type { get; }

    /// <summary>The state while the wire is open: what is done there.</summary>
    SourceState Doing { get; }

    /// <summary>What the wire is called in the status.</summary>
    string WireKey { get; }

    /// <summary>Path of the line, or host and port.</summary>
    string Wire { get; }

    /// <summary>Opens the wire, says so, and serves it until <paramref name="stopping"/>. Source thread.</summary>
    /// <param name="opened">To be called when the wire is open.</param>
    /// <param name="heard">To be called once when something came over it.</param>
    /// <param name="stopping">Ends it; <see cref="Wake"/> follows.</param>
    /// <exception cref="WireException">The wire cannot be opened or was lost.</exception>
    void Serve(Action opened, Action heard, CancellationToken stopping);

    /// <summary>Ends a wait inside <see cref="Serve"/>. Any thread, at any time.</summary>
    void Wake();

    /// <summary>Drops series. Commit thread, gate closed.</summary>
    void Forget(ReadOnlySpan<int> series);

    /// <summary>Tells the series table when series were last read. Commit thread, gate closed.</summary>
    void ReportSeen();

    /// <summary>Its counts. Any thread.</summary>
    StatusFields Status();
}

/// <summary>A wire that cannot be opened or was lost; the message says what to do.</summary>
sealed class WireException(string message, Exception inner) : Exception(message, inner);
