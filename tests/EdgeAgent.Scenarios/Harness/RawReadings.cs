using System.Text;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Readings that a pipeline without stages writes to a file while it is read: how often every value is there.</summary>
/// <remarks>
/// After a SIGKILL an output may write again what it had not confirmed, with the same identity, and a reader drops it: such repeats are
/// told apart by <see cref="Repeats"/>, and no fault of the source. That nothing is counted twice there, the windows beside it show.
/// A SIGKILL within a write leaves the beginning of a line, which the next start ends; its record comes again on a line of its own.
/// </remarks>
sealed class RawReadings(string path, int values)
{
    readonly byte[] _seen = new byte[values];
    long _at;

    /// <summary>Lines so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Beginnings of lines, which are no readings: at most one for each kill.</summary>
    public long Unfinished { get; private set; }

    /// <summary>Different values so far.</summary>
    public long Distinct { get; private set; }

    /// <summary>Lines whose value had come before.</summary>
    public long Repeats => Lines - Distinct;

    /// <summary>Takes what has been written since.</summary>
    public void Read()
    {
        if (!File.Exists(path)) return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = _at;
        var buffer = new byte[1 << 18];
        for (int have = 0, n; (n = file.Read(buffer.AsSpan(have))) > 0;)
        {
            have += n;
            var rest = buffer.AsSpan(0, have);
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..]) Take(rest[..end]);
            _at += have - rest.Length;
            have = rest.Length;
            rest.CopyTo(buffer);
        }
    }

    void Take(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith((byte)'{') && !line.EndsWith((byte)'}'))
        {
            Unfinished++;
            return;
        }

        Lines++;
        var text = line[(line.LastIndexOf("\"value\":"u8) + 8)..];
        if (!System.Buffers.Text.Utf8Parser.TryParse(text, out int value, out _) || (uint)value >= (uint)_seen.Length)
            throw new InvalidOperationException($"a line without a value that was sent: {Encoding.UTF8.GetString(line)}");
        if (_seen[value]++ == 0) Distinct++;
    }
}
