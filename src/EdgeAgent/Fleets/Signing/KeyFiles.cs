using System.Security.Cryptography;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Signing;

/// <summary>Keys in files: PEM, a private one readable by its owner alone.</summary>
static class KeyFiles
{
    const string PublicLabel = "PUBLIC KEY";
    const int MostBytes = 64 << 10;

    /// <summary>Writes a private key and its public half beside it (<c>.pub.pem</c> for <c>.pem</c>); never over a file that is
    /// there.</summary>
    /// <exception cref="IOException">One of the files is there, or cannot be written.</exception>
    public static string Write(SigningKey key, string path, string? password)
    {
        var shown = (path.EndsWith(".pem", StringComparison.Ordinal) ? path[..^4] : path) + ".pub.pem";
        if (File.Exists(shown)) throw new IOException($"{shown} is there already. Choose another name; a key is never overwritten.");
        Create(path, key.ToPem(password), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Create(shown, PublicPem(key.Public),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return shown;
    }

    /// <summary>A public key as PEM.</summary>
    public static string PublicPem(FleetKey key) => PemEncoding.WriteString(PublicLabel, key.Spki.Span) + "\n";

    /// <summary>Reads a private key; <paramref name="password"/> is asked for when it is encrypted.</summary>
    /// <exception cref="IOException">It cannot be used; the message says why.</exception>
    public static SigningKey ReadPrivate(string path, Func<string?> password)
    {
        var pem = Text(path);
        return SigningKey.TryRead(pem, SigningKey.IsEncrypted(pem) ? password() : null, out var failure) is { } key
            ? key : throw new IOException($"{path}: {failure}. Expected a file of `edge-agent fleet keygen` or of `openssl genpkey`.");
    }

    /// <summary>Reads a public key.</summary>
    /// <exception cref="IOException">It is none on P-256, or a private one.</exception>
    public static FleetKey ReadPublic(string path)
    {
        var pem = Text(path);
        if (PemEncoding.TryFind(pem, out var found) && pem[found.Label] == PublicLabel)
        {
            var bytes = new byte[found.DecodedDataLength];
            if (Convert.TryFromBase64Chars(pem.AsSpan(found.Base64Data), bytes, out var length)
                && FleetKey.TryParse(bytes.AsSpan(0, length)) is { } key) return key;
        }

        throw new IOException($"{path}: not a public key on P-256 as PEM. Expected the `.pub.pem` of `edge-agent fleet keygen`, or what "
            + "`openssl pkey -pubout` writes.");
    }

    static string Text(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length > MostBytes) throw new IOException($"{path} is too long for a key.");
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    static void Create(string path, string text, UnixFileMode mode)
    {
        if (File.Exists(path)) throw new IOException($"{path} is there already. Choose another name; a key is never overwritten.");
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write,
            UnixCreateMode = mode });
        file.Write(System.Text.Encoding.ASCII.GetBytes(text));
        file.Flush(flushToDisk: true);
    }
}
