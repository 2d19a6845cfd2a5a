using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration.Binding;

/// <summary>Binds nodes to specs: known keys, kinds, counts; then each component's own check and settings.</summary>
/// <remarks>Goes on after a finding, so that one run shows all of them;
/// a refused value is bound as null and later checks pass over it.</remarks>
/// <param name="references">Resolves references in texts.</param>
/// <param name="findings">Where findings go.</param>
/// <param name="groups">The group of components that a <see cref="FieldSpec.Group"/> names; null when no spec in use names one.</param>
sealed class SpecBinder(References references, FindingList findings, Func<string, ComponentGroup>? groups = null)
{
    readonly ScalarBinder _scalars = new(references, findings);
    readonly List<KeyRename> _renames = [];

    /// <summary>Keys that were written under a former name.</summary>
    public IReadOnlyList<KeyRename> Renames => _renames;

    /// <summary>Binds the root of a file.</summary>
    public SpecValues Root(ComponentSpec spec, ConfigNode node) =>
        Component(spec, node, "", "", node.At) ?? new SpecValues(spec, "", "", node.At);

    SpecValue Value(FieldSpec spec, ConfigNode node, string name, string path, TextMark keyAt)
    {
        switch (node)
        {
            case RefusedNode:
                return new(spec, path, node.At, keyAt, null, null);
            case ScalarNode { IsNull: false } when spec is { Type: FieldType.List, Single: true }:
                return new(spec, path, node.At, keyAt, new[] { Value(spec.Item!, node, "", path, node.At) }, null);
            case ScalarNode word when spec.Word is { } known && word.Text == known:
                return new(spec, path, node.At, keyAt, known, word.Text);
            case ScalarNode { IsNull: false } when spec is { Type: FieldType.Component, Short: { } key, Component: { } nested }:
                var values = new SpecValues(nested, name, path, keyAt);
                values.Set(key, Value(nested.Field(key)!, node, "", path, keyAt));
                return new(spec, path, node.At, keyAt, Finish(values), null);
            case ScalarNode { IsNull: true } none:
                _scalars.NoValue(spec, none, path, keyAt);
                return new(spec, path, node.At, keyAt, null, null);
        }

        object? bound = spec.Type switch
        {
            FieldType.List => node is ListNode list ? List(spec, list, path, keyAt) : WrongKind(spec, node, path),
            FieldType.Map => node is MapNode map ? Map(spec, map, path, keyAt) : WrongKind(spec, node, path),
            FieldType.Component => Component(spec.Component!, node, name, path, keyAt),
            FieldType.OneOf => Member(spec, node, name, path, keyAt),
            _ => node is ScalarNode scalar ? _scalars.Bind(spec, scalar, path, keyAt) : WrongKind(spec, node, path),
        };
        return bound as SpecValue ?? new SpecValue(spec, path, node.At, keyAt, bound, null);
    }

    SpecValues? Component(ComponentSpec spec, ConfigNode node, string name, string path, TextMark keyAt, string? selector = null)
    {
        if (spec.Body is { } body)
        {
            var whole = new SpecValues(spec, name, path, keyAt);
            whole.Set("", Value(body, node, name, path, keyAt));
            return Finish(whole);
        }

        if (node is not MapNode map)
        {
            findings.Add(FindingCodes.WrongKind, node.At, path,
                $"{Kind(node)}; expected keys with values. Write the keys of `{spec.Name}` here.");
            return null;
        }

        var values = new SpecValues(spec, name, path, keyAt);
        var misspelt = new HashSet<string>();
        foreach (var (key, value) in map.Entries)
        {
            if (key.Text == selector) continue;
            var at = Paths.Join(path, key.Text);
            if (spec.Field(key.Text) is { } field) values.Set(key.Text, Value(field, value, key.Text, at, key.At));
            else if (spec.Fields.FirstOrDefault(f => f.Formerly?.Name == key.Text) is { } renamed) Renamed(values, renamed, key, value,
                map, at);
            else if (!findings.IsFull)
            {
                var (hint, near) = Suggest(spec, map, key.Text);
                if (near is not null) misspelt.Add(near);
                findings.Add(FindingCodes.UnknownKey, key.At, at, $"unknown key. {hint}");
            }
        }

        return Finish(values, misspelt);
    }

    /// <summary>Binds a key under its former name.</summary>
    void Renamed(SpecValues values, FieldSpec field, ScalarNode key, ConfigNode value, MapNode map, string path)
    {
        var former = field.Formerly!;
        if (map.Entries.Any(e => e.Key.Text == field.Name))
        {
            findings.Add(FindingCodes.DuplicateKey, key.At, path, $"the former name of `{field.Name}`, which is given, too. Remove one.");
            return;
        }

        findings.Add(FindingCodes.FormerName, key.At, path, $"called `{field.Name}` since {former.Since}, and refused under this name from "
            + $"{former.Until} on. Rename it; `edge-agent config upgrade` does.");
        _renames.Add(new(key.At, key.Text, field.Name));
        values.Set(field.Name, Value(field, value, field.Name, path, key.At));
    }

    /// <summary>What to do about an unknown key, and the known one it is probably meant to be.</summary>
    static (string Hint, string? Near) Suggest(ComponentSpec spec, MapNode map, string key)
    {
        var free = spec.Fields.Select(f => f.Name).Where(f => !map.Entries.Any(e => e.Key.Text == f)).ToArray();
        if (Nearest.Find(key, free) is { } near) return ($"Did you mean `{near}`?", near);
        if (Nearest.Find(key, spec.Fields.Select(f => f.Name)) is { } given)
            return ($"Did you mean `{given}`? That is already given; remove one.", null);
        return (free.Length is > 0 and <= 12 ? $"Known: {string.Join(", ", free.Order(StringComparer.Ordinal))}." : "Remove it.", null);
    }

    SpecValues Finish(SpecValues values, HashSet<string>? misspelt = null)
    {
        var complete = values.Written.All(v => v.IsGood);
        foreach (var field in values.Spec.Fields)
        {
            if (!field.Required || values.Has(field.Name)) continue;
            complete = false;
            if (misspelt?.Contains(field.Name) == true) continue;
            findings.Add(FindingCodes.MissingKey, values.At, Paths.Join(values.Path, field.Name),
                $"this key is missing. Give {ScalarBinder.Expected(field)}.");
        }

        var errors = findings.Errors;
        values.Spec.Check?.Invoke(values, findings);
        if (complete && findings.Errors == errors) values.Settings = values.Spec.Build(values);
        return values;
    }

    SpecValues? Member(FieldSpec spec, ConfigNode node, string name, string path, TextMark keyAt)
    {
        var group = groups!(spec.Group!);
        if (node is not MapNode map || map.Entries.Count == 0)
        {
            findings.Add(FindingCodes.WrongKind, node.At, path, $"{Kind(node)}; expected the keys of one {group.Name}. "
                + $"{(group.Selector is { } s ? $"Give `{s}` and its keys." : $"Write the {group.Name}'s name, a colon and its keys.")}");
            return null;
        }

        return group.Selector is { } selector ? Selected(group, selector, map, name, path, keyAt) : Keyed(group, map, name, path);
    }

    SpecValues? Selected(ComponentGroup group, string selector, MapNode map, string name, string path, TextMark keyAt)
    {
        var entry = map.Entries.FirstOrDefault(e => e.Key.Text == selector);
        var (chosen, at) = (group.Fallback, keyAt);
        if (entry.Key is not null)
        {
            if (entry.Value is RefusedNode) return null;
            if (entry.Value is not ScalarNode scalar)
            {
                findings.Add(FindingCodes.WrongKind, entry.Value.At, Paths.Join(path, selector),
                    $"{Kind(entry.Value)}; expected one of {Names(group)}. Write one name after the colon.");
                return null;
            }

            (chosen, at) = (scalar.Text, scalar.At);
        }
        else if (chosen is null)
        {
            findings.Add(FindingCodes.MissingKey, keyAt, Paths.Join(path, selector), $"this key is missing. Give one of {Names(group)}.");
            return null;
        }

        if (group.Find(chosen!) is { } member) return Component(member, map, name, path, keyAt, selector);
        findings.Add(FindingCodes.UnknownType, at, Paths.Join(path, selector),
            $"no {group.Name} has the {selector} `{Nearest.Cut(chosen!)}`.{Nearest.Hint(chosen!, group.Members.Select(m => m.Name))}");
        return null;
    }

    SpecValues? Keyed(ComponentGroup group, MapNode map, string name, string path)
    {
        var (key, body) = map.Entries[0];
        if (map.Entries.Count > 1)
        {
            var second = map.Entries[1].Key;
            findings.Add(FindingCodes.WrongKind, second.At, path, $"more than one {group.Name} in one entry, or keys that are not indented "
                + $"below `{Nearest.Cut(key.Text)}`. Begin each {group.Name} with `- ` and indent its keys below it.");
            return null;
        }

        if (group.Find(key.Text) is not { } member)
        {
            findings.Add(FindingCodes.UnknownType, key.At, path,
                $"no {group.Name} has the name `{Nearest.Cut(key.Text)}`.{Nearest.Hint(key.Text, group.Members.Select(m => m.Name))}");
            return null;
        }

        var at = Paths.Join(path, key.Text);
        if (body is RefusedNode) return null;
        if (body is not ScalarNode { IsNull: true }) return Component(member, body, name, at, key.At);
        findings.Add(FindingCodes.NoValue, key.At, at, $"no value. Give the keys of `{member.Name}`, or remove the {group.Name}.");
        return null;
    }

    List<SpecValue> List(FieldSpec spec, ListNode list, string path, TextMark keyAt)
    {
        CheckCount(spec, list.Items.Count, path, keyAt);
        var items = new List<SpecValue>(list.Items.Count);
        var seen = spec.Distinct ? new HashSet<object>() : null;
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in list.Items)
        {
            var item = Value(spec.Item!, node, MemberName(spec, node, names), $"{path}[{items.Count}]", node.At);
            if (seen is not null && item.Value is { } value && !seen.Add(value))
                findings.Add(FindingCodes.BadCount, item.At, item.Path,
                    $"`{Nearest.Cut(item.Written ?? "")}` stands in the list twice. Remove one.");
            items.Add(item);
        }

        return items;
    }

    /// <summary>The name of a keyed member in a list: its key, then <c>key-2</c>, <c>key-3</c> and so on.</summary>
    static string MemberName(FieldSpec spec, ConfigNode node, Dictionary<string, int> names)
    {
        if (spec.Item!.Type != FieldType.OneOf || node is not MapNode { Entries: [var only] }) return "";
        var count = names[only.Key.Text] = names.GetValueOrDefault(only.Key.Text) + 1;
        return count == 1 ? only.Key.Text : $"{only.Key.Text}-{count}";
    }

    List<KeyValuePair<string, SpecValue>> Map(FieldSpec spec, MapNode map, string path, TextMark keyAt)
    {
        CheckCount(spec, map.Entries.Count, path, keyAt);
        var entries = new List<KeyValuePair<string, SpecValue>>(map.Entries.Count);
        foreach (var (key, node) in map.Entries)
        {
            var at = Paths.Join(path, key.Text);
            var failure = spec.Keys switch
            {
                FieldType.Name => Words.Name(key.Text),
                FieldType.Label or FieldType.NewLabel => Words.Label(key.Text),
                _ => key.Text.Length == 0 && !spec.MayBeEmpty ? new(0, "the key is empty") : null,
            };
            var value = Value(spec.Item!, node, key.Text, at, key.At);
            if (failure is { } wrong)
            {
                findings.Add(FindingCodes.BadText, new(key.At.Line, key.At.Column + (key.IsPlain ? 0 : 1) + wrong.Offset), at,
                    $"`{Nearest.Cut(key.Text)}`: {wrong.Message}. Rename it.");
                value = value with { Value = null };
            }

            entries.Add(new(key.Text, value));
        }

        return entries;
    }

    void CheckCount(FieldSpec spec, int count, string path, TextMark keyAt)
    {
        if (count < spec.MinCount)
            findings.Add(FindingCodes.BadCount, keyAt, path, $"{(count == 0 ? "empty" : $"{count} entries")}; "
                + $"at least {spec.MinCount} expected. Add one, or remove the key where it may be left out.");
        else if (count > spec.MaxCount)
            findings.Add(FindingCodes.BadCount, keyAt, path, $"{count} entries; at most {spec.MaxCount} are allowed. Remove some.");
    }

    object? WrongKind(FieldSpec spec, ConfigNode node, string path)
    {
        findings.Add(FindingCodes.WrongKind, node.At, path, $"{Kind(node)}; expected {ScalarBinder.Expected(spec)}. {Form(spec)}");
        return null;
    }

    static string Form(FieldSpec spec) => spec switch
    {
        { Type: FieldType.List } => "Write `- ` before each entry, or brackets around them.",
        { Type: FieldType.Map } => "Write a name, a colon and its value, a line each.",
        _ => "Write a single value after the colon.",
    };

    static string Names(ComponentGroup group) => string.Join(", ", group.Members.Select(m => m.Name));

    static string Kind(ConfigNode node) => node switch
    {
        ListNode => "a list",
        MapNode { Entries.Count: 0 } => "an empty set of keys",
        MapNode => "keys with values",
        _ => "a single value",
    };
}
