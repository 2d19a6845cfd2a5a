namespace EdgeAgent.Learning.Inference;

/// <summary>Finds arrays of numbers that follow each other at a rate: <c>{"t0":1700000000,"fs":1000,"x":[0.1,0.2]}</c>.</summary>
static class Waveforms
{
    static readonly HashSet<string> s_rates = new("fs rate sample_rate samplerate sampling_rate samplingrate hz".Split(' '),
        StringComparer.OrdinalIgnoreCase);

    static readonly HashSet<string> s_starts = new("t0 start start_time starttime begin".Split(' '), StringComparer.OrdinalIgnoreCase);

    /// <summary>The section, when an object has one such array, its rate and the time of its first element.</summary>
    public static ProposedDecode? Of(JsonNode root, List<JsonNode> leaves)
    {
        var rate = leaves.Find(leaf => leaf.Numbers > 0 && leaf.Low > 0 && s_rates.Contains(leaf.Name));
        if (rate?.Parent is not { } above) return null;
        var arrays = above.Members.Where(m => m is { Arrays: > 0, LongestArray: > 1, Element: { Numbers: > 0, Objects: 0, Arrays: 0 } });
        if (arrays.ToList() is not [{ } array]) return null;
        foreach (var leaf in above.Members)
        {
            if (!s_starts.Contains(leaf.Name) && !FieldWords.IsTime(leaf.Name)) continue;
            var signs = new TimeSigns();
            foreach (var instant in leaf.Instants) instant.Tell(signs);
            if (!signs.IsTime || signs.LocalTime is not null) continue;
            return new("json")
            {
                Samples = array.PathBelow(root, false),
                Fields = [new("$", array.Name) { Seen = $"{array.LongestArray} numbers a message" }],
                Time = new(leaf.PathBelow(root, false), signs.Unit!, signs.Why) { Rate = rate.PathBelow(root, false) },
            };
        }

        return null;
    }
}
