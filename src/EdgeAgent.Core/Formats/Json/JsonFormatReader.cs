using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Formats.Json;

/// <summary>Reads JSON payloads: one sample, or the elements of an array.</summary>
/// <remarks>
/// With <c>samples</c>, field and time paths start at an element of the array, with or without <c>$</c>; a label path with
/// <c>$</c> starts at the payload and one without at the element. A payload of one sample is held
/// against remembered shapes before it comes here.
/// </remarks>
sealed class JsonFormatReader : FormatReader
{
    readonly PathTree _document = new();
    readonly PathTree? _element;
    readonly int _samplesPlace = PathTree.None;
    readonly string? _samplesPath;
    readonly int[] _elementPlaces;
    readonly JsonScanner _scanner;
    readonly ShapeMemory _shapes;

    /// <summary>A reader for checked settings.</summary>
    public JsonFormatReader(JsonFormatSettings settings)
    {
        var places = 0;
        if (settings.Samples is not null)
        {
            var samples = Path(settings.Samples);
            _samplesPlace = _document.AddPlace(samples, ref places);
            _samplesPath = samples.Text;
            _element = new PathTree();
        }

        var sample = _element ?? _document;
        Layout = new SampleLayout
        {
            Fields = [.. settings.Fields.Select(f => new FieldPlace(f, sample.AddPlace(Path(f.Path), ref places), Path(f.Path).LastName))],
            Time = settings.Time is { } time ? new TimePlace(time, sample.AddPlace(Path(time.Path), ref places)) : null,
            Labels = [.. settings.LabelPaths.Select(l => (l.Key, Path: Path(l.Value), l.Value))
                .Select(l => new LabelPlace(l.Key, l.Value, (l.Path.IsRelative ? sample : _document).AddPlace(l.Path, ref places)))],
        };
        _elementPlaces = _element is null ? [] : [.. Enumerable.Range(0, places).Where(_element.HasPlace)];
        _scanner = new JsonScanner(places);
        _shapes = new ShapeMemory(places);
    }

    /// <inheritdoc/>
    public override SampleLayout Layout { get; }

    /// <inheritdoc/>
    public override PayloadValue[] Places => _scanner.Places;

    /// <summary>The shapes of payloads; null when a payload is several samples.</summary>
    public ShapeMemory? Shapes => _element is null ? _shapes : null;

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (cursor.HasMore) return ReadElement(payload, ref cursor, _element!);
        ref var memory = ref cursor.Memory;
        var places = _scanner.Places;
        var useShapes = cursor.RemembersShapes && memory.ShapelessLeft == 0 && _element is null;
        if (memory.ShapelessLeft > 0) memory.ShapelessLeft--;

        for (var i = 0; i < places.Length; i++) places[i].Kind = ValueKind.Absent;
        if (!_scanner.TryScanDocument(payload, _document, useShapes)) return cursor.Fail(_scanner.Fault, null, _scanner.FaultAt);
        if (useShapes) _shapes.Learn(ref memory, payload, _scanner);
        return _element is null || FirstElement(payload, ref cursor, _element);
    }

    /// <inheritdoc/>
    public override int Unescape(ReadOnlySpan<byte> text, Span<byte> target) => JsonText.Unescape(text, target);

    /// <summary>Goes to the array found by a scan of the whole payload, which is therefore known to be good JSON.</summary>
    bool FirstElement(ReadOnlySpan<byte> payload, ref ReadCursor cursor, PathTree element)
    {
        var samples = Places[_samplesPlace];
        if (samples.Kind != ValueKind.Array)
        {
            var reason = samples.Kind is ValueKind.Absent or ValueKind.Null ? BadReason.NoField : BadReason.WrongType;
            return cursor.Fail(reason, _samplesPath, samples.Start);
        }

        cursor.At = NextMark(payload, samples.Start + 1);
        return payload[cursor.At] != (byte)']' && ReadElement(payload, ref cursor, element);
    }

    bool ReadElement(ReadOnlySpan<byte> payload, ref ReadCursor cursor, PathTree element)
    {
        foreach (var place in _elementPlaces) _scanner.Places[place].Kind = ValueKind.Absent;
        var at = NextMark(payload, _scanner.Scan(payload, cursor.At, element, false));
        cursor.HasMore = payload[at] == (byte)',';
        cursor.At = at + 1;
        return true;
    }

    static int NextMark(ReadOnlySpan<byte> payload, int at)
    {
        while (payload[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        return at;
    }

    static JsonPath Path(string text) => JsonPath.TryParse(text, out var path, out var fault)
        ? path!
        : throw new ArgumentException($"{text}:{fault.Offset + 1}: {fault.Message}");
}
