using System.Text.Json;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Documents;

/// <summary>A configuration as the <c>config</c> role approves it: the payload of a document.</summary>
/// <remarks>
/// <c>{"v": 1, "name", "version", "issued", "expires", "groups": [..], "requires": {"agent": "&gt;=0.4"}, "vars": {name: {"type",
/// "default"}}, "config": YAML byte
/// for byte, "files": [{"path", "sha256", "size", "url"}], "gate": {..}, "note"}</c>. The whole of it is signed as bytes: nothing is
/// canonicalised, and comments
/// and line numbers stay. At most 64 groups, 64 values, 32 files. Immutable.
/// </remarks>
public sealed record ConfigDocument
{
    const int MaxGroups = 64;
    const int MaxVars = 64;
    const int MaxFiles = 32;

    /// <summary>Longest text value of a gateway.</summary>
    public const int MaxVarChars = 256;

    /// <summary>Its name: versions count within it.</summary>
    public required string Name { get; init; }

    /// <summary>Its version, from 1; only ever rises.</summary>
    public required long Version { get; init; }

    /// <summary>When it was signed first.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>From when on it is not taken up; null for never. What runs goes on.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Groups it is for; <c>all</c> for every gateway.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>Lowest version of the agent, such as <c>0.4</c>; null for any.</summary>
    public Version? LeastAgent { get; init; }

    /// <summary>Values it takes from its gateway.</summary>
    public IReadOnlyDictionary<string, VarDeclaration> Vars { get; init; } = new Dictionary<string, VarDeclaration>();

    /// <summary>The configuration: YAML as it was written.</summary>
    public required string Config { get; init; }

    /// <summary>Files it needs.</summary>
    public IReadOnlyList<DocumentFile> Files { get; init; } = [];

    /// <summary>What it says of its own trial; goes before what a target says.</summary>
    public TrialGates Gates { get; init; } = TrialGates.Nothing;

    /// <summary>A note for people; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>Reads a document; verifies nothing.</summary>
    public static Parsed<ConfigDocument> Parse(ReadOnlyMemory<byte> payload) => JsonFields.Read(payload, SizeLimits.Document, Read);

    static ConfigDocument Read(JsonFields fields)
    {
        fields.Form(1);
        var vars = new Dictionary<string, VarDeclaration>(StringComparer.Ordinal);
        if (fields.ObjectOrNull("vars") is { } declared)
            foreach (var name in declared.Names(MaxVars))
                if (declared.ObjectOrNull(name) is { } one) vars[name] = Declaration(one);
        var least = fields.ObjectOrNull("requires")?.TextOrNull("agent", 32);
        var agent = least is null ? null : AtLeast(least) ?? fields.Fail<Version?>(null, "requires.agent", "not such as `>=0.4`");
        return new ConfigDocument
        {
            Name = fields.Id("name"),
            Version = fields.Integer("version", 1, long.MaxValue),
            Issued = fields.Time("issued"),
            Expires = fields.TimeOrNull("expires"),
            Groups = fields.Ids("groups", MaxGroups) is { Count: > 0 } groups ? groups : fields.Fail<string[]>([], "groups", "none"),
            LeastAgent = agent,
            Vars = vars,
            Config = fields.Body("config"),
            Files = [.. fields.Objects("files", MaxFiles).Select(File)],
            Gates = TrialGates.Read(fields.ObjectOrNull("gate")),
            Note = fields.TextOrNull("note", 1000),
        };
    }

    static VarDeclaration Declaration(JsonFields fields)
    {
        var type = (VarType)fields.Word("type", VarDeclaration.Types, 0);
        var declared = new VarDeclaration(type, fields.Has("default") ? fields.Scalar("default", MaxVarChars) : null);
        return declared.Default is { } value && !declared.Takes(value)
            ? fields.Fail(declared, "default", $"not of the type {VarDeclaration.Types[(int)type]}") : declared;
    }

    static DocumentFile File(JsonFields fields)
    {
        var path = fields.Text("path", 200);
        if (path.Length > 0 && !DocumentFile.IsBelow(path)) fields.Fail(0, "path",
            "not a relative path that stays below the data directory");
        Uri? url = null;
        if (fields.TextOrNull("url", 1000) is { } text && (!Uri.TryCreate(text, UriKind.Absolute, out url) || url.Scheme != "https"
            || url.UserInfo.Length > 0))
            fields.Fail(0, "url", "not an `https` URL without user name");
        return new(path, fields.Hex("sha256", 64), fields.Integer("size", 0, DocumentFile.MaxBytes), url);
    }

    static Version? AtLeast(string text)
    {
        if (!text.StartsWith(">=", StringComparison.Ordinal)) return null;
        var rest = text[2..].Trim();
        return System.Version.TryParse(rest.Contains('.') ? rest : rest + ".0", out var version) ? version : null;
    }

    /// <summary>Whether an agent of this version (<c>0.4.1</c>, <c>0.4.1-rc1</c>) is new enough.</summary>
    public bool IsFor(string agentVersion) =>
        LeastAgent is not { } least || System.Version.TryParse(agentVersion.Split('-', '+')[0], out var version) && version >= least;

    /// <summary>Whether it is for a gateway of these groups.</summary>
    public bool IsFor(IEnumerable<string> groups) => Groups.Contains(FleetTopics.All) || groups.Any(Groups.Contains);

    /// <summary>The payload as it is signed.</summary>
    public byte[] ToPayload() => JsonText.Object(json =>
    {
        json.WriteNumber("v", 1);
        json.WriteString("name", Name);
        json.WriteNumber("version", Version);
        json.WriteString("issued", JsonText.Time(Issued));
        if (Expires is { } expires) json.WriteString("expires", JsonText.Time(expires));
        JsonText.Texts(json, "groups", Groups);
        if (LeastAgent is { } agent)
        {
            json.WriteStartObject("requires");
            json.WriteString("agent", $">={agent}");
            json.WriteEndObject();
        }

        if (Vars.Count > 0) WriteVars(json);
        if (Files.Count > 0) WriteFiles(json);
        if (!Gates.IsNothing) Gates.Write(json, "gate");
        if (Note is { } note) json.WriteString("note", note);
        json.WriteString("config", Config);
    });

    void WriteVars(Utf8JsonWriter json)
    {
        json.WriteStartObject("vars");
        foreach (var (name, declared) in Vars)
        {
            json.WriteStartObject(name);
            json.WriteString("type", VarDeclaration.Types[(int)declared.Type]);
            if (declared.Default is { } value) JsonText.Scalar(json, "default", value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    void WriteFiles(Utf8JsonWriter json)
    {
        json.WriteStartArray("files");
        foreach (var file in Files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteString("sha256", file.Sha256);
            json.WriteNumber("size", file.Size);
            if (file.Url is { } url) json.WriteString("url", url.AbsoluteUri);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
