using EdgeAgent.Core.Settings;

namespace EdgeAgent.Core.Stages.Windows;

/// <summary><c>calendar</c>: windows by the clock on the wall.</summary>
/// <param name="Zone">Whose clock.</param>
/// <param name="Offset">How long after local midnight, or the midnight before Monday, the first window of a day or week starts.</param>
public sealed record WindowCalendar(ZoneRules Zone, TimeSpan Offset);
