using System.Text.Json;

namespace EdgeAgent.Learning.Inference;

/// <summary>What stands at one place of JSON payloads: how often, and of what sort.</summary>
/// <remarks>Bounded: 128 names of an object, 10 levels, 32 words, 64 instants; an array shows its first 32 elements, and of one that
/// holds nothing but values the first 16 places. A text that is a document is looked into.</remarks>
/// <param name="name">Its name.</param>
/// <param name="parent">Where it stands; null for the whole.</param>
/// <param name="keyed">Of the whole: places whose objects are all alike, by <see cref="Place"/>, with the label their keys become.</param>
sealed class JsonNode(string name, JsonNode? parent, IReadOnlyDictionary<string, string>? keyed = null)
{
    const int MostNames = 128;
    const int MaxDepth = 10;
    const int MostWords = 32;
    const int MostInstants = 64;
    const int MostElements = 32;
    const int MostPlaces = 16;
    const int MostChars = 64;

    readonly Dictionary<string, JsonNode> _byName = new(StringComparer.Ordinal);
    readonly IReadOnlyDictionary<string, string>? _keyed = keyed ?? parent?._keyed;

    /// <summary>Its name in the object above.</summary>
    public string Name => name;

    /// <summary>The object or array it is in.</summary>
    public JsonNode? Parent => parent;

    /// <summary>Names down to it, of the whole.</summary>
    public string Place => parent is null ? "" : $"{parent.Place}\n{name}";

    /// <summary>How many payloads, or elements, have it with a value.</summary>
    public int Present { get; private set; }

    /// <summary>How often it was null.</summary>
    public int Nulls { get; private set; }

    /// <summary>Numbers.</summary>
    public int Numbers { get; private set; }

    /// <summary>Booleans.</summary>
    public int Booleans { get; private set; }

    /// <summary>Texts.</summary>
    public int Texts { get; private set; }

    /// <summary>Of the texts, those that are numbers.</summary>
    public int TextNumbers { get; private set; }

    /// <summary>Objects.</summary>
    public int Objects { get; private set; }

    /// <summary>Arrays.</summary>
    public int Arrays { get; private set; }

    /// <summary>Longest array.</summary>
    public int LongestArray { get; private set; }

    /// <summary>Whether there are more names than are looked at.</summary>
    public bool HasMoreNames { get; private set; }

    /// <summary>Different texts, the first ones.</summary>
    public HashSet<string> Words { get; } = new(StringComparer.Ordinal);

    /// <summary>Numbers and texts with their arrival, the first ones, for what may be a time.</summary>
    public List<JsonInstant> Instants { get; } = [];

    /// <summary>Lowest number.</summary>
    public double Low { get; private set; } = double.PositiveInfinity;

    /// <summary>Highest number.</summary>
    public double High { get; private set; } = double.NegativeInfinity;

    /// <summary>Names of the object, in order of their first coming.</summary>
    public List<JsonNode> Members { get; } = [];

    /// <summary>Elements of the array, all alike.</summary>
    public JsonNode? Element { get; private set; }

    /// <summary>Places of an array of values, each for itself.</summary>
    public List<JsonNode> Places { get; } = [];

    /// <summary>Whether something was text, number or boolean here.</summary>
    public bool IsLeaf => Numbers + Booleans + Texts > 0;

    /// <summary>Takes what stands here in one payload.</summary>
    public void Add(JsonElement value, long atNs, bool isRetained, int depth = 0)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            Nulls++;
            return;
        }

        Present++;
        if (value.ValueKind is JsonValueKind.Number or JsonValueKind.String && Instants.Count < MostInstants)
            Instants.Add(new(value.ValueKind == JsonValueKind.Number, value.GetRawText().Trim('"'), atNs, isRetained));
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                Numbers++;
                if (value.TryGetDouble(out var number)) (Low, High) = (Math.Min(Low, number), Math.Max(High, number));
                break;
            case JsonValueKind.True or JsonValueKind.False:
                Booleans++;
                break;
            case JsonValueKind.String:
                AddText(value, atNs, isRetained, depth);
                break;
            case JsonValueKind.Object when depth < MaxDepth:
                Objects++;
                var label = _keyed?.GetValueOrDefault(Place);
                foreach (var member in value.EnumerateObject())
                    Member(label is not null && member.Value.ValueKind == JsonValueKind.Object ? $"{{{label}}}" : member.Name)
                        ?.Add(member.Value, atNs, isRetained, depth + 1);
                break;
            case JsonValueKind.Array when depth < MaxDepth:
                Arrays++;
                LongestArray = Math.Max(LongestArray, value.GetArrayLength());
                foreach (var item in value.EnumerateArray().Take(MostElements))
                    (Element ??= new("[0]", this)).Add(item, atNs, isRetained, depth + 1);
                if (value.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)))
                    AddPlaces(value, atNs, isRetained, depth);
                break;
        }
    }

    /// <summary>Its path below <paramref name="root"/>, as the configuration has it; relative when <paramref name="isRelative"/>.</summary>
    public string PathBelow(JsonNode root, bool isRelative)
    {
        var steps = new Stack<string>();
        for (var at = this; at != root; at = at.Parent!) steps.Push(at.IsPlace ? at.Name : Step(at.Name));
        var path = string.Concat(steps);
        return !isRelative ? "$" + path : path.Length == 0 ? "$" : path[0] == '.' ? path[1..] : path;
    }

    bool IsPlace => parent is { } above && (above.Element == this || above.Places.Contains(this));

    void AddPlaces(JsonElement array, long atNs, bool isRetained, int depth)
    {
        var at = 0;
        foreach (var item in array.EnumerateArray().Take(MostPlaces))
        {
            if (at == Places.Count) Places.Add(new($"[{at}]", this));
            Places[at++].Add(item, atNs, isRetained, depth + 1);
        }
    }

    static string Step(string name) =>
        name.Length > 0 && name.AsSpan().IndexOfAny("*]'\"?@ \t.[\\") < 0 && name.All(c => !char.IsControl(c)) ? "." + name
            : $"['{name.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}']";

    JsonNode? Member(string of)
    {
        if (_byName.TryGetValue(of, out var known)) return known;
        if (_byName.Count >= MostNames)
        {
            HasMoreNames = true;
            return null;
        }

        var node = new JsonNode(of, this);
        _byName.Add(of, node);
        Members.Add(node);
        return node;
    }

    void AddText(JsonElement value, long atNs, bool isRetained, int depth)
    {
        var text = TryText(value);
        if (text is { Length: > 1 } && text[0] is '{' or '[' && depth < MaxDepth
            && HeardJson.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var inner, out _))
        {
            Present--;
            using (inner) Add(inner!.RootElement, atNs, isRetained, depth + 1);
            return;
        }

        Texts++;
        if (text is null or { Length: > MostChars }) return;
        if (Words.Count < MostWords) Words.Add(text);
        if (!UnitNumber.TryRead(text, out var number, out _)) return;
        TextNumbers++;
        (Low, High) = (Math.Min(Low, number), Math.Max(High, number));
    }

    static string? TryText(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair
        }
    }
}
