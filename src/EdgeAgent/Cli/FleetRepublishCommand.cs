using System.CommandLine;
using EdgeAgent.Fleets.Managing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet republish</c>: the newest target of a group to where an older one lies.</summary>
static class FleetRepublishCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var group = Take.TextArgument("group", "The group.", "the name of a group, such as press");
        return new ManagerOption().On(new("republish",
            "Publishes the newest target of a group again, as it was signed, where somebody published an older one or the broker lost it.")
        {
            group,
        }, (parsed, manager, isJson) =>
        {
            manager.Session.Collect(asks: false);
            var scope = parsed.GetValue(group)!;
            var (target, isPublished) = manager.Session.Republish(scope, manager.SignTarget);
            if (!isPublished && !isJson) Console.Out.WriteLine("The broker keeps the newest target already.");
            RolloutText.Written(Console.Out, scope, target, isJson);
            return ExitCode.Good;
        });
    }
}
