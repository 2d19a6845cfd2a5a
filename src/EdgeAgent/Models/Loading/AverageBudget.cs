using EdgeAgent.Core.Readings;

namespace EdgeAgent.Models.Loading;

/// <summary>Whether the runs of a model keep its budget on average over <see cref="Span"/>, and its rest when not.</summary>
/// <remarks>
/// A model near its budget, or slow for a row now and then, goes on: <see cref="Allowed"/> budgets beyond those of its runs are free in a
/// span. Past them, or after a run that was ended for taking <see cref="Longest"/> budgets alone, it rests for twenty times what was free
/// (a minute at most), so that about a twentieth of the time is lost to it, and then begins anew. Single-threaded; does
/// not allocate.
/// </remarks>
sealed class AverageBudget(TimeSpan budget)
{
    /// <summary>Time that runs are averaged over.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromSeconds(10);

    /// <summary>Budgets that the runs of a span may take beyond their own.</summary>
    public const int Allowed = 20;

    /// <summary>Budgets after which a single run is ended.</summary>
    public const int Longest = 20;

    const int Slots = 10, RestFactor = 20;
    static readonly long SlotNs = Span.Ticks * TimeSpan.NanosecondsPerTick / Slots;
    readonly double _budgetNs = budget.TotalNanoseconds;
    readonly TimeSpan _rest = TimeSpan.FromSeconds(Math.Min(RestFactor * Allowed * budget.TotalSeconds, 60));
    readonly long[] _tookNs = new long[Slots];
    readonly int[] _runs = new int[Slots];
    long _slot;
    MonotonicTime _restsUntil = new(long.MinValue);

    /// <summary>Whether the model rests.</summary>
    public bool Rests(MonotonicTime now) => now < _restsUntil;

    /// <summary>Takes the time of a run that has ended.</summary>
    /// <param name="now">When it ended.</param>
    /// <param name="tookNs">Its time.</param>
    /// <param name="wasEnded">Whether it was ended before its own end.</param>
    public void Add(MonotonicTime now, long tookNs, bool wasEnded)
    {
        for (var slot = now.Ns / SlotNs; _slot < slot; _slot = slot - _slot > Slots ? slot - Slots : _slot + 1)
            (_tookNs[(_slot + 1) % Slots], _runs[(_slot + 1) % Slots]) = (0, 0);
        _tookNs[_slot % Slots] += tookNs;
        _runs[_slot % Slots]++;
        var (sum, runs) = (0L, 0);
        for (var i = 0; i < Slots; i++) (sum, runs) = (sum + _tookNs[i], runs + _runs[i]);
        if (!wasEnded && sum <= (runs + Allowed) * _budgetNs) return;
        _restsUntil = now + _rest;
        Array.Clear(_tookNs);
        Array.Clear(_runs);
    }

    /// <summary>Forgets everything.</summary>
    public void Forget()
    {
        _restsUntil = new(long.MinValue);
        Array.Clear(_tookNs);
        Array.Clear(_runs);
    }
}
