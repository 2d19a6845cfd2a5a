using System.CommandLine;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleets.Managing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet publish</c>: signed files to where gateways look for them.</summary>
static class FleetPublishCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var files = Take.TextsArgument("files", "Signed files: documents, roots, values, targets.",
            "paths of signed files, such as press-line-42.json", static path => path.Length > 0);
        return new ManagerOption().On(new("publish",
            "Puts signed files on the broker, each on its own topic; what gateways would refuse stays here.") { files },
            (parsed, manager, isJson) =>
            {
                manager.Session.Collect(asks: false);
                // All are looked at before the first one leaves.
                var all = parsed.GetResult(files)!.Tokens.Select(token =>
                    Publication.Of(token.Value, File.ReadAllBytes(token.Value), manager.View, manager.Session.Now)).ToArray();
                foreach (var one in all)
                {
                    manager.Session.Publish(one.Topic, one.Message, isRetained: true);
                    if (isJson) Console.Out.WriteLine(System.Text.Encoding.UTF8.GetString(JsonText.Object(json =>
                    {
                        json.WriteString("topic", one.Topic);
                        json.WriteString("what", one.What);
                        json.WriteNumber("bytes", one.Message.Length);
                    })));
                    else Console.Out.WriteLine($"{one.Topic}: {one.What}, {one.Message.Length} bytes");
                }

                return ExitCode.Good;
            });
    }
}
