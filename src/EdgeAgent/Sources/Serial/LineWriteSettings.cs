using System.Globalization;
using System.Text;
using EdgeAgent.Core.Commands;

namespace EdgeAgent.Sources.Serial;

/// <summary>One entry of <c>commands.writes</c> of a serial source: fixed bytes, or text with the value in it.</summary>
public sealed record LineWriteSettings : WriteSettings
{
    /// <summary>The hole the value goes into.</summary>
    public const string Hole = "{value}";

    /// <summary>Text with at most one <see cref="Hole"/>, or null.</summary>
    public string? Text { get; init; }

    /// <summary>What ends the text.</summary>
    public string End { get; init; } = "\r\n";

    /// <summary>Digits after the decimal point; more are rounded away.</summary>
    public int Decimals { get; init; }

    /// <summary>The bytes, or null when <see cref="Text"/> is given.</summary>
    public byte[]? Bytes { get; init; }

    /// <inheritdoc/>
    public override bool TakesValue => Text?.Contains(Hole, StringComparison.Ordinal) == true;

    /// <summary>The bytes of a command.</summary>
    /// <param name="value">The value; not used without a hole.</param>
    /// <param name="written">The value as it is written.</param>
    public byte[] Render(double value, out double written)
    {
        var number = Math.Round((decimal)value, Decimals)
            .ToString("F" + Decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        written = double.Parse(number, CultureInfo.InvariantCulture);
        return Bytes ?? Encoding.ASCII.GetBytes(Text!.Replace(Hole, number, StringComparison.Ordinal) + End);
    }
}
