using System.Buffers;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Network.Limits;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs.Files;

/// <summary>Payloads appended to a file as JSON lines, synced to the disk before they are confirmed.</summary>
/// <remarks>
/// A window is written whole or not at all: after a failed write or sync the file is cut back to where it was. A file that
/// was moved or deleted is made anew; a pipe is none. An unfinished last line, left by a power cut, is ended before new lines follow.
/// </remarks>
public sealed class FileOutput(FileOutputSettings settings, OutputHealth health) : IOutput
{
    readonly ArrayBufferWriter<byte> _lines = new();
    FileStream? _file;

    /// <inheritdoc/>
    public void Open()
    {
        try
        {
            Reopen();
            health.OnConnected();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            health.OnUnconnected(Explain(e));
        }
    }

    /// <inheritdoc/>
    public SendReport Send(IReadOnlyList<Segment> segments, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return new SendReport(0, [], null);
        _lines.ResetWrittenCount();
        foreach (var segment in segments) JsonLines.Append(_lines, segment);
        try
        {
            if (_file is null || !File.Exists(settings.Path)) Reopen();
            Append(_file!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Close();
            return new SendReport(0, [], Explain(e));
        }

        health.OnWell();
        return new SendReport(segments.Count, [], null);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => Close();

    void Append(FileStream file)
    {
        var lengthBefore = file.Length;
        try
        {
            file.Seek(0, SeekOrigin.End);
            file.Write(_lines.WrittenSpan);
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            file.SetLength(lengthBefore);
            throw;
        }
    }

    void Reopen()
    {
        Close();
        if (Path.GetDirectoryName(Path.GetFullPath(settings.Path)) is { } folder) Directory.CreateDirectory(folder);
        _file = new FileStream(settings.Path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        });
        if (!_file.CanSeek)
        {
            Close();
            throw new IOException("it is a pipe or a device, which keeps nothing; name a file instead");
        }

        if (_file.Length == 0) return;
        _file.Seek(-1, SeekOrigin.End);
        if (_file.ReadByte() != '\n') _file.Write("\n"u8);
    }

    void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    string Explain(Exception e) => OpenFiles.AreSpent(e)
        ? OpenFiles.Sentence($"The file {settings.Path} cannot be written") + " Records are kept and tried again."
        : $"The file {settings.Path} cannot be written: {e.Message}. Free space or mend its permissions; records are kept and tried again.";
}
