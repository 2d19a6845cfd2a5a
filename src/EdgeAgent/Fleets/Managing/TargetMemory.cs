using System.Text.Json;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Native.Files;

namespace EdgeAgent.Fleets.Managing;

/// <summary>The newest target of each scope that this manager published or saw, in a file of its own.</summary>
/// <remarks>
/// JSON lines, written beside and renamed: scope, number, version of the root, the target as it was published. What is there already is
/// read before it is written, so a higher number of another manager stays. Without the file the reports of gateways say which numbers
/// there were.
/// </remarks>
/// <param name="path">The file.</param>
sealed class TargetMemory(string path)
{
    /// <summary>Brings what is remembered to <paramref name="view"/>, and what is newer there to the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Join(FleetView view)
    {
        var lines = new SortedDictionary<string, Line>(StringComparer.Ordinal);
        var isChanged = false;
        foreach (var line in Read())
            if (view.Known.Recall(line.Scope, line.Number, line.Root, line.Message, view.Root)) lines[line.Scope] = line;
            else isChanged = true;
        foreach (var (scope, target) in view.Targets)
        {
            if (lines.TryGetValue(scope, out var line) && line.Number >= target.Sequence) continue;
            lines[scope] = new(scope, target.Sequence, view.Root.Version, view.Known.Bytes(scope)!);
            isChanged = true;
        }

        if (isChanged) Write(lines.Values);
    }

    List<Line> Read()
    {
        var lines = new List<Line>();
        try
        {
            foreach (var line in File.ReadLines(path))
                if (TryRead(line) is { } read) lines.Add(read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is none, or not for us: reports say which numbers there were.
        }

        return lines;
    }

    static Line? TryRead(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            return new(root.GetProperty("scope").GetString()!, root.GetProperty("seq").GetInt64(), root.GetProperty("root").GetInt64(),
                root.GetProperty("target").GetBytesFromBase64());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    void Write(IEnumerable<Line> lines) => WholeFile.Replace(path, file =>
    {
        foreach (var line in lines)
        {
            file.Write(JsonText.Object(json =>
            {
                json.WriteString("scope", line.Scope);
                json.WriteNumber("seq", line.Number);
                json.WriteNumber("root", line.Root);
                json.WriteBase64String("target", line.Message);
            }));
            file.WriteByte((byte)'\n');
        }
    });

    sealed record Line(string Scope, long Number, long Root, byte[] Message);
}
