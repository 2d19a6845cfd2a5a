using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>What a score stage remembers of one series or group.</summary>
/// <remarks>Entry: windows (count and values of each field) · states · forecast · last score · places since the last score · with
/// <c>rolling</c> the scores it is made of (count and values) · alert memory. A shadow's states and forecast are not written: they begin
/// anew at a start. See <see cref="ScoreEngine"/> for the frame around it. Single-threaded.</remarks>
sealed class ScoreUnit
{
    public readonly SlidingWindow[] Windows;
    public readonly AlertTracker? Alert;
    public readonly SlidingWindow? Rolling;
    public double[] States;
    public double[] Forecast = [];
    public double[] ShadowStates = [], ShadowForecast = [];
    public double LastScore = double.NaN;
    public int SinceScore;
    public bool IsPending;
    public RecordHead? Head;

    public ScoreUnit(ScoreSettings settings, int stateCount)
    {
        Windows = new SlidingWindow[settings.Width];
        for (var i = 0; i < Windows.Length; i++) Windows[i] = new SlidingWindow(settings.Last);
        Alert = settings.Threshold is { } threshold ? new AlertTracker(threshold) : null;
        Rolling = settings.Rolling is { } rolling ? new SlidingWindow(rolling.Last) : null;
        States = stateCount == 0 ? [] : new double[stateCount];
        SinceScore = settings.Every - 1;
    }

    /// <summary>Begins the past anew; thresholds and alerts go on.</summary>
    public void ClearWindows()
    {
        foreach (var window in Windows) window.Clear();
        Forecast = [];
    }

    public void Write(StateWriter writer)
    {
        foreach (var window in Windows) WriteNumbers(writer, window.Values);
        WriteNumbers(writer, States);
        WriteNumbers(writer, Forecast);
        writer.Double(LastScore);
        writer.Varint((ulong)SinceScore);
        if (Rolling is not null) WriteNumbers(writer, Rolling.Values);
        Alert?.Write(writer);
    }

    public bool TryRead(ref StateReader reader)
    {
        foreach (var window in Windows)
            if (!TryFill(window, ref reader)) return false;

        // Of another size than those of the model, which may still be on its way, they start anew with the first row.
        if (!TryNumbers(ref reader, out States) || !TryNumbers(ref reader, out Forecast)) return false;
        if (!reader.TryDouble(out LastScore) || !reader.TryVarint(out var since) || since > int.MaxValue) return false;
        SinceScore = (int)since;
        if (Rolling is not null && !TryFill(Rolling, ref reader)) return false;
        return Alert?.TryRead(ref reader) ?? true;
    }

    static bool TryFill(SlidingWindow window, ref StateReader reader)
    {
        if (!reader.TryVarint(out var count) || count > (ulong)window.Length) return false;
        for (ulong i = 0; i < count; i++)
        {
            if (!reader.TryDouble(out var value)) return false;
            window.Push(value);
        }

        return true;
    }

    static void WriteNumbers(StateWriter writer, ReadOnlySpan<double> numbers)
    {
        writer.Varint((ulong)numbers.Length);
        foreach (var number in numbers) writer.Double(number);
    }

    static bool TryNumbers(ref StateReader reader, out double[] numbers)
    {
        numbers = [];
        if (!reader.TryVarint(out var count) || count > 1 << 20) return false;
        numbers = count == 0 ? [] : new double[(int)count];
        foreach (ref var number in numbers.AsSpan())
            if (!reader.TryDouble(out number)) return false;
        return true;
    }
}
