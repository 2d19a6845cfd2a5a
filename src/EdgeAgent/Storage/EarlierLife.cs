using System.Globalization;
using EdgeAgent.Core.Readings;
using EdgeAgent.Native.Files;

namespace EdgeAgent.Storage;

/// <summary>What the data directory remembers of its database beside it, so that one which is gone,
/// emptied or older than it was is not taken for a first start.</summary>
/// <remarks>
/// The text file <c>earlier-life</c>: <c>store ID UNIX_SECONDS</c>, then <c>lane PRIORITY LAST_NUMBER UNSENT OUTPUT</c> for each lane.
/// Written once a minute and at a stop, not by commits:
/// it may be a minute old, so what it says is missing is the least that is. Never throws: without it the agent runs as well.
/// </remarks>
sealed class EarlierLife
{
    const string Name = "earlier-life";
    readonly string _storeId;
    readonly long _atSeconds;
    readonly List<(Lane Lane, long Last, long Unsent)> _lanes = [];

    EarlierLife(string storeId, long atSeconds) => (_storeId, _atSeconds) = (storeId, atSeconds);

    /// <summary>The lanes there were.</summary>
    public IEnumerable<Lane> Lanes => _lanes.Select(known => known.Lane);

    /// <summary>The last number a lane is known to have had; 0 when it is not known.</summary>
    public long LastOf(Lane lane) => _lanes.Find(known => known.Lane == lane).Last;

    /// <summary>Reads what was remembered; null when there is nothing, or nothing that can be read.</summary>
    public static EarlierLife? Read(string directory)
    {
        try
        {
            EarlierLife? life = null;
            foreach (var line in File.ReadLines(Path.Combine(directory, Name)))
            {
                var words = line.Split(' ', 5);
                if (words is ["store", var id, var at]) life = new EarlierLife(id, long.Parse(at, CultureInfo.InvariantCulture));
                else if (words is ["lane", var priority, var last, var unsent, var output])
                    life?._lanes.Add((new Lane(output, int.Parse(priority, CultureInfo.InvariantCulture)),
                        long.Parse(last, CultureInfo.InvariantCulture), long.Parse(unsent, CultureInfo.InvariantCulture)));
            }

            return life;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Remembers <paramref name="store"/> as it is <paramref name="now"/>.</summary>
    public static void Write(string directory, IStore store, WallTime now)
    {
        var path = Path.Combine(directory, Name);
        try
        {
            WholeFile.Replace(path, to =>
            {
                using var file = new StreamWriter(to, leaveOpen: true);
                file.Write(string.Create(CultureInfo.InvariantCulture, $"store {store.StoreId} {now.Ns / 1_000_000_000}\n"));
                foreach (var lane in store.Status())
                    file.Write(string.Create(CultureInfo.InvariantCulture, $"lane {lane.Lane.Priority} "
                        + $"{store.ConfirmedThrough(lane.Lane) + lane.Records} {lane.Records} {lane.Lane.Output}\n"));
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk: the one of before is still true enough.
        }
    }

    /// <summary>What of it is missing in <paramref name="store"/>, a sentence each.</summary>
    public IReadOnlyList<string> MissingFrom(IStore store)
    {
        var seen = DateTimeOffset.FromUnixTimeSeconds(_atSeconds).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var (records, numbers) = (new List<string>(), 0L);
        foreach (var (lane, last, unsent) in _lanes)
        {
            var now = store.ConfirmedThrough(lane) + (store.Status().FirstOrDefault(status => status.Lane == lane)?.Records ?? 0);
            if (now >= last) continue;
            numbers += last - now;
            if (Math.Min(unsent, last - now) is var missing and > 0) records.Add($"{missing} for output {lane.Output}");
        }

        var isFresh = store.StoreId != _storeId && store.Status().Count == 0;
        if (numbers == 0 && !isFresh) return [];
        var what = records.Count > 0 ? $"these records that had not been sent by then: {string.Join(", ", records)}"
            : "no record that is known not to have been sent";
        return isFresh
            ? [$"There was a database here, last seen {seen}, and now there is none or another: it is gone, was emptied, or set aside. "
                + $"With it went all windows and the memory of every stage, and {what}. "
                + "Brokers with a session send again what was not acknowledged."]
            : [$"The database has gone back behind {seen}: {numbers} records that it had are not in it (its WAL is gone, "
                + $"or it is an old copy). Missing are the windows since then and {what}."];
    }
}
