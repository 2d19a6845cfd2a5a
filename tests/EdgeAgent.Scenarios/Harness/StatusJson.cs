using System.Text.Json;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Short words for reading the status.</summary>
static class StatusJson
{
    /// <summary>A source, by default the first.</summary>
    public static JsonElement Source(this JsonElement status, int at = 0) => status.GetProperty("sources")[at];

    /// <summary>A pipeline, by default the first.</summary>
    public static JsonElement Pipeline(this JsonElement status, int at = 0) => status.GetProperty("pipelines")[at];

    /// <summary>An output, by default the first.</summary>
    public static JsonElement Output(this JsonElement status, int at = 0) => status.GetProperty("outputs")[at];

    /// <summary>A whole number.</summary>
    public static long Number(this JsonElement of, string name) => of.GetProperty(name).GetInt64();

    /// <summary>A text, empty where there is none.</summary>
    public static string Text(this JsonElement of, string name) => of.GetProperty(name).GetString() ?? "";
}
