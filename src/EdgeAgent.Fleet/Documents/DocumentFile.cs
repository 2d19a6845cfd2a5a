namespace EdgeAgent.Fleet.Documents;

/// <summary>A file that a document names and a gateway has or fetches before it tries the document.</summary>
/// <param name="Path">Relative, below the data directory; no <c>..</c>.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Url">Where it can be fetched (HTTPS); null when it is put there by hand.</param>
public sealed record DocumentFile(string Path, string Sha256, long Size, Uri? Url)
{
    /// <summary>Most bytes of one file.</summary>
    public const long MaxBytes = 1L << 30;

    /// <summary>Whether a path stays below the folder it is relative to.</summary>
    public static bool IsBelow(string path) =>
        path.Length is > 0 and <= 200 && path[0] != '/' && !path.AsSpan().ContainsAny('\\', '\0')
        && path.Split('/').All(part => part is not ("" or "." or ".."));
}
