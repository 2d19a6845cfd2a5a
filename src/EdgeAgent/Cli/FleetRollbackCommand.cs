using System.CommandLine;
using EdgeAgent.Fleets.Managing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet rollback</c>: a group back to the document before.</summary>
static class FleetRollbackCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var group = Take.TextArgument("group", "The group.", "the name of a group, such as press");
        var to = Take.Text("--to",
            "The document to go back to: its signed file, or its digest. Gateways take it if it is among the last five that ran well "
                + "there, or "
            + "its version is the highest.", "a file or a digest, such as --to press-line-41.json");
        return new ManagerOption().On(new("rollback",
            "Brings a whole group back: to the stable document when a rollout is under way or just through, else to --to.") { group, to },
            (parsed, manager, isJson) =>
            {
                manager.Session.Collect(asks: false);
                var scope = parsed.GetValue(group)!;
                var reference = parsed.GetValue(to) is { } named ? manager.Place(named, Directory.GetCurrentDirectory()).Reference : null;
                if (reference is null) manager.Session.RequireNewest(scope);
                var target = manager.Session.Write(scope, manager.SignTarget, current =>
                    TargetChange.Back(scope, current, reference, manager.Session.Now));
                RolloutText.Written(Console.Out, scope, target, isJson);
                return ExitCode.Good;
            });
    }
}
