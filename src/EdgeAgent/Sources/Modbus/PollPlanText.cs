using EdgeAgent.Core.Modbus;

namespace EdgeAgent.Sources.Modbus;

/// <summary>What <c>check</c> shows of a source: each read of each unit, and how much of the line they take.</summary>
static class PollPlanText
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(ModbusSourceSettings source)
    {
        var timing = source.Line is { } line ? new RtuTiming(line.Baud, line.BitsPerCharacter, source.FixedSilence) : (RtuTiming?)null;
        var load = 0.0;
        foreach (var unit in source.Units.Select(SensorProfiles.Resolve))
            foreach (var read in PollPlan.For(unit))
            {
                yield return $"{unit.Device}, {read}";
                if (timing is { } t && read.Interval > TimeSpan.Zero) load += t.CycleNs(read.Request) / (read.Interval.Ticks * 100.0);
            }

        if (timing is null) yield break;
        var missed = load > 1 ? "; this cannot be kept and polls will be missed" : "";
        yield return FormattableString.Invariant(
            $"{100 * load:0.#} % of the line at {source.Line!.Baud} baud with units that answer at once{missed}");
    }
}
