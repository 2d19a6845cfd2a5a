using System.CommandLine;
using System.Text;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleets.Managing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet explain</c>: why does this gateway run that?</summary>
static class FleetExplainCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var id = Take.TextArgument("id", "The gateway.", "the id of a gateway, such as gw-plant7-01", isGood: JsonFields.IsId);
        return new ManagerOption().On(new("explain",
            "Says why a gateway runs what it runs: its report, the targets it looks at, its bucket.") { id },
            (parsed, manager, isJson) =>
            {
                var name = parsed.GetValue(id)!;
                manager.Session.CollectOne(name);
                if (!manager.View.Gateways.TryGetValue(name, out var gateway))
                    throw new FleetException(
                        $"{name} is not in {manager.Settings.Gateways} and has no report on the broker. Is the id right?");
                var lines = Explanation.Of(gateway, manager.View, DateTimeOffset.UtcNow);
                if (isJson) Console.Out.WriteLine(Encoding.UTF8.GetString(JsonText.Object(json =>
                {
                    json.WriteString("id", name);
                    JsonText.Texts(json, "lines", lines);
                    if (gateway.Report is not { } report) return;
                    json.WritePropertyName("report");
                    json.WriteRawValue(report.ToPayload());
                })));
                else foreach (var line in lines) Console.Out.WriteLine(line);
                return ExitCode.Good;
            });
    }
}
