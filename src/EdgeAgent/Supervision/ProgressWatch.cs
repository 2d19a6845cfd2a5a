namespace EdgeAgent.Supervision;

/// <summary>Finds threads that no longer pass their wait points: every source's, the commit's and every output's loop.</summary>
/// <remarks>
/// Time is an argument, and counts only as it is seen to pass: a machine that slept, or a process that was stopped as a whole, accuses
/// nobody.
/// <see cref="Look"/> is for one thread, the rest for any.
/// </remarks>
/// <param name="patience">How long a step may take that has no time of its own; see <see cref="Steps"/>.</param>
sealed class ProgressWatch(TimeSpan patience)
{
    /// <summary>The least <c>patience</c>: a busy machine may keep a thread waiting.</summary>
    public static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(10);

    readonly List<Watched> _watched = [];

    /// <summary>For a new loop, which is looked at from its <see cref="Progress.Begin"/> to its <see cref="Progress.End"/>.</summary>
    public Progress Over(string name) => new(name, this);

    /// <summary>A loop has begun.</summary>
    public void Add(Progress progress)
    {
        lock (_watched) _watched.Add(new Watched(progress));
    }

    /// <summary>Those that are stuck, the longest first; <paramref name="passed"/> is the time since the last look.</summary>
    public IReadOnlyList<Stuck> Look(TimeSpan passed)
    {
        List<Stuck> stuck = [];
        lock (_watched)
        {
            _watched.RemoveAll(watched => watched.HasEnded);
            foreach (var watched in _watched)
                if (watched.Look(passed, patience) is { } found) stuck.Add(found);
        }

        stuck.Sort((a, b) => b.For.CompareTo(a.For));
        return stuck;
    }

    sealed class Watched(Progress progress)
    {
        long _passes;
        TimeSpan _for;

        public bool HasEnded => progress.Look().Step == Step.None;

        public Stuck? Look(TimeSpan passed, TimeSpan patience)
        {
            var (passes, step) = progress.Look();
            _for = passes == _passes ? _for + passed : TimeSpan.Zero;
            _passes = passes;
            return _for > Steps.Allowance(step, patience) ? new(progress.Name, step, _for, progress.InKernel()) : null;
        }
    }
}
