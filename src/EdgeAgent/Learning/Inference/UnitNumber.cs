using System.Collections.Frozen;
using EdgeAgent.Core.Formats;

namespace EdgeAgent.Learning.Inference;

/// <summary>A number with its unit in a text, such as <c>21.5 °C</c>. Only units that are known: a version is no number.</summary>
static class UnitNumber
{
    static readonly FrozenSet<string> Units =
        ("°C °F K % V mV kV A mA W kW MW Wh kWh MWh VA kVA var Hz kHz Pa hPa kPa bar mbar psi "
            + "m mm cm km m² m³ l ml g kg mg t s ms min h ppm ppb lx lm dB dBm °").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reads a text as the agent does, when it is one number and its unit, if it has one, is known.</summary>
    public static bool TryRead(string text, out double number, out string unit) =>
        NumberWithUnit.Read(text, DecimalMark.Any, out number, out unit) == BadReason.None && (unit.Length == 0 || Units.Contains(unit));
}
