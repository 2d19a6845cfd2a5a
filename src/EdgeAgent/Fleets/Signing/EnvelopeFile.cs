using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Native.Files;

namespace EdgeAgent.Fleets.Signing;

/// <summary>Envelopes in files: the very bytes that are published.</summary>
static class EnvelopeFile
{
    /// <summary>Reads an envelope of any type.</summary>
    /// <exception cref="IOException">It cannot be read or is none; the message says why.</exception>
    public static Envelope Read(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists) throw new IOException($"{path} does not exist. Give the path of a signed file.");
        if (info.Length > SizeLimits.Document) throw new IOException($"{path}: too-large: {info.Length} bytes; at most "
            + $"{SizeLimits.Document} are read.");
        var parsed = Envelope.Parse(File.ReadAllBytes(path), null, SizeLimits.Document);
        return parsed.Value ?? throw new IOException($"{path}: {parsed.Refusal}");
    }

    /// <summary>Writes an envelope; the file is the old one or the new one at any time.</summary>
    public static void Write(string path, Envelope envelope)
    {
        var bytes = envelope.ToBytes();
        var most = envelope.Type == PayloadTypes.Root ? SizeLimits.Root : envelope.Type == PayloadTypes.Vars ? SizeLimits.Vars
            : SizeLimits.Document;
        if (bytes.Length > most) throw new IOException($"{path}: too-large: {bytes.Length} bytes when signed; at most {most} can be "
            + $"published.");
        WholeFile.Replace(path, bytes);
    }
}
