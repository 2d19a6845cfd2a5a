using System.Runtime.InteropServices;

namespace EdgeAgent.Core.Formats.Documents;

/// <summary>Paths that are each one name below a document without wildcards, found in one walk over its members.</summary>
sealed class PlainMembers
{
    readonly (byte[] Name, ulong Word, int Place)[] _wanted;

    PlainMembers((byte[], int)[] wanted) =>
        _wanted = [.. wanted.Select(w => (w.Item1, Word(w.Item1), w.Item2))];

    static ulong Word(byte[] name) => DecimalDigits.EightBytes(ref MemoryMarshal.GetArrayDataReference(name), 0, name.Length);

    /// <summary>The paths of a plan; null when one of them is another kind of path.</summary>
    public static PlainMembers? Of(DocumentPlan plan)
    {
        if (plan.Groups is not [{ Wild.Length: 0 } group] || plan.AllPlace >= 0 || plan.Columns is not null) return null;
        var wanted = new List<(byte[], int)>();
        foreach (var (place, steps) in group.Fields)
            if (!TryAdd(place, steps)) return null;
        foreach (var (place, tries) in group.Others)
            if (tries is not [{ Level: < 0, After: null } lookup] || !TryAdd(place, lookup.Steps)) return null;
        return new PlainMembers([.. wanted]);

        bool TryAdd(int place, PathStep[] steps)
        {
            if (steps is not [{ Name: { Length: > 0 } name }]) return false;
            wanted.Add((name, place));
            return true;
        }
    }

    /// <summary>Puts the members that are wanted into their places; of several of one name the last counts.</summary>
    /// <returns>False when a name has escapes; the places then mean nothing.</returns>
    public bool TryFill(Document document, ReadOnlySpan<byte> text, PayloadValue[] places)
    {
        for (var i = 0; i < places.Length; i++) places[i].Kind = ValueKind.Absent;
        if (document[0].Value.Kind != ValueKind.Object) return true;
        ref var origin = ref MemoryMarshal.GetReference(text);
        var end = document[0].End;
        for (var node = 1; node < end;)
        {
            ref readonly var member = ref document[node];
            node = member.End;
            if (member.HasNumber) continue;
            if (member.NameHasEscapes) return false;
            var length = member.NameEnd - member.NameStart;
            var word = DecimalDigits.EightBytes(ref origin, member.NameStart, text.Length);
            if (length < 8) word &= (1UL << 8 * length) - 1;
            foreach (ref readonly var wanted in _wanted.AsSpan())
                if (wanted.Word == word && wanted.Name.Length == length
                    && (length <= 8 || text.Slice(member.NameStart, length).SequenceEqual(wanted.Name)))
                    places[wanted.Place] = member.Value;
        }

        return true;
    }
}
