using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeAgent.Core.Stages;

/// <summary>Names a stage by what it and all stages before it compute: 16 hexadecimal digits. See docs/decisions/identity.md.</summary>
public static class Fingerprint
{
    const string FormatTag = "edgeagent-stages-1";

    /// <summary>The first 64 bits of SHA-256 over the descriptions of the first <paramref name="count"/> stages,
    /// each with its length before it.</summary>
    public static string Of(IReadOnlyList<StageSettings> stages, int count)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, FormatTag);
        for (var i = 0; i < count; i++) Append(hash, stages[i].Describe());
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    /// <summary>The key a stage's memory is stored under.</summary>
    public static string StageKey(string pipeline, string stage, string fingerprint) => $"{pipeline}/{stage}#{fingerprint}";

    /// <summary>The fingerprint in a key, or null when there is none.</summary>
    public static string? FromStageKey(string key)
    {
        var at = key.LastIndexOf('#');
        return at >= 0 && key.Length - at == 17 && !key.AsSpan(at + 1).ContainsAnyExcept("0123456789abcdef") ? key[(at + 1)..] : null;
    }

    static void Append(IncrementalHash hash, string text)
    {
        Span<byte> length = stackalloc byte[4];
        var utf8 = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        hash.AppendData(length);
        hash.AppendData(utf8);
    }
}
