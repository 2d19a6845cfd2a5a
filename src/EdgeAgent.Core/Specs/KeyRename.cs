namespace EdgeAgent.Core.Specs;

/// <summary>A key of a file that was written under its former name.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="From">As it is written.</param>
/// <param name="To">As it is called now.</param>
public sealed record KeyRename(TextMark At, string From, string To);
