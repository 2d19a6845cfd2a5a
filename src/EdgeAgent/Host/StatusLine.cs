using System.Globalization;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Text;
using EdgeAgent.Status;

namespace EdgeAgent.Host;

/// <summary>How the agent is, in one line for a person: what <c>systemctl status</c> shows.</summary>
static class StatusLine
{
    const int MostNames = 3;
    static readonly TimeSpan s_old = TimeSpan.FromMinutes(1);

    /// <summary>The line for <paramref name="status"/>.</summary>
    public static string Of(GatewayStatus status)
    {
        var read = status.Sources.Count(s => s.State.IsConnected);
        var reached = status.Outputs.Count(output => output.Connected == true);
        List<string> parts =
        [
            $"{Of(read, status.Sources.Count)} sources connected"
                + Names(status.Sources.Where(s => !s.State.IsConnected).Select(s => $"{s.Name} {s.State.Word}")),
            $"{Of(reached, status.Outputs.Count)} outputs reached"
                + Names(status.Outputs.Where(o => o.Connected != true)
                    .Select(o => $"{o.Name} {(o.Connected is null ? "connecting" : "failing")}")),
        ];
        var records = status.Outputs.Sum(output => output.BacklogRecords);
        var oldestNs = status.Outputs.Where(o => o.OldestCommittedAtNs > 0).Select(o => o.OldestCommittedAtNs).DefaultIfEmpty().Min();
        if (records > 0 && oldestNs > 0 && status.At - new WallTime(oldestNs) is var age && age >= s_old)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{records} records wait, the oldest for {SpanText.Whole(age)}"));
        if (status.Commits.LastError is not null) parts.Add("commits fail: nothing is acknowledged, see the log");
        return string.Join("; ", parts);
    }

    static string Of(int part, int whole) => string.Create(CultureInfo.InvariantCulture, $"{part} of {whole}");

    static string Names(IEnumerable<string> names)
    {
        var all = names.ToList();
        if (all.Count == 0) return "";
        return $" ({string.Join(", ", all.Take(MostNames))}{(all.Count > MostNames ? ", …" : "")})";
    }
}
