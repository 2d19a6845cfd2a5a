using System.Globalization;

namespace EdgeAgent.Core.Formats.Documents;

/// <summary>Reads documents of any encoding by paths with wildcards: each match of a group of fields is a sample.</summary>
/// <remarks>
/// A payload is one document or several, one after the other. A document is held as a whole (<see cref="Document.MaxNodes"/>) while its
/// samples are taken; of several members of one name the last counts. Texts that hold documents are unfolded.
/// </remarks>
sealed class DocumentReader : FormatReader
{
    const int IndexBytes = 20;
    const int MaxWild = 64;
    const int MetricStart = IndexBytes * MaxWild;

    readonly DocumentPlan _plan;
    readonly DocumentParser _parser;
    readonly Document _document = new();
    readonly FieldGroup[] _groups;
    readonly int[] _parents = new int[MaxWild];
    readonly int[] _children = new int[MaxWild];
    readonly int[] _indexes = new int[MaxWild];
    readonly NumberWalk? _all;
    readonly PlainMembers? _plain;
    byte[] _unfolded = new byte[256];
    byte[] _name = new byte[64];
    byte[] _own = new byte[MetricStart + 256];
    int _unfoldedLength = -1;
    int _at;
    int _group = -1;
    int _columns;
    long _documents;
    bool _isStarted;
    bool _isMatched;
    bool _isFound;

    /// <summary>A reader for checked settings.</summary>
    public DocumentReader(DocumentFormatSettings settings, DocumentParser parser)
    {
        _plan = new DocumentPlan(settings);
        _parser = parser;
        _groups = [.. _plan.Groups];
        Places = new PayloadValue[_plan.PlaceCount];
        _plain = PlainMembers.Of(_plan);
        if (_plan.AllPlace >= 0) _all = new NumberWalk(_document, parser);
    }

    /// <inheritdoc/>
    public override SampleLayout Layout => _plan.Layout;

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> OwnText => _own;

    /// <inheritdoc/>
    public override int Unescape(ReadOnlySpan<byte> text, Span<byte> target) => _parser.Unescape(text, target);

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!cursor.HasMore)
        {
            (_at, _group) = (0, -1);
            _all?.Stop();
        }

        while (true)
        {
            if (_group < 0)
            {
                if (cursor.HasMore && _at >= payload.Length || !TryDocument(payload, ref cursor)) return cursor.HasMore = false;
                if (_plain is not null && _unfoldedLength < 0 && _plain.TryFill(_document, payload, Places))
                {
                    _group = -1;
                    (cursor.HasMore, cursor.SampleIndex) = (_at < payload.Length, 0);
                    return true;
                }

                Forget();
                if (_plan.Columns is { } columns) _columns = Walk(0, columns, cursor.IsReplaced ? cursor.Replacement : payload);
                cursor.HasMore = true;
            }

            var text = _unfoldedLength >= 0 ? _unfolded.AsSpan(0, _unfoldedLength) : payload;
            var group = _groups[_group];
            if (TryNext(group, text))
            {
                if (!Fill(group, text)) continue;
                // The one sample of a plain document needs no second call.
                cursor.HasMore = _unfoldedLength >= 0 || _groups.Length > 1 || group.Wild.Length > 0 || _all is not null
                    || _at < payload.Length;
                cursor.SampleIndex = group.Wild.Length == 0 ? 0 : _indexes[group.Wild.Length - 1];
                return true;
            }

            var failure = Missing(group);
            _group = _group + 1 < _groups.Length ? _group + 1 : -1;
            (_isStarted, _isMatched, _isFound) = (false, false, false);
            if (failure != BadReason.None)
                return cursor.Fail(failure, failure == BadReason.WrongType ? group.SamplesKey ?? group.Subject : group.Subject);
        }
    }

    bool TryDocument(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!_parser.TryRead(payload, ref _at, _document, ref cursor)) return false;
        (_unfoldedLength, cursor.IsReplaced) = (-1, false);
        if (_parser.TryUnfold(payload[.._at], _document, ref _unfolded, out var length))
        {
            var at = 0;
            if (!_parser.TryRead(_unfolded.AsSpan(0, length), ref at, _document, ref cursor)) return false;
            _unfoldedLength = length;
            cursor.IsReplaced = true;
            cursor.Replacement = _unfolded.AsSpan(0, length);
        }

        (_group, _isStarted, _isMatched, _isFound, _columns) = (0, false, false, false, -1);
        return true;
    }

    /// <summary>Forgets where things stood in the last document.</summary>
    void Forget()
    {
        _documents++;
        foreach (var group in _groups)
            foreach (var (_, tries) in group.Others)
                foreach (var lookup in tries) lookup.Forget();
    }

    /// <summary>What is wrong when a group has no more matches.</summary>
    BadReason Missing(FieldGroup group)
    {
        if (group.Wild.Length == 0 || _isFound || group.IsOptional) return BadReason.None;
        if (_isMatched) return group.SkipsEmpty ? BadReason.NoField : BadReason.None;
        var parent = _parents[0];
        if (parent < 0 || _document[parent].Value.Kind == ValueKind.Null) return BadReason.NoField;
        return group.Wild[0].IsOfArray && _document[parent].Value.Kind != ValueKind.Array || !_document.IsContainer(parent)
            ? BadReason.WrongType
            : BadReason.None;
    }

    bool TryNext(FieldGroup group, ReadOnlySpan<byte> text)
    {
        if (_all is { IsWalking: true }) return true;
        var levels = group.Wild.Length;
        var level = levels - 1;
        if (!_isStarted)
        {
            _isStarted = true;
            if (levels == 0) return _isMatched = true;
            level = 0;
            Enter(level, Walk(0, group.Before[0], text));
        }

        while (level >= 0)
        {
            if (!TryChild(level, group.Wild[level], text))
            {
                level--;
                continue;
            }

            if (level == levels - 1) return _isMatched = true;
            level++;
            Enter(level, Walk(_children[level - 1], group.Before[level], text));
        }

        return false;
    }

    void Enter(int level, int parent) => (_parents[level], _children[level], _indexes[level]) = (parent, -1, -1);

    bool TryChild(int level, PathStep wild, ReadOnlySpan<byte> text)
    {
        var parent = _parents[level];
        if (parent < 0 || wild.IsOfArray && _document[parent].Value.Kind != ValueKind.Array) return false;
        while (true)
        {
            var child = _indexes[level] < 0 ? _document.FirstIn(parent) : _document.NextIn(parent, _children[level]);
            if (child < 0) return false;
            _children[level] = child;
            _indexes[level]++;
            if (wild.Name!.Length + wild.Suffix!.Length == 0) return true;
            var name = NameOf(child, text);
            if (name.Length > wild.Name.Length + wild.Suffix.Length && name.StartsWith(wild.Name)
                && name.EndsWith(wild.Suffix)) return true;
        }
    }

    /// <summary>Takes the sample of a match; false when there is none in it.</summary>
    bool Fill(FieldGroup group, ReadOnlySpan<byte> text)
    {
        var match = group.Wild.Length == 0 ? 0 : _children[group.Wild.Length - 1];
        if (_all is { IsWalking: true }) return NextNumber(text);
        var isFound = false;
        if (_groups.Length > 1)
            foreach (ref var place in Places.AsSpan()) place.Kind = ValueKind.NotAsked;
        foreach (var (place, steps) in group.Fields)
        {
            var node = Walk(match, steps, text);
            Take(place, node);
            isFound |= node >= 0;
        }

        if (group.SkipsEmpty && !isFound) return false;
        _isFound |= isFound;
        _all?.Start(match);
        foreach (var (place, level) in group.Captures) Capture(place, level, group.Wild[level], text);
        foreach (var (place, tries) in group.Others)
        {
            var node = -1;
            foreach (var lookup in tries)
            {
                if ((node = Find(lookup, text)) < 0) continue;
                if (Note is null && lookup != tries[0]) NoteOuter(place);
                break;
            }

            Take(place, node);
            _all?.Exclude(node);
        }

        return _all is null || NextNumber(text);
    }

    bool NextNumber(ReadOnlySpan<byte> text)
    {
        var node = _all!.Next(text, ref _own, MetricStart, out var length);
        if (Note is null && _all.TextPath is { } path)
            Note = $"`fields: all` reads no texts, and `{path}` is a number in one. Name it under `fields` to have it.";
        if (node < 0) return false;
        Take(_groups[_group].Fields[0].Place, node);
        Places[_plan.AllPlace].Set(MetricStart, MetricStart + length, ValueKind.OwnString);
        return true;
    }

    int Find(Lookup lookup, ReadOnlySpan<byte> text)
    {
        var from = lookup.Level < 0 ? 0 : _children[lookup.Level];
        if (lookup.Found.From != from) lookup.Found = (from, Walk(from, lookup.Steps, text));
        var node = lookup.Found.Node;
        return node < 0 || lookup.After is not { } after ? node : Walk(Beside(lookup, node, _indexes[lookup.Level + 1]), after, text);
    }

    int Beside(Lookup lookup, int parent, int index)
    {
        ref var last = ref lookup.Last;
        if (last.Parent != parent || last.Index > index) last = (parent, 0, _document.FirstIn(parent));
        for (; last.Index < index && last.Node >= 0; last.Index++) last.Node = _document.NextIn(parent, last.Node);
        return last.Node;
    }

    int Walk(int node, PathStep[] steps, ReadOnlySpan<byte> text)
    {
        foreach (var step in steps)
        {
            if (node < 0) return -1;
            node = step.Name is null ? Item(node, step.Index)
                : _columns >= 0 && _document[node].Value.Kind == ValueKind.Array ? Item(node, ColumnOf(step, text))
                : Member(node, step.Name, text);
        }

        return node;
    }

    int Member(int parent, byte[] name, ReadOnlySpan<byte> text)
    {
        var found = -1;
        if (_document[parent].Value.Kind != ValueKind.Object) return found;
        for (var node = _document.FirstIn(parent); node >= 0; node = _document.NextIn(parent, node))
        {
            ref readonly var member = ref _document[node];
            if (member.HasNumber) continue;
            if (member.NameHasEscapes ? NameOf(node, text).SequenceEqual(name)
                : member.NameEnd - member.NameStart == name.Length && text[member.NameStart..member.NameEnd].SequenceEqual(name))
                found = node;
        }

        return found;
    }

    int Item(int parent, int index)
    {
        if (index < 0) return -1;
        var isArray = _document[parent].Value.Kind == ValueKind.Array;
        var node = _document.FirstIn(parent);
        for (var at = 0; node >= 0; node = _document.NextIn(parent, node), at++)
            if (isArray ? at == index : _document[node].HasNumber && _document[node].NameNumber == index) return node;
        return -1;
    }

    int ColumnOf(PathStep step, ReadOnlySpan<byte> text)
    {
        if (step.Column.Document == _documents) return step.Column.Index;
        var (at, found) = (0, -1);
        for (var node = _document.FirstIn(_columns); node >= 0 && found < 0; node = _document.NextIn(_columns, node), at++)
            if (_document[node].Value is { Kind: ValueKind.String } column
                && Unescaped(column.TextIn(text), column.HasEscapes).SequenceEqual(step.Name))
                found = at;
        step.Column = (_documents, found);
        return found;
    }

    ReadOnlySpan<byte> NameOf(int node, ReadOnlySpan<byte> text)
    {
        ref readonly var member = ref _document[node];
        return Unescaped(text[member.NameStart..member.NameEnd], member.NameHasEscapes);
    }

    ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> text, bool hasEscapes)
    {
        if (!hasEscapes) return text;
        if (_name.Length < text.Length) _name = new byte[2 * text.Length];
        return _name.AsSpan(0, _parser.Unescape(text, _name));
    }

    void Take(int place, int node)
    {
        if (node < 0) Places[place].Kind = ValueKind.Absent;
        else Places[place] = _document[node].Value;
    }

    /// <summary>The name of what a wildcard stands for, or its position, as a label.</summary>
    void Capture(int place, int level, PathStep wild, ReadOnlySpan<byte> text)
    {
        ref readonly var node = ref _document[_children[level]];
        if (_document[_parents[level]].Value.Kind == ValueKind.Object && !node.HasNumber)
        {
            // A part of a name without escapes is a part of the payload.
            if (!node.NameHasEscapes || wild.Name!.Length + wild.Suffix!.Length == 0)
                Places[place].Set(node.NameStart + wild.Name!.Length, node.NameEnd - wild.Suffix!.Length, ValueKind.String,
                    node.NameHasEscapes);
            else Places[place].Kind = ValueKind.Absent;
            return;
        }

        var number = node.HasNumber ? node.NameNumber : _indexes[level];
        number.TryFormat(_own.AsSpan(IndexBytes * level, IndexBytes), out var length, default, CultureInfo.InvariantCulture);
        Places[place].Set(IndexBytes * level, IndexBytes * level + length, ValueKind.OwnString);
    }
}
