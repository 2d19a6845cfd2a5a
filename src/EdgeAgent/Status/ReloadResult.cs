namespace EdgeAgent.Status;

/// <summary>See <see cref="ModelReload"/>.</summary>
enum ReloadResult
{
    /// <summary>Settings and files are the same as before.</summary>
    Unchanged,

    /// <summary>Loaded and checked; stages take it over between two batches.</summary>
    Swapped,

    /// <summary>It cannot be used; the old one stays.</summary>
    Refused,
}
