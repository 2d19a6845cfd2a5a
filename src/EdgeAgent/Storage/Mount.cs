namespace EdgeAgent.Storage;

/// <summary>One mounted file system.</summary>
/// <param name="Point">Where it is mounted.</param>
/// <param name="Type">Its type, as <c>ext4</c>.</param>
/// <param name="IsReadOnly">Whether it is mounted read-only.</param>
public sealed record Mount(string Point, string Type, bool IsReadOnly);
