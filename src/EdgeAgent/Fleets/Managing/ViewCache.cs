using System.Text.Json;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Native.Files;

namespace EdgeAgent.Fleets.Managing;

/// <summary>The manager's local file: reports as they came, when they were heard, and the marks of a rollout.</summary>
/// <remarks>
/// JSON lines, written beside and renamed, so that it is whole or the one before. Nothing rests on it: a line that cannot be read is
/// passed over, each report's signature is checked again, and without the file all comes from the broker. A database would bring indexes
/// for what is read once and written whole.
/// </remarks>
static class ViewCache
{
    /// <summary>Reads it into <paramref name="view"/>; the marks that it holds, or empty ones.</summary>
    public static RolloutMarks Load(string path, FleetView view, DateTimeOffset now)
    {
        var marks = new RolloutMarks();
        try
        {
            foreach (var line in File.ReadLines(path)) Read(line, view, marks, now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is none, or not for us: the broker has all of it.
        }

        return marks;
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Save(string path, FleetView view, RolloutMarks marks) => WholeFile.Replace(path, file =>
    {
        if (marks is { Rollout: { } rollout, Since: { } since })
            Line(file, json =>
            {
                json.WriteString("rollout", rollout);
                json.WriteNumber("wave", marks.Wave);
                json.WriteString("since", JsonText.Time(since));
            });
        foreach (var gateway in view.Gateways.Values)
            if (gateway.Report is not null)
                Line(file, json =>
                {
                    json.WriteString("id", gateway.Id);
                    json.WriteString("heard", JsonText.Time(gateway.Heard));
                    json.WriteBase64String("report", gateway.Message);
                });
    });

    static void Line(Stream file, Action<Utf8JsonWriter> members)
    {
        file.Write(JsonText.Object(members));
        file.WriteByte((byte)'\n');
    }

    static void Read(string line, FleetView view, RolloutMarks marks, DateTimeOffset now)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.TryGetProperty("rollout", out var rollout)
                && JsonFields.TryTime(root.GetProperty("since").GetString()!, out var since))
                marks.Keep(rollout.GetString()!, root.GetProperty("wave").GetInt32(), since);
            else if (root.TryGetProperty("id", out var id) && JsonFields.TryTime(root.GetProperty("heard").GetString()!, out var heard)
                && view.Take(new(view.Topics.Report(id.GetString()!), root.GetProperty("report").GetBytesFromBase64(), IsRetained: true),
                now) is { } gateway)
                gateway.Heard = heard;
        }
        catch (Exception e) when (
            e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentNullException)
        {
        }
    }
}
