namespace EdgeAgent.Status;

/// <summary>A look at one source.</summary>
/// <param name="Name">The key under <c>sources</c>.</param>
/// <param name="Type">Its <c>type</c>.</param>
/// <param name="State">What it does now.</param>
/// <param name="NextTry">How long until the next try to connect; null when none is waited for.</param>
/// <param name="Details">What only a source of this type has.</param>
/// <param name="LastError">The last failure as a sentence, or null.</param>
sealed record SourceStatus(string Name, string Type, SourceState State, TimeSpan? NextTry, StatusFields Details, string? LastError);
