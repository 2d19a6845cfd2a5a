using LiteDB;
using LiteDB.Engine;

namespace EdgeAgent.Packages;

/// <summary>How many images of two files after simulated power cuts were right, had lost acknowledged commits, or were broken.</summary>
readonly record struct CutResult(int Right, int Lost, int Broken);

/// <summary>Cuts a recording at random places and opens what a disk may then hold.</summary>
/// <remarks>
/// What a sync of its file covered is there. Of the rest, in order: a random number of the oldest writes of both files, the last torn at
/// a multiple of 512 B. Reordered: half of the writes and lengths whole, a quarter not at all, of a quarter every other sector by chance. A
/// disk may do worse (whole tracks, lying about syncs); this is what file systems and drives with a write cache do.
/// </remarks>
sealed class PowerCut(List<DiskEvent> events, int seed)
{
    const int SectorBytes = 512;
    static readonly TimeSpan LongestOpening = TimeSpan.FromSeconds(10);

    readonly Random _random = new(seed);

    /// <summary>Makes and judges <paramref name="cuts"/> images.</summary>
    public CutResult Run(int cuts, bool inOrder)
    {
        var places = Enumerable.Range(0, cuts).Select(_ => _random.Next(1, events.Count + 1)).Order().ToArray();
        var synced = new MemoryStream[] { new(), new() };
        var pending = new List<DiskEvent>();
        var (at, begun, acknowledged) = (0, 0, 0);
        var result = default(CutResult);
        foreach (var place in places)
        {
            for (; at < place; at++)
            {
                var e = events[at];
                if (e.Kind == DiskEventKind.Begun) begun = (int)e.Position;
                else if (e.Kind == DiskEventKind.Acknowledged) acknowledged = (int)e.Position;
                else if (e.Kind != DiskEventKind.Sync) pending.Add(e);
                else
                {
                    foreach (var p in pending.Where(p => p.File == e.File)) Apply(synced, p);
                    pending.RemoveAll(p => p.File == e.File);
                }
            }

            var image = synced.Select(Copy).ToArray();
            if (inOrder) KeepFirst(image, pending);
            else KeepSome(image, pending);
            var held = Open(image);
            if (held is null || held > begun) result = result with { Broken = result.Broken + 1 };
            else if (held < acknowledged) result = result with { Lost = result.Lost + 1 };
            else result = result with { Right = result.Right + 1 };
        }

        return result;
    }

    void KeepFirst(MemoryStream[] image, List<DiskEvent> pending)
    {
        var kept = _random.Next(pending.Count + 1);
        for (var i = 0; i < kept; i++)
        {
            var e = pending[i];
            if (i == kept - 1 && e.Kind == DiskEventKind.Write)
                e = e with { Bytes = e.Bytes[..(_random.Next(e.Bytes.Length / SectorBytes + 1) * SectorBytes)] };
            Apply(image, e);
        }
    }

    void KeepSome(MemoryStream[] image, List<DiskEvent> pending)
    {
        foreach (var e in pending)
        {
            var fate = _random.Next(4);
            if (fate < 2) Apply(image, e);
            if (fate != 2 || e.Kind != DiskEventKind.Write) continue;
            for (var sector = 0; sector < e.Bytes.Length; sector += SectorBytes)
                if (_random.Next(2) == 0)
                    Apply(image, e
                        with { Position = e.Position + sector, Bytes = e.Bytes[sector..Math.Min(e.Bytes.Length, sector + SectorBytes)] });
        }
    }

    static void Apply(MemoryStream[] files, DiskEvent e)
    {
        var file = files[e.File];
        if (e.Kind == DiskEventKind.SetLength) file.SetLength(e.Position);
        else if (e.Bytes.Length > 0)
        {
            file.Position = e.Position;
            file.Write(e.Bytes);
        }
    }

    static MemoryStream Copy(MemoryStream from)
    {
        var copy = new MemoryStream();
        copy.Write(from.GetBuffer().AsSpan(0, (int)from.Length));
        copy.Position = 0;
        return copy;
    }

    // The last commit it holds; null when it does not open, does not end, or holds nonsense.
    static int? Open(MemoryStream[] image)
    {
        var opening = Task.Run(int? () =>
        {
            try
            {
                using var database = new LiteDatabase(
                    new LiteEngine(new EngineSettings { DataStream = image[0], LogStream = image[1], TempStream = new MemoryStream() }));
                return CommitWorkload.Check(database);
            }
#pragma warning disable CA1031 // whatever a damaged file makes it throw: LiteException, null references, indexes
            catch (Exception)
#pragma warning restore CA1031
            {
                return null;
            }
        });
        return opening.Wait(LongestOpening) ? opening.Result : null;
    }
}
