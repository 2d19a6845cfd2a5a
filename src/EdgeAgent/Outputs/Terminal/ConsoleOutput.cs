using System.Buffers;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs.Terminal;

/// <summary>Payloads to standard output, a line each, for trying things out.</summary>
/// <remarks>Confirmed when the system took the bytes: a reader at the other end of a pipe may still lose them.</remarks>
/// <param name="stream">Standard output; the caller's, not disposed.</param>
/// <param name="health">Told of every delivery.</param>
public sealed class ConsoleOutput(Stream stream, OutputHealth health) : IOutput
{
    readonly ArrayBufferWriter<byte> _lines = new();

    /// <inheritdoc/>
    public void Open() => health.OnConnected();

    /// <inheritdoc/>
    public SendReport Send(IReadOnlyList<Segment> segments, CancellationToken stop)
    {
        var delivered = 0;
        try
        {
            foreach (var segment in segments)
            {
                if (stop.IsCancellationRequested) break;
                _lines.ResetWrittenCount();
                JsonLines.Append(_lines, segment);
                stream.Write(_lines.WrittenSpan);
                stream.Flush();
                delivered++;
                health.OnWell();
            }
        }
        catch (IOException e)
        {
            return new SendReport(delivered, [],
                $"Standard output takes no more: {e.Message}. Is the program at the other end of the pipe still there?");
        }

        return new SendReport(delivered, [], null);
    }

    /// <summary>Does nothing: standard output belongs to the process.</summary>
    public void Dispose()
    {
    }
}
