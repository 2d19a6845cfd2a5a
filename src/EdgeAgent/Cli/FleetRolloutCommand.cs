using System.CommandLine;
using System.Text;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Rollouts;
using EdgeAgent.Fleets.Managing;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet rollout</c>: a document into a group, wave after wave.</summary>
static class FleetRolloutCommand
{
    /// <summary>The command.</summary>
    public static Command Create() => new("rollout", "Brings a document into a group, wave after wave, by evidence.")
    {
        Start(), Status(),
        State("pause", "Nobody begins any more; gateways that run the document keep it.", CandidateState.Pause),
        State("resume", "Lets a paused rollout go on; `rollout start` drives it.", CandidateState.Run),
        State("abort", "Everyone goes back to the stable document.", CandidateState.Abort),
    };

    static Command Start()
    {
        var plan = Take.TextArgument("plan", "The plan (YAML).", "the path of a plan, such as plan.yaml");
        var once = new Option<bool>("--once")
        {
            Description = "Look, do what is due, and end; for a timer. Without it the command stays until the rollout ends.",
        };
        return new ManagerOption().On(
            new("start", "Starts a rollout, or goes on with one that was begun by this plan. May be ended and started again at any time. "
            + "Ends with 0 when the last wave is through (with --once also when there is nothing to do yet), 1 when it paused or was "
            + "aborted.") { plan, once },
            (parsed, manager, isJson) =>
            {
                var path = parsed.GetValue(plan)!;
                return ManagerOption.Read<PlanSettings>(PlanSpec.Spec, path) is { } settings
                    ? Drive(manager, settings, path, parsed.GetValue(once), isJson)
                    : ExitCode.Configuration;
            });
    }

    static int Drive(Manager manager, PlanSettings settings, string path, bool isOnce, bool isJson)
    {
        using var stopping = new Stopping();
        manager.Session.Collect(manager.Settings.AskReports);
        var (document, reference) = manager.Place(settings.Document, Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!document.Groups.Contains(settings.Group) && !document.Groups.Contains(FleetTopics.All))
            throw new FleetException(
                $"{document.Name} {document.Version} is signed for {string.Join(", ", document.Groups)}, not for {settings.Group}. Sign "
                    + $"it for the group.");
        var plan = settings.ToPlan(settings.Rollout ?? $"{document.Name}-{document.Version}", document, manager.Settings.Heartbeat);
        var driver = new RolloutDriver(manager.Session, new(settings, document, reference, plan), manager.SignTarget, manager.Marks, e =>
        {
            Console.Out.WriteLine(isJson ? RolloutText.Json(e) : RolloutText.Line(e));
            Console.Out.Flush();
            manager.Save();
        });
        try
        {
            var end = driver.Run(isOnce, stopping.Token);
            if (end == Step.Pause && !isJson)
                Console.Error.WriteLine(
                    $"It is paused. When that is settled: edge-agent fleet rollout resume {settings.Group}, then start it again by this "
                        + $"plan.");
            return end is Step.Finish or Step.Wait ? ExitCode.Good : ExitCode.Failed;
        }
        finally
        {
            manager.Save();
        }
    }

    static Command Status()
    {
        var group = Take.TextArgument("group", "The group; all without it.", "the name of a group, such as press",
            ArgumentArity.ZeroOrOne);
        return new ManagerOption().On(new("status", "Shows the rollouts of the groups: how far they are and what they prove.") { group },
            (parsed, manager, isJson) =>
            {
                manager.Session.Collect(manager.Settings.AskReports);
                var only = parsed.GetValue(group);
                if (isJson) Console.Out.WriteLine(Encoding.UTF8.GetString(
                    JsonText.Object(json => RolloutText.Write(json, manager.View, only))));
                else foreach (var line in RolloutText.Status(manager.View, only)) Console.Out.WriteLine(line);
                manager.Save();
                return ExitCode.Good;
            });
    }

    static Command State(string name, string description, CandidateState state)
    {
        var group = Take.TextArgument("group", "The group.", "the name of a group, such as press");
        return new ManagerOption().On(new(name, description) { group }, (parsed, manager, isJson) =>
        {
            manager.Session.Collect(asks: false);
            var scope = parsed.GetValue(group)!;
            manager.Session.RequireNewest(scope);
            var target = manager.Session.Write(scope, manager.SignTarget, current => TargetChange.State(scope, current, state));
            RolloutText.Written(Console.Out, scope, target, isJson);
            return ExitCode.Good;
        });
    }
}
