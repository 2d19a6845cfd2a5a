namespace EdgeAgent.Fleet.Rollouts;

/// <summary>Wald's sequential probability ratio test over the gateways that try a document, in the order in which they begin:
/// is its failure rate rather <see cref="Bad"/> than <see cref="Harmless"/>?</summary>
/// <remarks>
/// The score starts at 0 and never falls below −ln 19, so that a long row of good outcomes does not hide a fault that begins late. The
/// test
/// has decided against the document when the score was above ln 19 (odds of 19 to 1) anywhere in the row. A gateway counts as good until
/// it
/// is known to have failed, and fails at its own place in the row: failures show sooner than what is good, and taken as they come they
/// would stand in a heap before what belongs beside them. A. Wald, Sequential Analysis (1947); figures: docs/decisions/fleet-rollouts.md.
/// </remarks>
public sealed class SequentialTest
{
    /// <summary>A failure rate that a fleet has anyway.</summary>
    public const double Harmless = 0.005;

    /// <summary>A failure rate that is the document's fault.</summary>
    public const double Bad = 0.02;

    static readonly double s_failed = Math.Log(Bad / Harmless);
    static readonly double s_good = Math.Log((1 - Bad) / (1 - Harmless));

    readonly List<(bool HasFailed, double Score)> _row = [];

    /// <summary>The bound: ln 19.</summary>
    public static double Bound { get; } = Math.Log(19);

    /// <summary>The score at the end of the row, from −<see cref="Bound"/> upwards.</summary>
    public double Score => _row.Count == 0 ? 0 : _row[^1].Score;

    /// <summary>The highest score anywhere in the row.</summary>
    public double Highest { get; private set; }

    /// <summary>Whether the row speaks against the document.</summary>
    public bool IsAgainst => Highest > Bound;

    /// <summary>A gateway begins to try the document; returns its place in the row.</summary>
    public int Tried()
    {
        _row.Add((false, Math.Max(-Bound, Score + s_good)));
        return _row.Count - 1;
    }

    /// <summary>It failed on the gateway at this place.</summary>
    public void Failed(int place)
    {
        _row[place] = _row[place] with { HasFailed = true };
        var score = place == 0 ? 0 : _row[place - 1].Score;
        for (var i = place; i < _row.Count; i++)
        {
            score = Math.Max(-Bound, score + (_row[i].HasFailed ? s_failed : s_good));
            // At the floor both rows meet again; from there nothing changes.
            if (i > place && score == _row[i].Score) return;
            _row[i] = _row[i] with { Score = score };
            Highest = Math.Max(Highest, score);
        }
    }
}
