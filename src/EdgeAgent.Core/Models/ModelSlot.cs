namespace EdgeAgent.Core.Models;

/// <summary>Where a stage finds its model, and where the control side puts the next one.</summary>
/// <remarks>
/// The stage calls <see cref="Refresh"/> between two batches, so a batch is scored by one model from its first reading to its last and
/// none is scored twice or missed. <see cref="Offer"/> and <see cref="TryTakeRetired"/> are for any one other thread; the rest is
/// the stage's. A model that was offered belongs to the slot until it is taken back as retired.
/// </remarks>
public sealed class ModelSlot
{
    static readonly Offered Nothing = new(null);
    Offered? _next;
    Offered? _retired;

    /// <summary>The model in force, or null when there is none.</summary>
    public IModel? Current { get; private set; }

    /// <summary>The first model while it is being loaded; null when nothing is awaited. Set before the stage runs.</summary>
    public IFirstModel? First { get; set; }

    /// <summary>Models taken over so far.</summary>
    public long Swaps { get; private set; }

    /// <summary>Puts a model (or null for none) in place of the current one at the next batch.</summary>
    /// <returns>A model offered before and never taken over, for the caller to dispose; null when there was none.</returns>
    public IModel? Offer(IModel? model) => Interlocked.Exchange(ref _next, model is null ? Nothing : new Offered(model))?.Model;

    /// <summary>A model no longer in use, for the caller to dispose.</summary>
    public bool TryTakeRetired(out IModel model)
    {
        var taken = Interlocked.Exchange(ref _retired, null);
        model = taken?.Model!;
        return taken?.Model is not null;
    }

    /// <summary>Takes over an offered model; true when the model changed. Between two batches only.</summary>
    /// <remarks>Waits for the last retired one to be taken away first, so that at most one lies there.</remarks>
    public bool Refresh()
    {
        if (Volatile.Read(ref _next) is null || Volatile.Read(ref _retired) is not null) return false;
        var next = Interlocked.Exchange(ref _next, null)!.Model;
        var old = Current;
        Current = next;
        Swaps++;
        if (old is not null) Volatile.Write(ref _retired, new Offered(old));
        return true;
    }

    sealed record Offered(IModel? Model);
}
