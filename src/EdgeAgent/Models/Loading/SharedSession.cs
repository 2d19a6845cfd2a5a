using EdgeAgent.Clocks;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Onnx;

namespace EdgeAgent.Models.Loading;

/// <summary>A session with the file it runs from, for all who hold it; both go when the last one lets go. Any thread.</summary>
sealed class SharedSession(SessionPool pool, SessionKey key)
{
    readonly Lock _making = new();
    OnnxSession? _session;

    /// <summary>Those who hold it; the pool's, under its lock.</summary>
    public int Holders { get; set; }

    /// <summary>What it was made of.</summary>
    public SessionKey Key => key;

    /// <summary>The session; after <see cref="Make"/>.</summary>
    public OnnxSession Session => _session!;

    /// <summary>The file it runs from, when that is mapped; null otherwise.</summary>
    public ModelFile? File => key.InPlace;

    /// <summary>Time that making it took.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>What the memory of the process grew by meanwhile [bytes]; of several made at a time that of all.</summary>
    public long GrewBytes { get; private set; }

    /// <summary>Makes the session unless it is there; waits for another thread that does.</summary>
    /// <returns>Whether this call made it.</returns>
    /// <exception cref="OnnxException">It was refused.</exception>
    public bool Make(ModelFile read, IClock clock)
    {
        lock (_making)
        {
            if (_session is not null) return false;
            var (started, before) = (clock.Monotonic, Environment.WorkingSet);
            _session = read.Open(OnnxLibrary.Load(), key.Options);
            (Took, GrewBytes) = (clock.Monotonic - started, Math.Max(0, Environment.WorkingSet - before));
            return true;
        }
    }

    /// <summary>One more holds it.</summary>
    public void Hold() => pool.Hold(this);

    /// <summary>One holder lets go.</summary>
    public void Leave()
    {
        if (!pool.Leave(this)) return;
        _session?.Dispose();
        if (_session is not null) File?.Dispose();
    }
}
