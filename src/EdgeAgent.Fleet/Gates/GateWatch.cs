using System.Globalization;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Text;
using EdgeAgent.Fleet.Documents;

namespace EdgeAgent.Fleet.Gates;

/// <summary>Watches one trial: gates true for <c>hold</c> within <c>within</c>, none false for <c>grace</c> on end. Pure;
/// one thread.</summary>
/// <remarks>See docs/decisions/fleet-gateway.md. Readings and bad messages are judged once <c>hold</c> has passed since the
/// change-over, over the last <c>hold</c>.</remarks>
/// <param name="limits">The gates.</param>
/// <param name="before">How it was.</param>
/// <param name="began">When what runs now came into force, or the process started.</param>
/// <param name="deadline">When <c>within</c> ends.</param>
/// <param name="needsLink">Whether the report has to be confirmed.</param>
public sealed class GateWatch(GateLimits limits, GateBaseline before, MonotonicTime began, MonotonicTime deadline, bool needsLink)
{
    const double MostMemoryGrowth = 1.25;
    readonly SampleHistory _after = new();
    MonotonicTime? _trueSince, _falseSince;

    /// <summary>The gate that is false now, or was when the watch ended; null when all are true.</summary>
    public GateFailure? Failure { get; private set; }

    /// <summary>How long all gates have been true.</summary>
    public TimeSpan True { get; private set; }

    /// <summary>Takes a sample and says how the trial is.</summary>
    public GateVerdict Look(GateSample sample, bool isConfirmed)
    {
        var now = sample.At;
        _after.Add(sample);
        Failure = FirstFalse(sample);
        if (Failure is null)
        {
            _falseSince = null;
            _trueSince ??= now;
            True = now - _trueSince.Value;
        }
        else
        {
            _trueSince = null;
            True = TimeSpan.Zero;
            _falseSince ??= now;
            if (now - _falseSince.Value >= limits.Grace || now >= deadline) return GateVerdict.Failed;
        }

        var isHeld = Failure is null && True >= limits.Hold && now - began >= limits.Hold;
        if (isHeld && (isConfirmed || !needsLink)) return GateVerdict.Passed;
        if (now < deadline) return GateVerdict.GoesOn;
        if (isHeld) return GateVerdict.LinkMissing;
        Failure = new GateFailure("within", $"all gates true for {SpanText.Seconds(limits.Hold)}",
            $"for {SpanText.Seconds(True)} at its end");
        return GateVerdict.Failed;
    }

    GateFailure? FirstFalse(GateSample now)
    {
        if (limits.Sources)
            foreach (var source in before.Sources)
                if (now.Sources.TryGetValue(source, out var isConnected) && !isConnected)
                    return new($"source {source}", "connected", "not connected");
        if (limits.Outputs)
            foreach (var (name, output) in now.Outputs)
                if (!output.IsWell && !before.FailingOutputs.Contains(name))
                    return new($"output {name}", "well", output.Connected is null ? "not reached" : "failing");
        if (limits.Commits && now.CommitError is { } error) return new("commits", "durable", error);
        if (now.ResidentBytes > limits.ResidentBytes && now.ResidentBytes > before.ResidentBytes * MostMemoryGrowth)
            return new("resident", Bytes(before.ResidentBytes), $"{Bytes(now.ResidentBytes)}, more than {Bytes(limits.ResidentBytes)}");
        return now.At - began < limits.Hold ? null : BadMessages(now) ?? Flows(now);
    }

    GateFailure? BadMessages(GateSample now)
    {
        if (SampleHistory.BadPart(_after.Back(limits.Hold)!, now) is not { } bad || limits.Bad.IsKept(before.Bad, bad)) return null;
        return new("bad", Percent(before.Bad), $"{Percent(bad)}, not {limits.Bad}");
    }

    GateFailure? Flows(GateSample now)
    {
        if (limits.Readings == RatioRule.Any) return null;
        var first = _after.Back(limits.Hold)!;
        var seconds = (now.At - first.At).TotalSeconds;
        if (seconds <= 0) return null;
        foreach (var (name, was) in before.Pipelines)
        {
            var since = now.Pipelines.GetValueOrDefault(name);
            var then = first.Pipelines.GetValueOrDefault(name);
            if (IsTooFew(was.In, since.In - then.In, seconds)) return Flow($"readings into {name}", was.In, since.In - then.In, seconds);
            if (IsTooFew(was.Out, since.Out - then.Out, seconds))
                return Flow($"readings out of {name}", was.Out, since.Out - then.Out, seconds);
        }

        return null;
    }

    // Three standard deviations of the difference of two Poisson counts, the one of before scaled to this length.
    bool IsTooFew(double rate, double seen, double seconds)
    {
        var expected = rate * seconds;
        var scale = before.Over > TimeSpan.Zero ? seconds / before.Over.TotalSeconds : 1;
        var chance = 3 * Math.Sqrt(expected * (1 + scale));
        return seen < expected - chance && !limits.Readings.IsKept(rate, seen / seconds);
    }

    static GateFailure Flow(string gate, double rate, double seen, double seconds) => new(gate, Rate(rate), Rate(seen / seconds));

    static string Rate(double perSecond) => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.###}/s");

    static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{part * 100:0.##} %");

    static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.#} MiB");
}
