using System.Text.Json;

namespace EdgeAgent.Learning.Inference;

/// <summary>Tells packs of SenML (RFC 8428) from other arrays of objects.</summary>
static class SenmlRecords
{
    static readonly HashSet<string> s_names = [.. "bn bt bu bv bs bver n u v vs vb vd s t ut".Split(' ')];

    /// <summary>Whether a document is a pack with a base name, time, unit or value, without which it reads as any array does.</summary>
    public static bool Are(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() == 0) return false;
        var hasBase = false;
        foreach (var record in root.EnumerateArray())
        {
            if (record.ValueKind != JsonValueKind.Object) return false;
            foreach (var member in record.EnumerateObject())
            {
                if (!s_names.Contains(member.Name)) return false;
                hasBase |= member.Name is "bn" or "bt" or "bu" or "bv" or "bs";
            }
        }

        return hasBase;
    }
}
