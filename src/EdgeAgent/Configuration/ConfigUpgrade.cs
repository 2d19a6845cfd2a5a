using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration;

/// <summary>Brings a configuration to the newest form by changing the fewest characters: comments, order and layout stay.</summary>
static class ConfigUpgrade
{
    const int Context = 2;

    /// <summary>The text in the newest form; the same text when it is that already.</summary>
    /// <param name="text">The file.</param>
    /// <param name="read">What reading it gave; its findings hold no error.</param>
    public static string Of(string text, ConfigResult read)
    {
        var lines = text.Split('\n');
        foreach (var rename in read.Renames.OrderByDescending(r => r.At)) Rename(lines, rename);
        if (read.Root is not { } root || root.Has("config")) return string.Join('\n', lines);
        ref var first = ref lines[root.At.Line - 1];
        var at = root.At.Column - 1;
        if (at < first.Length && first[at] == '{') first = $"{first[..(at + 1)]} config: {GatewaySpec.Form},{first[(at + 1)..]}";
        else first = $"{first[..at]}config: {GatewaySpec.Form}{(first.EndsWith('\r') ? "\r" : "")}\n{first}";
        return string.Join('\n', lines);
    }

    /// <summary>Writes what changed, as <c>diff -u</c> does.</summary>
    public static void WriteDiff(string before, string after, string name, TextWriter writer)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        writer.Write($"--- {name}\n+++ {name}, upgraded\n");
        for (int i = 0, j = 0; i < old.Length || j < now.Length;)
        {
            if (i < old.Length && j < now.Length && old[i] == now[j])
            {
                (i, j) = (i + 1, j + 1);
                continue;
            }

            // Lines are changed or added, never taken away.
            var added = i >= old.Length || j + 1 < now.Length && now[j + 1] == old[i];
            for (var above = Math.Max(0, i - Context); above < i; above++) writer.Write($" {old[above].TrimEnd('\r')}\n");
            if (!added) writer.Write($"-{old[i++].TrimEnd('\r')}\n");
            writer.Write($"+{now[j++].TrimEnd('\r')}\n");
            for (var below = i; below < Math.Min(old.Length, i + Context); below++) writer.Write($" {old[below].TrimEnd('\r')}\n");
            writer.Write("…\n");
        }
    }

    static void Rename(string[] lines, KeyRename rename)
    {
        ref var line = ref lines[rename.At.Line - 1];
        var at = line.IndexOf(rename.From, rename.At.Column - 1, StringComparison.Ordinal); // behind the quote of a key in quotes
        if (at >= 0) line = $"{line[..at]}{rename.To}{line[(at + rename.From.Length)..]}";
    }
}
