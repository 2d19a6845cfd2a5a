using System.Globalization;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Learning.Inference;

/// <summary>From what stands in JSON payloads to a decode section.</summary>
sealed class JsonDrafts
{
    const int MostFields = 64;
    const int MostNotes = 12;

    readonly JsonNode _root;
    readonly JsonNode _sample;
    readonly JsonNode? _array;
    readonly List<string> _notes = [];
    readonly List<JsonNode> _leaves = [];

    JsonDrafts(JsonNode root)
    {
        _root = root;
        _array = ArrayOfSamples(root);
        _sample = _array?.Element ?? root;
        if (_sample is { Objects: 0, Arrays: > 0 }) _leaves.AddRange(_sample.Places);
        else Leaves(_sample, _leaves);
        if (_leaves.RemoveAll(leaf => !CanBeSaid(leaf)) > 0) Note("names that a configuration cannot hold were passed over");
    }

    /// <summary>Whether a configuration can hold the path: on one line, and without what it would take for a reference.</summary>
    bool CanBeSaid(JsonNode leaf)
    {
        var path = Path(leaf);
        return !path.Any(char.IsControl) && !path.Contains("${", StringComparison.Ordinal)
            && !path.Contains("['']", StringComparison.Ordinal)
            && JsonPath.TryParse(path, out _, out _);
    }

    /// <summary>The section; null with a reason when nothing in the payloads is a value.</summary>
    public static DecodeDraft? Make(JsonNode root, out string why) => new JsonDrafts(root).Make(out why);

    DecodeDraft? Make(out string why)
    {
        if (_array is null && Waveforms.Of(_root, _leaves) is { } wave)
        {
            why = "";
            return new(wave, false);
        }

        var time = Time(out var times);
        var fields = new List<ProposedField>();
        foreach (var leaf in _leaves)
        {
            if (times.Contains(leaf) || Field(leaf) is not { } field) continue;
            if (fields.Count < MostFields) fields.Add(field);
            else Note($"more than {MostFields} values: the rest is not proposed");
        }

        why = fields.Count > 0 ? "" : _notes.FirstOrDefault() ?? Elements() ?? "no number, boolean or known pair of words is in it";
        if (fields.Count == 0) return null;
        var (labels, devices, hasMetric) = Labels(fields);
        if (_sample.HasMoreNames || _root.HasMoreNames) Note("an object has ever new names: only the first ones are looked at");
        if (_array is null && NumberedNames.Of(fields) is { } numbered)
            return new(new ProposedDecode("json") { Fields = numbered.Fields, Time = time, Notes = _notes, PathLabels = [numbered.Label] },
                false) { DeviceLabels = devices };
        var isGeneric = fields is [{ Metric: null }] && (FieldWords.IsGeneric(LastName(fields[0].Place)) || fields[0].Place == "$");
        return new(new ProposedDecode("json")
        {
            Samples = _array?.PathBelow(_root, isRelative: false),
            Fields = fields.Count == 1 ? fields : Named(fields),
            Time = time,
            Labels = labels,
            Notes = _notes,
            PathLabels = [.. fields.SelectMany(f => PathLabels(f.Place)).Distinct(StringComparer.Ordinal)],
        }, isGeneric && !hasMetric) { DeviceLabels = devices };
    }

    /// <summary>What to say of numbers that stand in an array alone; null when there are none.</summary>
    string? Elements()
    {
        var array = Arrays(_root).FirstOrDefault(a => a.Element is { Numbers: > 0 } || a.Places.Any(place => place.Numbers > 0));
        return array is null ? null : $"its numbers are the elements of an array: `value: \"{array.PathBelow(_root, false)}[*]\"` "
            + "reads them as values of one time, and `[0]` the first alone";
    }

    /// <summary>The array whose elements are samples: one with values inside, and none of their like outside.</summary>
    static JsonNode? ArrayOfSamples(JsonNode root)
    {
        if (root.Arrays > root.Objects) return root.Element is { } element && HasValues(element) ? root : null;
        var outside = new List<JsonNode>();
        Leaves(root, outside);
        if (outside.Any(leaf => !InArray(leaf, root) && leaf.Numbers + leaf.TextNumbers > 0
            && !FieldWords.IsIdentifier(leaf.Name) && !Signs(leaf).IsTime))
            return null;
        return Arrays(root).Where(array => array.Element is { } element && HasValues(element)).MaxBy(array => array.LongestArray);
    }

    static bool HasValues(JsonNode element)
    {
        if (element is { Objects: 0, Arrays: > 0 }) return element.Places.Any(place => place.Numbers > 0);
        if (element.Objects == 0) return false;
        var inside = new List<JsonNode>();
        Leaves(element, inside);
        return inside.Any(leaf => leaf.Numbers + leaf.Booleans + leaf.TextNumbers > 0);
    }

    static IEnumerable<JsonNode> Arrays(JsonNode of) =>
        of.Members.SelectMany(member => member.Arrays > 0 ? [member] : Arrays(member));

    static bool InArray(JsonNode leaf, JsonNode root)
    {
        for (var at = leaf.Parent; at is not null && at != root; at = at.Parent)
            if (at.Arrays > 0) return true;
        return false;
    }

    static void Leaves(JsonNode of, List<JsonNode> to)
    {
        foreach (var member in of.Members)
        {
            if (member.IsLeaf) to.Add(member);
            if (member.Objects > 0) Leaves(member, to);
            if (member is { Arrays: > 0, Element.Objects: > 0, LongestArray: <= 4 }) Leaves(member.Element, to);
        }
    }

    ProposedTime? Time(out HashSet<JsonNode> times)
    {
        times = [];
        var candidates = new List<Candidate>();
        foreach (var leaf in _leaves)
        {
            var isNamed = FieldWords.IsTime(leaf.Name);
            var signs = Signs(leaf);
            if (!signs.IsTime || !isNamed && !signs.IsNear)
            {
                if (!isNamed || signs.Unreadable is not { } text) continue;
                times.Add(leaf);
                Note($"{Path(leaf)} is a time that is not read (\"{text}\"): if it has a day and a month, their order is not guessed. "
                    + "Times are those of the arrival");
                continue;
            }

            times.Add(leaf);
            if (signs.LocalTime is { } local) Note($"{Path(leaf)} is not taken for the time: {local}. Times are those of the arrival");
            else candidates.Add(new(leaf, signs, isNamed));
        }

        if (candidates.Count == 0 && _array is not null && OuterTime() is { } outer) candidates.Add(new(outer, Signs(outer), true));
        var best = candidates.OrderByDescending(c => (c.IsNamed ? 2 : 0) + (c.Signs.IsNear ? 2 : 0) + (IsEverywhere(c.Leaf) ? 1 : 0))
            .ThenBy(c => Path(c.Leaf).Length).FirstOrDefault();
        if (best is null) return null;
        foreach (var other in candidates)
            if (other.Leaf != best.Leaf) Note($"{Path(other.Leaf)} is a time, too");
        return new(Path(best.Leaf), best.Signs.Unit!, best.Signs.Why)
        {
            IsOptional = !IsOuter(best.Leaf) && !IsEverywhere(best.Leaf), HasUnset = best.Signs.HasUnset,
        };
    }

    JsonNode? OuterTime()
    {
        var outside = new List<JsonNode>();
        Leaves(_root, outside);
        return outside.FirstOrDefault(leaf => !InArray(leaf, _root) && FieldWords.IsTime(leaf.Name)
            && Signs(leaf) is { IsTime: true, LocalTime: null });
    }

    bool IsOuter(JsonNode leaf) => _array is not null && _array != _root && !InArray(leaf, _root);

    ProposedField? Field(JsonNode leaf)
    {
        var place = Path(leaf);
        var words = leaf.Words.Where(word => !FieldWords.NoValue.Contains(word) && word.Length > 0).ToList();
        var states = leaf.Booleans + leaf.Texts > 0 ? FieldWords.StatesOf(words) : [];
        if (leaf.Numbers + leaf.Booleans == 0 && states.Count == 0)
        {
            if (IsLabel(leaf) || IsBytes(leaf, words)) return null;
            if (leaf.TextNumbers > 0 && words.All(word => UnitNumber.TryRead(word, out _, out _)))
                return new(place, ColumnName(leaf))
                {
                    IsOptional = !IsEverywhere(leaf), Unit = FieldWords.UnitOf(leaf.Name), Seen = $"a number in quotes, \"{words[0]}\"",
                };
            if (words.Count > 0 && words.All(word => UnitNumber.TryRead(word, out _, out _) || PayloadKinds.IsAmbiguous(word)))
                Note($"{place} is a number in quotes with a comma before three digits (\"{words.First(PayloadKinds.IsAmbiguous)}\"): "
                    + "`decimal` says what it is");
            else if (words.Count is > 0 and <= 4)
                Note($"{place} is text ({string.Join(", ", words.Select(w => $"\"{w}\""))}): `states` could make numbers of it");
            return null;
        }

        if (FieldWords.IsIdentifier(leaf.Name) && leaf.Booleans == 0)
        {
            Note($"{place} looks like an identifier or a counter of messages: not proposed");
            return null;
        }

        if (_array is not null && FieldWords.IsQuality(leaf.Name) && leaf.Numbers == 0) return null;
        return new(place, ColumnName(leaf))
        {
            IsOptional = !IsEverywhere(leaf),
            States = states,
            Unit = FieldWords.UnitOf(leaf.Name),
            Seen = leaf.Numbers == 0 ? leaf.Booleans > 0 ? "true and false" : $"words such as \"{words[0]}\""
                : leaf.Low == leaf.High ? Text(leaf.Low) : $"{Text(leaf.Low)} to {Text(leaf.High)}",
        };
    }

    /// <summary>Whether a text is what a LoRaWAN device sent, which stands beside its port.</summary>
    bool IsBytes(JsonNode leaf, List<string> words)
    {
        if (leaf.Name is not ("data" or "frm_payload" or "payload_raw") || words.Count == 0
            || !leaf.Parent!.Members.Any(m => m.Name.Replace("_", "", StringComparison.Ordinal).Equals("fport",
                StringComparison.OrdinalIgnoreCase))) return false;
        Note($"{Path(leaf)} is what the device itself sent (\"{words[0]}\"): `format: lorawan` reads it, by port, with the codec or the "
            + "places of values from its data sheet");
        return true;
    }

    /// <summary>The name of a place in a row, when an array of names as long stands beside the rows.</summary>
    string? ColumnName(JsonNode leaf)
    {
        var at = _sample.Places.IndexOf(leaf);
        var names = at < 0 ? null
            : Arrays(_root).FirstOrDefault(a => a.Places.Count == _sample.Places.Count && a.Places.All(p => p.Texts > 0));
        return names?.Places[at].Words is { Count: 1 } word ? word.First() : null;
    }

    (List<KeyValuePair<string, string>> Labels, List<KeyValuePair<string, string>> Devices, bool HasMetric) Labels(
        List<ProposedField> fields)
    {
        var labels = new List<KeyValuePair<string, string>>();
        var devices = new List<KeyValuePair<string, string>>();
        var hasMetric = false;
        if (_array is not null)
        {
            foreach (var leaf in _leaves)
            {
                if (!IsEverywhere(leaf) || IsNoText(leaf)) continue;
                if (leaf.Booleans > 0 && FieldWords.IsQuality(leaf.Name))
                {
                    labels.Add(new(leaf.Name, Path(leaf)));
                    Note($"{Path(leaf)} says how good a value is: a stage `keep: {{ {leaf.Name}: \"true\" }}` drops the others");
                }
                else if (leaf.Texts == 0) continue;
                else if (FieldWords.IsUnit(leaf.Name)) labels.Add(new("unit", Path(leaf)));
                else if (fields.Count == 1 && !hasMetric && FieldWords.IsMetric(leaf.Name)
                    && FieldWords.IsGeneric(LastName(fields[0].Place)))
                {
                    hasMetric = true;
                    labels.Add(new("metric", Path(leaf)));
                }
                else if (FieldWords.IsDevice(leaf.Name) && labels.All(l => l.Key != "device")) labels.Add(new("device", Path(leaf)));
            }

            foreach (var leaf in Outer())
                if (FieldWords.IsGateway(leaf.Name) && labels.All(l => l.Key != "gateway"))
                    labels.Add(new("gateway", leaf.PathBelow(_root, false)));
        }
        else
        {
            foreach (var leaf in _leaves)
            {
                if (!IsEverywhere(leaf) || leaf.Parent != _sample || IsNoText(leaf)) continue;
                if (FieldWords.IsUnit(leaf.Name) && leaf.Texts > 0 && fields.Count == 1) labels.Add(new("unit", Path(leaf)));
                else if (devices.Count == 0 && FieldWords.IsDevice(leaf.Name) && (leaf.Texts > 0 || FieldWords.IsIdentifier(leaf.Name)))
                    devices.Add(new("device", Path(leaf)));
                else if (FieldWords.IsGateway(leaf.Name) && leaf.Texts > 0 && devices.All(d => d.Key != "gateway"))
                    devices.Add(new("gateway", Path(leaf)));
            }
        }

        return (labels, devices, hasMetric);
    }

    static bool IsNoText(JsonNode leaf) => leaf.Words.Any(word => word.Contains('\uFFFD', StringComparison.Ordinal));

    IEnumerable<JsonNode> Outer()
    {
        var outside = new List<JsonNode>();
        Leaves(_root, outside);
        return outside.Where(leaf => !InArray(leaf, _root) && leaf.Texts > 0 && leaf.Present == _root.Present);
    }

    /// <summary>Names of their own for fields whose last names are equal: with that of the object they stand in.</summary>
    List<ProposedField> Named(List<ProposedField> fields)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var counts = fields.GroupBy(field => LastName(field.Place)).ToDictionary(g => g.Key, g => g.Count());
        return [.. fields.Select(field =>
        {
            var name = LastName(field.Place);
            if (name.Length == 0) name = "value";
            if (field.Metric is { } given && names.Add(given) || counts[LastName(field.Place)] == 1 && names.Add(name)) return field;
            var steps = field.Place.Split('.', '[', ']').Select(s => s.Trim('\'', '$')).Where(s => s.Length > 0);
            name = string.Join('_', steps.TakeLast(2));
            while (!names.Add(name)) name += "_";
            return field with { Metric = name };
        })];
    }

    bool IsLabel(JsonNode leaf) => FieldWords.IsDevice(leaf.Name) || FieldWords.IsGateway(leaf.Name) || FieldWords.IsUnit(leaf.Name)
        || FieldWords.IsMetric(leaf.Name) || FieldWords.IsTime(leaf.Name);

    bool IsEverywhere(JsonNode leaf)
    {
        for (var at = leaf; at != _sample; at = at.Parent!)
            if (at.Nulls > 0 || at.Present < (at.Parent == _sample ? _sample.Present : at.Parent!.Present)) return false;
        return true;
    }

    string Path(JsonNode leaf) => IsOuter(leaf) ? leaf.PathBelow(_root, false)
        : leaf.PathBelow(_sample, isRelative: _array is not null && _sample.Objects > 0);

    static TimeSigns Signs(JsonNode leaf)
    {
        var signs = new TimeSigns();
        foreach (var instant in leaf.Instants) instant.Tell(signs);
        return signs;
    }

    static IEnumerable<string> PathLabels(string path) => JsonPath.TryParse(path, out var parsed, out _) ? parsed!.Labels : [];

    /// <summary>The last name of a path, as the configuration takes it for a metric.</summary>
    public static string LastName(string path) =>
        JsonPath.TryParse(path, out var parsed, out _) ? parsed!.LastName ?? "" : "";

    void Note(string text)
    {
        if (_notes.Count < MostNotes && !_notes.Contains(text)) _notes.Add(text);
    }

    static string Text(double number) => number.ToString("G6", CultureInfo.InvariantCulture);

    sealed class Candidate(JsonNode leaf, TimeSigns signs, bool isNamed)
    {
        public JsonNode Leaf => leaf;

        public TimeSigns Signs => signs;

        public bool IsNamed => isNamed;
    }
}
