using System.Globalization;
using System.Text;
using EdgeAgent.Core.Formats;

namespace EdgeAgent.Core.Decoding;

/// <summary>One number of a payload, compiled.</summary>
sealed class FieldPlan
{
    readonly (byte[] Text, double Value)[] _states;
    readonly (byte[] Text, LinearScale Factor)[] _units;
    readonly TextPlan _text;
    readonly LinearScale _scale;
    readonly double _min;
    readonly double _max;

    public FieldPlan(FieldPlace field, TextPlan text)
    {
        var settings = field.Settings;
        (Place, Optional, Path, Metric, LastName, Labels) =
            (field.Place, settings.Optional, settings.Path, settings.Metric, field.LastName ?? "value", settings.Labels);
        _states = [.. settings.States.Select(s => (Encoding.UTF8.GetBytes(s.Key), s.Value))];
        _units = [.. settings.Units.Select(u => (Encoding.UTF8.GetBytes(u.Key), new LinearScale(u.Value, 0)))];
        (_text, _scale, _min, _max) = (text, settings.Scale, settings.Min, settings.Max);
        NamesNumbers = text.NamesNumbers || _states.Any(state => TextPlan.MayBeNumber(state.Text));
        Limits = LimitsOf(settings);
        IsTreated = NamesNumbers || !_scale.IsOne || !double.IsNegativeInfinity(_min) || !double.IsPositiveInfinity(_max);
    }

    public readonly int Place;

    public readonly bool Optional;

    /// <summary>Whether a number is not yet the value.</summary>
    public readonly bool IsTreated;

    /// <summary>Whether a number as it is written may be a state, or say that there is no value.</summary>
    public readonly bool NamesNumbers;

    /// <summary>The bounds of the value in words, as <c>above `max` 125</c>.</summary>
    public readonly string Limits;

    public readonly string Path;

    /// <summary>Whether the configuration itself says that null is no value.</summary>
    public bool NamesNull => _text.NamesNull;

    public readonly string? Metric;

    /// <summary>The metric when neither the field nor the topic names one.</summary>
    public readonly string LastName;

    /// <summary>Labels of this field alone.</summary>
    public readonly IReadOnlyDictionary<string, string> Labels;

    static string LimitsOf(FieldSettings settings)
    {
        var low = string.Create(CultureInfo.InvariantCulture, $"below `min` {settings.Min}");
        var high = string.Create(CultureInfo.InvariantCulture, $"above `max` {settings.Max}");
        var limits = double.IsNegativeInfinity(settings.Min) ? high : double.IsPositiveInfinity(settings.Max) ? low : $"{low} or {high}";
        return settings.Scale.IsOne ? limits : $"{limits} after `scale` and `offset`";
    }

    /// <summary>Scales a number; false when the value is outside its bounds.</summary>
    public bool TryTreat(ref double value)
    {
        if (!IsTreated) return true;
        value = _scale.Of(value);
        return value >= _min && value <= _max;
    }

    /// <summary>As <see cref="TryTreat(ref double)"/> for a number whose digits are known.</summary>
    public bool TryTreat(in DecimalDigits number, ref double value)
    {
        if (!IsTreated) return true;
        value = _scale.Of(in number, value);
        return value >= _min && value <= _max;
    }

    /// <summary>The number that stands for the state <paramref name="text"/>: exact, or else without regard to case.</summary>
    public bool TryState(ReadOnlySpan<byte> text, out double value)
    {
        foreach (var (name, number) in _states)
        {
            if (!text.SequenceEqual(name)) continue;
            value = number;
            return true;
        }

        foreach (var (name, number) in _states)
        {
            if (!TextPlan.IsSameWord(text, name)) continue;
            value = number;
            return true;
        }

        value = 0;
        return false;
    }

    /// <summary>Whether a number as it is written is a state, or says that there is no value.</summary>
    /// <param name="text">The number.</param>
    /// <param name="value">The state's number.</param>
    /// <param name="isMissing">Whether there is no value.</param>
    public bool IsNamed(ReadOnlySpan<byte> text, out double value, out bool isMissing)
    {
        isMissing = false;
        return TryState(text, out value) || (isMissing = _text.IsMissing(text));
    }

    /// <summary>What a text means.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The value, scaled, when the answer is <see cref="BadReason.None"/>.</param>
    /// <returns><see cref="BadReason.NotAsked"/> when it says that there is no value.</returns>
    public BadReason TryText(ReadOnlySpan<byte> text, out double value)
    {
        if (TryState(text, out value)) return BadReason.None;
        if (text.Length > 1 && text[0] == (byte)'"' && text[^1] == (byte)'"') text = text[1..^1];
        if (TryState(text, out value)) return BadReason.None;
        if (_text.IsMissing(text)) return BadReason.NotAsked;
        if (text.IsEmpty || !char.IsAsciiDigit((char)text[0]))
        {
            if (CellText.IsNotFinite(text)) return BadReason.NotFinite;
            var isTrue = Ascii.EqualsIgnoreCase(text, "true"u8);
            if (isTrue || Ascii.EqualsIgnoreCase(text, "false"u8))
            {
                value = isTrue ? 1 : 0;
                return BadReason.None;
            }
        }

        var reason = NumberWithUnit.TryRead(text, _text.Decimal, out value, out var number, out var unit);
        if (reason != BadReason.None) return reason;
        if (_text.NamesNumbers && !unit.IsEmpty && _text.IsMissing(text.TrimEnd(" \t\r\n"u8)[..^unit.Length])) return BadReason.NotAsked;
        if (unit.Length == 1 && _units.Length == 0 && NumberWithUnit.EndsInFactor(text)) return BadReason.AmbiguousNumber;
        if (_units.Length > 0 && !unit.IsEmpty)
        {
            LinearScale? factor = null;
            foreach (var (name, scale) in _units)
                if (unit.SequenceEqual(name)) factor = scale;
            if (factor is null) return BadReason.WrongUnit;
            if (!factor.IsOne)
            {
                value = factor.Of(in number, value);
                return TryTreat(ref value) ? BadReason.None : BadReason.OutsideRange;
            }
        }

        return TryTreat(in number, ref value) ? BadReason.None : BadReason.OutsideRange;
    }
}
