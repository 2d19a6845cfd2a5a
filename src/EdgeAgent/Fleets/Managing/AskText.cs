using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleets.Managing;

/// <summary>Questions to a gateway.</summary>
static class AskText
{
    /// <summary>For a report.</summary>
    public static byte[] Report { get; } = JsonText.Object(json => json.WriteString("ask", "report"));
}
