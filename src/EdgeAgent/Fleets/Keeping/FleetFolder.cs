using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Keeping;

/// <summary>The folder <c>fleet</c> of a data directory: the record in two files, documents and roots as they came,
/// the gateway's key.</summary>
/// <remarks>
/// <c>state.0</c>, <c>state.1</c>: <see cref="FleetRecordFile"/>. <c>doc-DIGEST</c>, <c>root-VERSION</c>, <c>vars-VERSION</c>: envelopes.
/// <c>key.pem</c>: the key that reports are signed with, made at the first start. A record is durable when <see cref="Save"/> returns.
/// One thread, but for <see cref="Document"/>.
/// </remarks>
sealed class FleetFolder
{
    readonly string _folder;
    long _generation;

    FleetFolder(string folder, FleetRecordFile? found, bool isDamaged, SigningKey key)
    {
        (_folder, Key, IsDamaged) = (folder, key, isDamaged);
        (_generation, Record) = (found?.Generation ?? 0, found?.Record ?? new FleetRecord());
    }

    /// <summary>The record that is on the disk.</summary>
    public FleetRecord Record { get; private set; }

    /// <summary>Whether both copies of a record were damaged: this begins anew.</summary>
    public bool IsDamaged { get; }

    /// <summary>What reports are signed with.</summary>
    public SigningKey Key { get; }

    /// <summary>Opens the folder, and makes it and the key at the first time.</summary>
    /// <exception cref="IOException">It cannot be used; the message says why.</exception>
    public static FleetFolder Open(string dataDirectory)
    {
        var folder = Path.Combine(dataDirectory, "fleet");
        try
        {
            SyncedFile.CreateFolder(folder);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }

        byte[]?[] files = [SyncedFile.TryRead(StatePath(folder, 0)), SyncedFile.TryRead(StatePath(folder, 1))];
        var found = FleetRecordFile.Newer(Parsed(files[0]), Parsed(files[1]));
        var keyPath = Path.Combine(folder, "key.pem");
        var pem = SyncedFile.TryRead(keyPath);
        var key = pem is null ? null : SigningKey.TryRead(System.Text.Encoding.ASCII.GetString(pem), null, out _);
        if (key is null)
        {
            key = SigningKey.Create();
            if (pem is not null) SyncedFile.Replace(keyPath + ".damaged", pem);
            SyncedFile.Replace(keyPath, System.Text.Encoding.ASCII.GetBytes(key.ToPem()));
        }

        return new FleetFolder(folder, found, found is null && Array.Exists(files, file => file is { Length: > 0 }), key);
    }

    /// <summary>Makes a record durable.</summary>
    /// <exception cref="IOException">It is not; the one before still is.</exception>
    public void Save(FleetRecord record)
    {
        var next = _generation + 1;
        SyncedFile.WriteInPlace(StatePath(_folder, next % 2), new FleetRecordFile(next, record).ToBytes(), FleetRecordFile.FileBytes);
        (_generation, Record) = (next, record);
    }

    /// <summary>Keeps a document under its digest.</summary>
    public void Keep(string digest, ReadOnlyMemory<byte> envelope) => SyncedFile.Replace(DocumentPath(digest), envelope);

    /// <summary>A kept document as it came; null when it is gone.</summary>
    public byte[]? Envelope(string digest) => SyncedFile.TryRead(DocumentPath(digest));

    /// <summary>A kept document; null when it is gone or its bytes have another digest.
    /// Who may approve it was settled when it was kept.</summary>
    public ConfigDocument? Document(string digest) =>
        SyncedFile.TryRead(DocumentPath(digest)) is { } bytes
        && EdgeAgent.Fleet.Trust.Envelope.Parse(bytes, PayloadTypes.Document, SizeLimits.Document) is { IsGood: true } envelope
        && envelope.Value.PayloadDigest == digest
        && ConfigDocument.Parse(envelope.Value.Payload) is { IsGood: true } document ? document.Value : null;

    /// <summary>Keeps a root.</summary>
    public void KeepRoot(long version, ReadOnlyMemory<byte> envelope) => SyncedFile.Replace(RootPath(version), envelope);

    /// <summary>A kept root as it came; null when it is gone.</summary>
    public byte[]? Root(long version) => SyncedFile.TryRead(RootPath(version));

    /// <summary>Keeps values of this gateway.</summary>
    public void KeepVars(long version, ReadOnlyMemory<byte> envelope) => SyncedFile.Replace(VarsPath(version), envelope);

    /// <summary>Kept values; null when there are none of this version.</summary>
    public Vars? Vars(long version) =>
        version > 0 && SyncedFile.TryRead(VarsPath(version)) is { } bytes
        && EdgeAgent.Fleet.Trust.Envelope.Parse(bytes, PayloadTypes.Vars, SizeLimits.Vars) is { IsGood: true } envelope
        && EdgeAgent.Fleet.Documents.Vars.Parse(envelope.Value.Payload) is { IsGood: true } vars ? vars.Value : null;

    /// <summary>Deletes documents, values and roots that the record does not need any more.</summary>
    public void Collect()
    {
        var kept = Record.Kept.Select(DocumentPath).Concat(Record.KeptVars.Select(VarsPath))
            .Append(RootPath(Record.Memory.RootVersion)).ToHashSet(StringComparer.Ordinal);
        try
        {
            foreach (var pattern in (ReadOnlySpan<string>)["doc-*", "root-*", "vars-*"])
                foreach (var path in Directory.EnumerateFiles(_folder, pattern))
                    if (!kept.Contains(path)) SyncedFile.TryDelete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left over takes little room and is deleted another time.
        }
    }

    static FleetRecordFile? Parsed(byte[]? file) => file is null ? null : FleetRecordFile.TryRead(file);

    static string StatePath(string folder, long which) => Path.Combine(folder, FormattableString.Invariant($"state.{which}"));

    string DocumentPath(string digest) => Path.Combine(_folder, "doc-" + digest);

    string VarsPath(long version) => Path.Combine(_folder, FormattableString.Invariant($"vars-{version}"));

    string RootPath(long version) => Path.Combine(_folder, FormattableString.Invariant($"root-{version}"));
}
