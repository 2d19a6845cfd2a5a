namespace EdgeAgent.Core.Lines;

/// <summary>A check that protects a frame on a line.</summary>
public enum CheckKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Exclusive or of all bytes; 1 byte.</summary>
    Xor,

    /// <summary>Sum of all bytes modulo 256; 1 byte.</summary>
    Sum,

    /// <summary>CRC-16/MODBUS: polynomial 0x8005 reflected, start 0xFFFF; 2 bytes.</summary>
    Crc16Modbus,

    /// <summary>CRC-16/CCITT-FALSE (IBM-3740): polynomial 0x1021, start 0xFFFF; 2 bytes.</summary>
    Crc16Ccitt,

    /// <summary>CRC-32/ISO-HDLC: polynomial 0x04C11DB7 reflected, start and final 0xFFFFFFFF; 4 bytes.</summary>
    Crc32,
}
