namespace EdgeAgent.Packages;

/// <summary>What is done for the log beyond what LiteDB asks for.</summary>
enum LogCare
{
    None,
    SyncOnly,
    Barrier,
}

/// <summary>A file as LiteDB takes it (<c>EngineSettings.DataStream</c>, <c>LogStream</c>); <c>Flush</c> syncs.</summary>
/// <remarks>
/// With <c>Barrier</c> the page that confirms a transaction (byte 18 of its head in LiteDB 5.0.21) goes out twice: whole but unconfirmed, a
/// sync that also carries all pages before it, then its first sector with the mark, and a sync again. So the mark is on the disk only
/// behind all it vouches for, and it lies in one sector, which a power cut does not tear. Shortening the log is synced too.
/// <c>SyncOnly</c> writes that page as it is and syncs once.
/// </remarks>
sealed class DiskStream(IDiskFile file, LogCare care) : Stream
{
    const int PageBytes = 8192;
    const int SectorBytes = 512;
    const int ConfirmedAt = 18;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => file.Length;

    public override long Position { get; set; }

    public override void Flush() => file.Sync();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var n = file.Read(buffer.AsSpan(offset, count), Position);
        Position += n;
        return n;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => Position + offset, _ => Length + offset };

    public override void SetLength(long value)
    {
        file.SetLength(value);
        if (care != LogCare.None) file.Sync();
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        var page = buffer.AsSpan(offset, count);
        if (care == LogCare.Barrier && count == PageBytes && page[ConfirmedAt] != 0)
        {
            var unconfirmed = page.ToArray();
            unconfirmed[ConfirmedAt] = 0;
            file.Write(unconfirmed, Position);
            file.Sync();
            file.Write(page[..SectorBytes], Position);
            file.Sync();
        }
        else
        {
            file.Write(page, Position);
            if (care == LogCare.SyncOnly && count == PageBytes && page[ConfirmedAt] != 0) file.Sync();
        }

        Position += count;
    }
}
