using EdgeAgent.Core.Formats.Documents;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Formats.Json;

/// <summary>Reads JSON payloads without wildcards: one sample, or the elements of an array.</summary>
/// <remarks>
/// With <c>samples</c>, paths start at an element of the array; one of a time or a label that starts at <c>$</c> and is not there starts at
/// the payload. A payload of one sample is held against remembered shapes before it comes here. What the strict grammar refuses, or holds
/// a document in a text where a path goes on, is read by <see cref="DocumentReader"/>, which takes more and more time.
/// </remarks>
sealed class JsonFormatReader : FormatReader
{
    readonly PathTree _document = new();
    readonly PathTree? _element;
    readonly int _samplesPlace = PathTree.None;
    readonly string? _samplesPath;
    readonly string? _samplesKey;
    readonly int[] _elementPlaces;
    readonly (int Element, int Document)[] _either;
    readonly JsonScanner _scanner;
    readonly ShapeMemory _shapes;
    readonly DocumentReader _patient;
    bool _isPatient;

    /// <summary>A reader for checked settings that it <see cref="CanRead"/>.</summary>
    public JsonFormatReader(JsonFormatSettings settings)
    {
        var places = 0;
        if (settings.Samples is not null)
        {
            var samples = Path(settings.Samples);
            _samplesPlace = _document.AddPlace(samples, ref places);
            _samplesPath = samples.Text;
            _samplesKey = SampleLayout.SamplesKey + samples.Text;
            _element = new PathTree();
        }

        var either = new List<(int, int)>();
        var sample = _element ?? _document;
        Layout = new SampleLayout
        {
            Fields = [.. settings.Fields.Select(f => new FieldPlace(f, sample.AddPlace(Path(f.Path), ref places), Path(f.Path).LastName))],
            Time = settings.Time is { } time ? new TimePlace(time, Either(Path(time.Path))) : null,
            Labels = [.. settings.LabelPaths.Select(l => new LabelPlace(l.Name, l.Path, Either(Path(l.Path)), l.Optional, l.Default))],
            Text = settings.Text,
        };
        _either = [.. either];
        _elementPlaces = _element is null ? [] : [.. Enumerable.Range(0, places).Where(_element.HasPlace)];
        _scanner = new JsonScanner(places);
        _shapes = new ShapeMemory(places);
        _patient = new DocumentReader(settings, new JsonDocumentParser());

        int Either(JsonPath path)
        {
            if (_element is null || path.IsRelative) return sample.AddPlace(path, ref places);
            var inDocument = _document.AddPlace(path, ref places);
            if (path.IsDocument) return inDocument;
            var inElement = _element.AddPlace(path, ref places);
            either.Add((inElement, inDocument));
            return inElement;
        }
    }

    /// <inheritdoc/>
    public override SampleLayout Layout { get; }

    /// <inheritdoc/>
    public override PayloadValue[] Places => _scanner.Places;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> OwnText => _patient.OwnText;

    /// <summary>The shapes of payloads; null when a payload is several samples.</summary>
    public ShapeMemory? Shapes => _element is null ? _shapes : null;

    /// <summary>Whether the settings need no more than this reader has.</summary>
    public static bool CanRead(JsonFormatSettings settings) =>
        !settings.AllFields && settings.Columns is null && settings.Time is null or { Spacing: null, Rate: null, Date: null }
        && (settings.Samples is null || !Path(settings.Samples).HasWildcards) && settings.Fields.All(f => IsPlain(f.Path))
        && settings.LabelPaths.All(l => IsPlain(l.Path)) && (settings.Time is null || IsPlain(settings.Time.Path))
        && (settings.Samples is null || settings.Fields.All(f => !Path(f.Path).IsDocument));

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (cursor.HasMore) return _isPatient ? ReadPatiently(payload, ref cursor) : ReadElement(payload, ref cursor, _element!);
        _isPatient = false;
        ref var memory = ref cursor.Memory;
        var places = _scanner.Places;
        var useShapes = cursor.RemembersShapes && memory.ShapelessLeft == 0 && _element is null;
        if (memory.ShapelessLeft > 0) memory.ShapelessLeft--;

        for (var i = 0; i < places.Length; i++) places[i].Kind = ValueKind.Absent;
        if (!_scanner.TryScanDocument(payload, _document, useShapes) || _scanner.HasTextAbove) return ReadUnusual(payload, ref cursor);
        if (useShapes) _shapes.Learn(ref memory, payload, _scanner);
        return _element is null || FirstElement(payload, ref cursor, _element);
    }

    /// <inheritdoc/>
    public override int Unescape(ReadOnlySpan<byte> text, Span<byte> target) => JsonText.Unescape(text, target);

    /// <summary>Tries again with patience; when that fails too, the strict grammar has the word.</summary>
    bool ReadUnusual(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        var (reason, at) = _scanner.HasTextAbove ? (BadReason.None, 0) : (_scanner.Failure, _scanner.FailureAt);
        _isPatient = true;
        if (ReadPatiently(payload, ref cursor)) return true;
        if (reason != BadReason.None && !cursor.HasMore
            && cursor.Failure is not (BadReason.NoField or BadReason.WrongType)) cursor.Fail(reason, null, at);
        return false;
    }

    bool ReadPatiently(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!_patient.TryRead(payload, ref cursor)) return false;
        Note ??= _patient.Note;
        var (from, layout) = (_patient.Places, _patient.Layout);
        for (var i = 0; i < layout.Fields.Count; i++) Places[Layout.Fields[i].Place] = from[layout.Fields[i].Place];
        for (var i = 0; i < layout.Labels.Count; i++) Places[Layout.Labels[i].Place] = from[layout.Labels[i].Place];
        if (Layout.Time is { } time) Places[time.Place] = from[layout.Time!.Place];
        return true;
    }

    /// <summary>Goes to the array found by a scan of the whole payload, which is therefore known to be good JSON.</summary>
    bool FirstElement(ReadOnlySpan<byte> payload, ref ReadCursor cursor, PathTree element)
    {
        var samples = Places[_samplesPlace];
        if (samples.Kind != ValueKind.Array)
        {
            var reason = samples.Kind is ValueKind.Absent or ValueKind.Null ? BadReason.NoField : BadReason.WrongType;
            return cursor.Fail(reason, reason == BadReason.WrongType ? _samplesKey : _samplesPath, samples.Start);
        }

        cursor.At = NextMark(payload, samples.Start + 1);
        return payload[cursor.At] != (byte)']' && ReadElement(payload, ref cursor, element);
    }

    bool ReadElement(ReadOnlySpan<byte> payload, ref ReadCursor cursor, PathTree element)
    {
        var places = _scanner.Places;
        foreach (var place in _elementPlaces) places[place].Kind = ValueKind.Absent;
        var at = NextMark(payload, _scanner.Scan(payload, cursor.At, element, false));
        foreach (var (inElement, inDocument) in _either)
        {
            if (places[inElement].Kind != ValueKind.Absent) continue;
            places[inElement] = places[inDocument];
            if (Note is null && places[inElement].Kind != ValueKind.Absent) NoteOuter(inElement);
        }

        cursor.HasMore = payload[at] == (byte)',';
        cursor.At = at + 1;
        return true;
    }

    static int NextMark(ReadOnlySpan<byte> payload, int at)
    {
        while (payload[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        return at;
    }

    static bool IsPlain(string path) => !Path(path).HasWildcards;

    static JsonPath Path(string text) => JsonPath.TryParse(text, out var path, out var failure)
        ? path!
        : throw new ArgumentException($"{text}:{failure.Offset + 1}: {failure.Message}");
}
