using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Formats.Documents;

/// <summary>The paths of a format's settings, compiled: groups of fields, and where their time and labels are.</summary>
sealed class DocumentPlan
{
    static readonly JsonPath.Step Elements = new("", 0, "") { IsBare = false };

    /// <summary>Compiles checked settings.</summary>
    /// <exception cref="ArgumentException">A path does not parse.</exception>
    public DocumentPlan(DocumentFormatSettings settings)
    {
        var samples = settings.Samples is null ? null : Parse(settings.Samples);
        List<JsonPath.Step> outer = samples is null ? [] : [.. samples.Steps];
        var impliesElements = samples is not null && (outer.Count == 0 || !outer[^1].IsWild);
        if (impliesElements) outer.Add(Elements);
        Columns = settings.Columns is null ? null : PathStep.All(Parse(settings.Columns).Steps);

        var places = 0;
        var fields = new List<FieldPlace>();
        foreach (var field in settings.Fields)
        {
            var path = Parse(field.Path);
            var place = places++;
            fields.Add(new(field, place, settings.AllFields ? null : path.LastName));
            List<JsonPath.Step> whole = [.. path.IsDocument ? [] : outer, .. path.Steps];
            var wild = settings.AllFields ? outer.Count - 1 : whole.FindLastIndex(s => s.IsWild);
            var isElement = samples is not null && !path.IsDocument && wild == outer.Count - 1;
            var group = GroupOf(whole.Take(wild + 1).ToList(), isElement ? settings.Samples! : field.Path,
                skipsEmpty: wild >= 0 && !(isElement && impliesElements), impliesElements && !path.IsDocument ? outer.Count - 1 : -1);
            group.Fields.Add((place, PathStep.All(whole.Skip(wild + 1))));
            group.IsOptional &= field.Optional && !isElement;
        }

        var labels = new List<LabelPlace>();
        foreach (var group in Groups)
        {
            var level = 0;
            foreach (var step in group.Prefix)
            {
                if (!step.IsWild) continue;
                if (step.Label is { } label)
                {
                    var known = labels.FindIndex(l => l.Name == label);
                    if (known < 0)
                    {
                        known = labels.Count;
                        labels.Add(new(label, $"{{{label}}}", places++, Optional: true));
                    }

                    group.Captures.Add((labels[known].Place, level));
                }

                level++;
            }
        }

        foreach (var label in settings.LabelPaths)
        {
            labels.Add(new(label.Name, label.Path, places, label.Optional, label.Default));
            AddOther(places++, Parse(label.Path), samples, outer);
        }

        if (settings.AllFields)
        {
            AllPlace = places++;
            labels.Add(new(LabelSet.Metric, "fields: all", AllPlace));
        }

        TimePlace? time = null;
        if (settings.Time is { } meant)
        {
            time = new(meant, places, meant.Rate is null ? -1 : places + 1, meant.Date is null ? -1
                : places + (meant.Rate is null ? 1 : 2));
            AddOther(places++, Parse(meant.Path), samples, outer);
            if (meant.Rate is { } rate) AddOther(places++, Parse(rate), samples, outer);
            if (meant.Date is { } date) AddOther(places++, Parse(date), samples, outer);
        }

        PlaceCount = places;
        Layout = new SampleLayout { Fields = fields, Time = time, Labels = labels, Text = settings.Text, NamePlace = AllPlace };
    }

    /// <summary>What stands at which place.</summary>
    public SampleLayout Layout { get; }

    /// <summary>How many places there are.</summary>
    public int PlaceCount { get; }

    /// <summary>The groups, in the order of the fields.</summary>
    public List<FieldGroup> Groups { get; } = [];

    /// <summary>The place of the metric that a number's path is; -1 when fields have paths of their own.</summary>
    public int AllPlace { get; } = -1;

    /// <summary>The array that names the positions of rows, or null.</summary>
    public PathStep[]? Columns { get; }

    /// <summary>What is wrong with a path beside the others, in words; null when nothing is.</summary>
    public static string? Failure(string other, IEnumerable<string> fields, string? samples)
    {
        if (!JsonPath.TryParse(other, out var path, out _) || !path!.HasWildcards) return null;
        List<JsonPath.Step> outer = [];
        if (samples is not null && JsonPath.TryParse(samples, out var parsed, out _)) outer = [.. parsed!.Steps];
        if (samples is not null && (outer.Count == 0 || !outer[^1].IsWild)) outer.Add(Elements);
        foreach (var text in fields)
        {
            if (!JsonPath.TryParse(text, out var field, out _)) continue;
            List<JsonPath.Step> whole = [.. field!.IsDocument ? [] : outer, .. field.Steps];
            var prefix = whole.Take(whole.FindLastIndex(s => s.IsWild) + 1).ToList();
            if (Candidates(path, samples is not null, outer).All(c => Lookup.Of(c, prefix) is null))
                return $"it has a wildcard that `{text}` does not have, so which value is meant is not known";
        }

        return null;
    }

    FieldGroup GroupOf(List<JsonPath.Step> prefix, string subject, bool skipsEmpty, int arrayStep)
    {
        if (Groups.Find(g => g.Prefix.SequenceEqual(prefix)) is { } known) return known;
        var before = new List<PathStep[]>();
        var wild = new List<PathStep>();
        var start = 0;
        for (var i = 0; i < prefix.Count; i++)
        {
            if (!prefix[i].IsWild) continue;
            before.Add(PathStep.All(prefix.Skip(start).Take(i - start)));
            wild.Add(new(prefix[i]) { IsOfArray = i == arrayStep });
            start = i + 1;
        }

        var group = new FieldGroup
        {
            Prefix = prefix, Before = [.. before], Wild = [.. wild], SkipsEmpty = skipsEmpty, Subject = subject,
            SamplesKey = arrayStep >= 0 ? SampleLayout.SamplesKey + subject : null,
        };
        Groups.Add(group);
        return group;
    }

    void AddOther(int place, JsonPath path, JsonPath? samples, List<JsonPath.Step> outer)
    {
        foreach (var group in Groups)
            group.Others.Add((place,
                [.. Candidates(path, samples is not null, outer).Select(c => Lookup.Of(c, group.Prefix)).OfType<Lookup>()]));
    }

    /// <summary>Where a time or label may be: in the sample, or, when it starts at <c>$</c>, else in the document.</summary>
    static IEnumerable<IReadOnlyList<JsonPath.Step>> Candidates(JsonPath path, bool hasSamples, List<JsonPath.Step> outer)
    {
        if (hasSamples && !path.IsDocument) yield return [.. outer, .. path.Steps];
        if (!hasSamples || !path.IsRelative) yield return path.Steps;
    }

    static JsonPath Parse(string text) => JsonPath.TryParse(text, out var path, out var failure)
        ? path!
        : throw new ArgumentException($"{text}:{failure.Offset + 1}: {failure.Message}");
}
