using System.Text.Json;

namespace EdgeAgent.Simulator;

/// <summary>A record as the consumer saw it.</summary>
/// <param name="Id">Its identity: <c>ce_source</c> and <c>ce_id</c>.</param>
/// <param name="Window">The window it tells of: labels and start, whatever the revision.</param>
/// <param name="Revision">The highest revision of a window counts.</param>
/// <param name="Value">The payload.</param>
sealed record Summary(string Id, string Window, long Revision, JsonElement Value)
{
    /// <summary>Reads a line of <c>kafka-peer consume</c>.</summary>
    public static Summary Parse(string line)
    {
        var record = JsonDocument.Parse(line).RootElement;
        var headers = record.GetProperty("headers");
        var value = JsonDocument.Parse(record.GetProperty("value").GetString()!).RootElement;
        string Label(string name) => value.GetProperty(name).ToString();
        return new($"{headers.GetProperty("ce_source").GetString()} {headers.GetProperty("ce_id").GetString()}",
            $"{Label("site")}/{Label("device")}/{Label("metric")} {Label("window_start")}",
            value.GetProperty("revision").GetInt64(), value);
    }
}
