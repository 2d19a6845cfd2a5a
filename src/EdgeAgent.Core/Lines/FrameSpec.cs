using EdgeAgent.Core.Text;
using System.Globalization;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Lines;

/// <summary>The <c>frame</c> section of a serial source.</summary>
public static class FrameSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "frame",
        Kind = ComponentKind.Section,
        Doc = "How frames are told apart and checked.",
        Example = "frame: { kind: length, start: \"A5\", length_offset: 1, length_adds: 4, check: crc16_modbus }",
        Fields =
        [
            FieldSpec.Enum("kind", "How frames are told apart.",
                new("delimiter", FrameKind.Delimiter, "By bytes at the end."),
                new("fixed", FrameKind.Fixed, "By a fixed length."),
                new("length", FrameKind.Length, "By a length inside the frame.")) with { Default = FrameKind.Delimiter },
            FieldSpec.Text("start", "Bytes every frame starts with, in hexadecimal.")
                with { DefaultDoc = "none", Example = "\"A55A\"", Syntax = Hex },
            FieldSpec.Text("delimiter", "`delimiter`: bytes at the end, in hexadecimal. A carriage return before a line feed is left out.")
                with { DefaultDoc = "`0A`, line feed", Syntax = Hex },
            FieldSpec.Integer("length", "`fixed`: length of the whole frame.", 1, 4096) with { Unit = "bytes", DefaultDoc = "none" },
            FieldSpec.Integer("length_offset", "`length`: offset of the length field from the first byte.", 0, 64) with { Default = 0L },
            FieldSpec.Enum("length_size", "`length`: bytes of the length field.", new("1", 1, "One."), new("2", 2, "Two."),
                new("4", 4, "Four.")) with { Default = 1 },
            FieldSpec.Enum("length_order", "`length`: byte order of the length field.", new("big", true, "High byte first."),
                new("little", false, "Low byte first.")) with { Default = true },
            FieldSpec.Integer("length_adds", "`length`: what is added to the field to give the length of the whole frame.", -64, 64)
                with { Default = 0L },
            FieldSpec.Integer("max_length", "Longest frame; longer ones are noise.", 1, 4096) with { Default = 1024L, Unit = "bytes" },
            FieldSpec.Enum("check", "The check at the end.",
                new("none", CheckKind.None, "None."),
                new("xor", CheckKind.Xor, "Exclusive or, 1 byte."),
                new("sum", CheckKind.Sum, "Sum modulo 256, 1 byte."),
                new("crc16_modbus", CheckKind.Crc16Modbus, "CRC-16/MODBUS."),
                new("crc16_ccitt", CheckKind.Crc16Ccitt, "CRC-16/CCITT-FALSE."),
                new("crc32", CheckKind.Crc32, "CRC-32 as of Ethernet.")) with { Default = CheckKind.None },
            FieldSpec.Enum("check_order", "Byte order of the check.", new("big", true, "High byte first."),
                new("little", false, "Low byte first.")) with { DefaultDoc = "`little` for crc16_modbus, else `big`" },
            FieldSpec.Boolean("check_hex", "Whether the check is written as hexadecimal digits.", otherwise: false),
            FieldSpec.Text("check_mark", "A byte between payload and check, in hexadecimal, such as `2A` for `*`.")
                with { DefaultDoc = "none", Syntax = OneByte },
            FieldSpec.Integer("check_from", "First byte the check covers.", 0, 64) with { Default = 0L },
        ],
        Build = v =>
        {
            var check = v.Get<CheckKind>("check");
            return new FrameSettings
            {
                Kind = v.Get<FrameKind>("kind"),
                Start = Convert.FromHexString(v.GetOrNull<string>("start") ?? ""),
                Delimiter = Convert.FromHexString(v.GetOrNull<string>("delimiter") ?? "0A"),
                LengthBytes = (int)(v.GetNullable<long>("length") ?? 0),
                LengthOffset = v.Int("length_offset"),
                LengthSize = v.Get<int>("length_size"),
                LengthBigEndian = v.Get<bool>("length_order"),
                LengthAdds = v.Int("length_adds"),
                MaxBytes = v.Int("max_length"),
                Check = check,
                CheckBigEndian = v.GetNullable<bool>("check_order") ?? check != CheckKind.Crc16Modbus,
                CheckHex = v.Get<bool>("check_hex"),
                CheckMark = v.GetOrNull<string>("check_mark") is { } mark
                    ? byte.Parse(mark, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                    : null,
                CheckFrom = v.Int("check_from"),
            };
        },
        Check = Check,
    };

    static void Check(SpecValues v, FindingList findings)
    {
        if (!v.TryGet("kind", out FrameKind kind)) return;
        if (kind == FrameKind.Fixed && !v.Has("length"))
            findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path, "`kind: fixed` needs `length`. Give the length of the whole frame.");
        if (kind == FrameKind.Fixed && v.Find("length") is { Value: long length } at && v.Settings is null
            && v.TryGet("check", out CheckKind check)
            && length <= Checksum.SizeBytes(check) + (v.GetOrNull<string>("start")?.Length ?? 0) / 2)
            findings.Add(FindingCodes.OutOfRange, at.At, at.Path, "no room for a payload between start and check. Use a greater length.");
        foreach (var (key, of) in new[] { ("length", FrameKind.Fixed), ("length_offset", FrameKind.Length),
            ("length_size", FrameKind.Length), ("length_order", FrameKind.Length), ("length_adds", FrameKind.Length),
            ("delimiter", FrameKind.Delimiter) })
            if (kind != of && v.Find(key) is { } extra)
                findings.Add(FindingCodes.Exclusive, extra.KeyAt, extra.Path,
                    $"`{key}` has no meaning for `kind: {kind.ToString().ToLowerInvariant()}`. Remove it.");
        if (kind != FrameKind.Delimiter && !v.Has("start") && (!v.TryGet("check", out CheckKind none) || none == CheckKind.None))
            findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path,
                "without `start` and `check`, frames cannot be told from noise and never come back into step. Give at least one of them.");
    }

    /// <summary>What keeps <paramref name="text"/> from being 1 to 16 bytes in hexadecimal, or null.</summary>
    public static TextFailure? Hex(string text)
    {
        if (text.Length is 0 or > 32 || text.Length % 2 != 0)
            return new(0, "1 to 16 bytes as pairs of hexadecimal digits are expected, in quotes when they are all decimal");
        for (var i = 0; i < text.Length; i++)
            if (!char.IsAsciiHexDigit(text[i])) return new(i, "not a hexadecimal digit");
        return null;
    }

    static TextFailure? OneByte(string text) => text.Length == 2 ? Hex(text) : new(0, "one byte as two hexadecimal digits is expected");
}
