using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A kind of line device: how it is configured, and its frame number n, whose one value is n.</summary>
/// <param name="Name">Word for test names.</param>
/// <param name="Yaml">The keys <c>frame</c> and <c>decode</c> of a serial source.</param>
/// <param name="Frame">Bytes of a frame. By plain code of this test, apart from the product's.</param>
sealed record LineKind(string Name, string Yaml, Func<long, byte[]> Frame)
{
    /// <summary>Text with its own check, binary with a length and a CRC,
    /// and text read by a pattern behind a start mark and a check.</summary>
    public static readonly IReadOnlyDictionary<string, LineKind> All = new LineKind[]
    {
        new("nmea", "decode: { format: nmea0183, fields: [{ sentence: EDG, index: 2, metric: n }] }", n => Sentence($"XXEDG,{n % 7},{n}")),
        new("binary", """
            frame: { kind: length, start: "A55A", length_offset: 2, length_adds: 5, max_length: 64, check: crc16_modbus }
                decode: { format: binary, fields: [{ metric: n, at: 3, type: u32 }] }
            """, Binary),
        new("regex", """
            frame: { start: "3C", check: sum, check_hex: true, check_mark: "23" }
                decode: { format: regex, pattern: '^w=\s*(?<n>\d+) kg$' }
            """, Weight),
    }.ToDictionary(k => k.Name);

    /// <inheritdoc/>
    public override string ToString() => Name;

    static byte[] Sentence(string body)
    {
        var check = Encoding.ASCII.GetBytes(body).Aggregate(0, (x, b) => x ^ b);
        return Encoding.ASCII.GetBytes($"${body}*{check:X2}\r\n");
    }

    static byte[] Weight(long n)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"<w={n,6} kg");
        return Encoding.ASCII.GetBytes($"{body}#{Encoding.ASCII.GetBytes(body).Sum(b => b) & 0xFF:X2}\n");
    }

    static byte[] Binary(long n)
    {
        var frame = new byte[3 + 4 + 2 + (int)(n % 3)];
        (frame[0], frame[1], frame[2]) = (0xA5, 0x5A, (byte)(frame.Length - 5));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(3), (uint)n);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(frame.Length - 2), Crc16.Of(frame.AsSpan(0, frame.Length - 2)));
        return frame;
    }
}
