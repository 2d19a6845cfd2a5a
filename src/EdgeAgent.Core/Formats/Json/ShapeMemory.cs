using System.Runtime.CompilerServices;

namespace EdgeAgent.Core.Formats.Json;

/// <summary>The shapes of one subscription's payloads, shared by its topics.</summary>
/// <remarks>
/// Up to <see cref="Held"/> shapes; a new one past that is learnt over the oldest. Any shape may be tried on any topic, so a
/// topic that points to one that was learnt over loses a comparison, nothing else. A topic whose payloads keep missing is
/// read without shapes for a while that doubles from 16 to 1,024 messages. What a topic keeps is its last shape.
/// </remarks>
sealed class ShapeMemory(int placeCount)
{
    const int Held = 16;
    const int PatientMisses = 4;

    readonly JsonShape?[] _shapes = new JsonShape?[Held];
    readonly PayloadValue[] _trial = new PayloadValue[placeCount];
    JsonShape? _latest;
    int _next;

    /// <summary>Whether a known shape matches; the values are then in <paramref name="places"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryMatch(ref TopicMemory memory, ReadOnlySpan<byte> payload, PayloadValue[] places)
    {
        var own = Unsafe.As<JsonShape>(memory.Kept); // only this class writes it
        if (own is null || !own.TryMatch(payload, places)) return TryLatest(ref memory, own, payload, places);
        memory.ShapeMisses = 0;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    bool TryLatest(ref TopicMemory memory, JsonShape? own, ReadOnlySpan<byte> payload, PayloadValue[] places)
    {
        if (_latest is null || _latest == own || !_latest.TryMatch(payload, places)) return false;

        // Taking turns lets a topic with two shapes hit both.
        memory.Kept = _latest;
        if (own is not null) _latest = own;
        memory.ShapeMisses = 0;
        return true;
    }

    /// <summary>Learns the payload that missed and was then scanned and recorded by <paramref name="scanner"/>.</summary>
    public void Learn(ref TopicMemory memory, ReadOnlySpan<byte> payload, JsonScanner scanner)
    {
        memory.ShapeMisses = Math.Min(memory.ShapeMisses + 1, 10);
        if (memory.ShapeMisses >= PatientMisses) memory.ShapelessLeft = 1 << memory.ShapeMisses;
        foreach (var known in _shapes)
        {
            if (known is null || !known.TryMatch(payload, _trial)) continue;
            memory.Kept = known;
            return;
        }

        var shape = _shapes[_next] ??= new JsonShape();
        if (!shape.TryLearn(payload, scanner)) return;
        _next = (_next + 1) % Held;
        memory.Kept = _latest = shape;
    }
}
