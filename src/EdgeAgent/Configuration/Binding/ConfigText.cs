using System.Text;
using EdgeAgent.Core.Specs;
using EdgeAgent.Native.Files;

namespace EdgeAgent.Configuration.Binding;

/// <summary>From a file to text: the bounds of size and encoding.</summary>
static class ConfigText
{
    /// <summary>Largest configuration [bytes].</summary>
    public const int MaxBytes = 1 << 20;

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file; null with a finding when it cannot be a configuration. Reads at most 1 MiB and one byte.</summary>
    public static string? TryRead(string path, FindingList findings)
    {
        try
        {
            // One that the shell made (`<(…)`) has its other end; a named one would be waited for.
            if (FileKind.NotAFile(path) is "a pipe" && !Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal)
                && !Path.GetFullPath(path).StartsWith("/proc/", StringComparison.Ordinal))
            {
                findings.Add(FindingCodes.FileUnreadable, TextMark.Start, "",
                    "this is a pipe, not a file. Give the path of a configuration file.");
                return null;
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return TryDecode(bytes.AsSpan(0, length), findings);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var reason = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "the file does not exist",
                UnauthorizedAccessException => Directory.Exists(path) ? "this is a folder, not a file" : "this user may not read the file",
                _ => "the file cannot be read",
            };
            findings.Add(FindingCodes.FileUnreadable, TextMark.Start, "", $"{reason}. Give the path of a configuration file.");
            return null;
        }
    }

    /// <summary>Decodes UTF-8, with or without a byte order mark; null with a finding when it is something else.</summary>
    public static string? TryDecode(ReadOnlySpan<byte> bytes, FindingList findings)
    {
        if (bytes.Length > MaxBytes)
        {
            TooLarge(findings);
            return null;
        }

        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            // The fallback's index is that of the first bad byte.
            var good = bytes[..Math.Clamp(e.Index, 0, bytes.Length)];
            var line = good.Count((byte)'\n') + 1;
            var column = Encoding.UTF8.GetCharCount(good[(good.LastIndexOf((byte)'\n') + 1)..]) + 1;
            findings.Add(FindingCodes.NotUtf8, new(line, column), "", "these bytes are not UTF-8. Save the file as UTF-8.");
            return null;
        }
    }

    /// <summary>Adds the finding of a file past the bound.</summary>
    public static void TooLarge(FindingList findings) =>
        findings.Add(FindingCodes.FileTooLarge, TextMark.Start, "",
            "the file is larger than 1MiB. A configuration is at most 1MiB; is this the right file?");
}
