namespace EdgeAgent.Core.Formats.Cayenne;

/// <summary>The values of Cayenne LPP by type.</summary>
/// <remarks>Source: Cayenne LPP 2.0 (type = IPSO object − 3200) and the types that the library of ElectronicCats adds.</remarks>
static class CayenneItem
{
    /// <summary>One value: its metric, bytes, whether it is signed, and what a unit of it is worth as one over a number.</summary>
    public readonly record struct Part(byte[] Metric, int Bytes, bool IsSigned, double Divisor);

    static readonly Part[]?[] Types = Table();

    /// <summary>The values of a type; null for one that is not known.</summary>
    public static Part[]? Of(int type) => Types[type];

    /// <summary>The value of a part at the start of <paramref name="bytes"/>.</summary>
    public static double Read(in Part part, ReadOnlySpan<byte> bytes)
    {
        var raw = 0L;
        for (var i = 0; i < part.Bytes; i++) raw = raw << 8 | bytes[i];
        if (part.IsSigned) raw = raw << (64 - 8 * part.Bytes) >> (64 - 8 * part.Bytes);
        return raw / part.Divisor;
    }

    static Part[]?[] Table()
    {
        var types = new Part[]?[256];
        types[0] = [new("digital_input"u8.ToArray(), 1, false, 1)];
        types[1] = [new("digital_output"u8.ToArray(), 1, false, 1)];
        types[2] = [new("analog_input"u8.ToArray(), 2, true, 100)];
        types[3] = [new("analog_output"u8.ToArray(), 2, true, 100)];
        types[100] = [new("generic"u8.ToArray(), 4, false, 1)];
        types[101] = [new("illuminance"u8.ToArray(), 2, false, 1)];
        types[102] = [new("presence"u8.ToArray(), 1, false, 1)];
        types[103] = [new("temperature"u8.ToArray(), 2, true, 10)];
        types[104] = [new("humidity"u8.ToArray(), 1, false, 2)];
        types[113] = Three("acceleration_x"u8, "acceleration_y"u8, "acceleration_z"u8, 2, 1000);
        types[115] = [new("pressure"u8.ToArray(), 2, false, 10)];
        types[116] = [new("voltage"u8.ToArray(), 2, false, 100)];
        types[117] = [new("current"u8.ToArray(), 2, false, 1000)];
        types[118] = [new("frequency"u8.ToArray(), 4, false, 1)];
        types[120] = [new("percentage"u8.ToArray(), 1, false, 1)];
        types[121] = [new("altitude"u8.ToArray(), 2, true, 1)];
        types[125] = [new("concentration"u8.ToArray(), 2, false, 1)];
        types[128] = [new("power"u8.ToArray(), 2, false, 1)];
        types[130] = [new("distance"u8.ToArray(), 4, false, 1000)];
        types[131] = [new("energy"u8.ToArray(), 4, false, 1000)];
        types[132] = [new("direction"u8.ToArray(), 2, false, 1)];
        types[133] = [new("unix_time"u8.ToArray(), 4, false, 1)];
        types[134] = Three("rotation_x"u8, "rotation_y"u8, "rotation_z"u8, 2, 100);
        types[135] = [new("red"u8.ToArray(), 1, false, 1), new("green"u8.ToArray(), 1, false, 1), new("blue"u8.ToArray(), 1, false, 1)];
        types[136] = [.. Three("latitude"u8, "longitude"u8, "altitude"u8, 3, 10_000)];
        types[136]![2] = types[136]![2] with { Divisor = 100 };
        types[142] = [new("switch"u8.ToArray(), 1, false, 1)];
        return types;
    }

    static Part[] Three(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ReadOnlySpan<byte> z, int bytes, double divisor) =>
        [new(x.ToArray(), bytes, true, divisor), new(y.ToArray(), bytes, true, divisor), new(z.ToArray(), bytes, true, divisor)];
}
