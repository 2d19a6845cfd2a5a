namespace EdgeAgent.Core.Lines;

/// <summary>The <c>frame</c> section of a line source.</summary>
/// <remarks>
/// A whole frame is: start mark · … · check · delimiter. With <see cref="FrameKind.Delimiter"/> the payload is what lies between
/// start mark and check; with the other kinds it is the frame from its first byte up to the check, so that offsets are those
/// of the data sheet.
/// </remarks>
public sealed record FrameSettings
{
    /// <summary>How frames are told apart.</summary>
    public FrameKind Kind { get; init; } = FrameKind.Delimiter;

    /// <summary>Bytes every frame starts with; may be empty.</summary>
    public byte[] Start { get; init; } = [];

    /// <summary>Delimiter only: the bytes at the end. After a line feed a carriage return before it is left out too.</summary>
    public byte[] Delimiter { get; init; } = "\n"u8.ToArray();

    /// <summary>Fixed only: length of the whole frame [bytes].</summary>
    public int LengthBytes { get; init; }

    /// <summary>Length only: offset of the length field from the first byte of the frame.</summary>
    public int LengthOffset { get; init; }

    /// <summary>Length only: 1, 2 or 4 bytes.</summary>
    public int LengthSize { get; init; } = 1;

    /// <summary>Length only: byte order of the length field.</summary>
    public bool LengthBigEndian { get; init; } = true;

    /// <summary>Length only: what is added to the field's number to give the length of the whole frame, check included.</summary>
    public int LengthAdds { get; init; }

    /// <summary>Longest whole frame [bytes]; longer ones are noise.</summary>
    public int MaxBytes { get; init; } = 1024;

    /// <summary>The check at the end.</summary>
    public CheckKind Check { get; init; }

    /// <summary>Whether the check's high byte comes first.</summary>
    public bool CheckBigEndian { get; init; }

    /// <summary>Whether the check is written as hexadecimal digits, two a byte, high digit first.</summary>
    public bool CheckHex { get; init; }

    /// <summary>First byte of the frame the check covers: 0 the start mark, or the length of the mark to leave it out.</summary>
    public int CheckFrom { get; init; }

    /// <summary>A byte between payload and check that the check does not cover, such as <c>*</c>; null for none.</summary>
    public byte? CheckMark { get; init; }

    /// <summary>Bytes the check takes, mark included.</summary>
    public int CheckSizeBytes =>
        Check == CheckKind.None ? 0 : Checksum.SizeBytes(Check) * (CheckHex ? 2 : 1) + (CheckMark is null ? 0 : 1);
}
