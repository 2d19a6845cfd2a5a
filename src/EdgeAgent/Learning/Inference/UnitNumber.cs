using System.Collections.Frozen;
using System.Globalization;

namespace EdgeAgent.Learning.Inference;

/// <summary>A number with its unit in a text, such as <c>21.5 °C</c>. Only units that are known: a version is no number.</summary>
static class UnitNumber
{
    static readonly FrozenSet<string> Units =
        ("°C °F K % V mV kV A mA W kW MW Wh kWh MWh VA kVA var Hz kHz Pa hPa kPa bar mbar psi "
            + "m mm cm km m² m³ l ml g kg mg t s ms min h ppm ppb lx lm dB dBm °").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reads a text whose point is a point; false for any other.</summary>
    public static bool TryRead(string text, out double number, out string unit)
    {
        (number, unit) = (0, "");
        var end = text.AsSpan().IndexOfAnyExcept("+-.0123456789");
        if (end <= 0 || !PayloadKinds.IsNumber(text.AsSpan(0, end))) return false;
        unit = text[end..].Trim();
        return Units.Contains(unit) && double.TryParse(text.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }
}
