namespace EdgeAgent.Storage;

/// <summary>The database file.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="FreeBytes">How much of it waits to be used again.</param>
public readonly record struct StoreSpace(long Bytes, long FreeBytes);
