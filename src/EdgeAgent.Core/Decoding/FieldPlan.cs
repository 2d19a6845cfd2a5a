using System.Text;
using EdgeAgent.Core.Formats;

namespace EdgeAgent.Core.Decoding;

/// <summary>One number of a payload, compiled.</summary>
sealed class FieldPlan(FieldPlace field)
{
    readonly (byte[] Text, double Value)[] _states = [.. field.Settings.States.Select(s => (Encoding.UTF8.GetBytes(s.Key), s.Value))];

    public readonly int Place = field.Place;

    public readonly bool Optional = field.Settings.Optional;

    public readonly string Path = field.Settings.Path;

    public readonly string? Metric = field.Settings.Metric;

    /// <summary>The metric when neither the field nor the topic names one.</summary>
    public readonly string LastName = field.LastName ?? "value";

    /// <summary>The number that stands for the state <paramref name="text"/>.</summary>
    public bool TryState(ReadOnlySpan<byte> text, out double value)
    {
        foreach (var (name, number) in _states)
        {
            if (!text.SequenceEqual(name)) continue;
            value = number;
            return true;
        }

        value = 0;
        return false;
    }
}
