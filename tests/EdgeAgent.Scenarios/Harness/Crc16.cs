namespace EdgeAgent.Scenarios.Harness;

/// <summary>The check of Modbus RTU, bit by bit as Modbus over Serial Line V1.02 §6.2.2 describes it: the scenarios' own,
/// to hold the product's against.</summary>
static class Crc16
{
    /// <summary>The check of <paramref name="bytes"/>; sent low byte first.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
        }

        return (ushort)crc;
    }
}
