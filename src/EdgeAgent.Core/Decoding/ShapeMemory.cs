using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Json;

namespace EdgeAgent.Core.Decoding;

/// <summary>The shapes of one subscription's payloads, shared by its routes.</summary>
/// <remarks>
/// Up to <see cref="Held"/> shapes; a new one past that is learnt over the oldest. Any shape may be tried on any route, so a
/// route that points to one that was learnt over loses a comparison, nothing else. A route whose payloads keep missing is
/// read without shapes for a while that doubles from 16 to 1,024 messages.
/// </remarks>
sealed class ShapeMemory(int placeCount)
{
    const int Held = 16;
    const int PatientMisses = 4;

    readonly JsonShape?[] _shapes = new JsonShape?[Held];
    readonly JsonValue[] _trial = new JsonValue[placeCount];
    JsonShape? _latest;
    int _next;

    /// <summary>Whether a known shape matches; the values are then in <paramref name="places"/>.</summary>
    public bool TryMatch(Route route, ReadOnlySpan<byte> payload, JsonValue[] places)
    {
        var own = route.Shape;
        if (own is not null && own.TryMatch(payload, places))
        {
            route.ShapeMisses = 0;
            return true;
        }

        if (_latest is null || _latest == own || !_latest.TryMatch(payload, places)) return false;

        // Taking turns lets a route with two shapes hit both.
        route.Shape = _latest;
        if (own is not null) _latest = own;
        route.ShapeMisses = 0;
        return true;
    }

    /// <summary>Learns the payload that missed and was then scanned and recorded by <paramref name="scanner"/>.</summary>
    public void Learn(Route route, ReadOnlySpan<byte> payload, JsonScanner scanner)
    {
        route.ShapeMisses = Math.Min(route.ShapeMisses + 1, 10);
        if (route.ShapeMisses >= PatientMisses) route.ShapelessLeft = 1 << route.ShapeMisses;
        foreach (var known in _shapes)
        {
            if (known is null || !known.TryMatch(payload, _trial)) continue;
            route.Shape = known;
            return;
        }

        var shape = _shapes[_next] ??= new JsonShape();
        if (!shape.TryLearn(payload, scanner)) return;
        _next = (_next + 1) % Held;
        _latest = route.Shape = shape;
    }
}
