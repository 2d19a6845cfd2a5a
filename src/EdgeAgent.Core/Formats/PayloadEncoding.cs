namespace EdgeAgent.Core.Formats;

/// <summary>What a payload is wrapped in.</summary>
public enum PayloadEncoding
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Base64 (RFC 4648), also with the URL alphabet, padded or not.</summary>
    Base64,

    /// <summary>Two hexadecimal digits a byte.</summary>
    Hex,

    /// <summary>Compressed by DEFLATE in the wrapping of gzip (RFC 1952).</summary>
    Gzip,

    /// <summary>Compressed by DEFLATE in the wrapping of zlib (RFC 1950).</summary>
    Zlib,
}
