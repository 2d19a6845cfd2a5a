using EdgeAgent.Fleet.Gateway;
using Xunit;
using static EdgeAgent.Tests.Fleet.Gateway.FleetWorld;

namespace EdgeAgent.Tests.Fleet.Gateway;

/// <summary>The state machine under kills: it ends on the new document when that is good, else on the one before,
/// whatever happens.</summary>
public sealed class FleetMachineModelTests
{
    [Theory]
    [InlineData((int)Behaviour.Good)]
    [InlineData((int)Behaviour.FailsGate)]
    [InlineData((int)Behaviour.Crashes)]
    [InlineData((int)Behaviour.BreaksLink)]
    [InlineData((int)Behaviour.HasFindings)]
    [InlineData((int)Behaviour.CannotBeApplied)]
    [InlineData((int)Behaviour.IsRefused)]
    public void Killed_once_at_each_point_it_ends_on_the_new_document_or_on_the_one_before(int behaviour)
    {
        var points = 0;
        for (var kill = 0; kill <= points; kill++)
        {
            var at = 0;
            var isArmed = false;
            var world = new FleetWorld(_ => isArmed && at++ == kill);
            var first = Digest(Behaviour.Good, 1);
            RunTo(world, first);
            Assert.Equal(first, world.Runs);

            isArmed = true;
            var second = Digest((Behaviour)behaviour, 2);
            RunTo(world, second);
            points = Math.Max(points, at);
            Assert.Equal(FleetPhase.Steady, world.Record!.Phase);
            Assert.Equal((Behaviour)behaviour == Behaviour.Good ? second : first, world.Runs);
            Assert.Equal(world.Runs, world.Record.Running!.Digest);
            Assert.Null(world.Record.Trial);
            if ((Behaviour)behaviour is not (Behaviour.Good or Behaviour.BreaksLink or Behaviour.IsRefused))
                Assert.Equal(second, world.Record.Failed[0].Digest);
            Assert.Equal((Behaviour)behaviour == Behaviour.BreaksLink && world.Record.Failed.All(f => f.IsUnreported),
                world.Record.Postponed is not null);
        }

        Assert.True(points > 8, $"{points}");
    }

    [Fact]
    public void Random_events_and_kills_never_leave_a_third_state()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var kills = seed % 3 == 0 ? 0.0 : 0.03;
            var isQuiet = false;
            var world = new FleetWorld(_ => !isQuiet && random.NextDouble() < kills);
            for (var i = 0; i < 120; i++) Happen(world, random);

            isQuiet = true;
            world.Give(new FleetEvent.Released());
            RunTo(world, Digest(Behaviour.Good, 0xfff));
            Assert.True(world.Record!.Phase == FleetPhase.Steady, $"seed {seed}: {world.Record.Phase}");
            Assert.True(world.Runs == Digest(Behaviour.Good, 0xfff), $"seed {seed}: {world.Runs}");
            if (kills == 0)
                Assert.All(world.Failures.Where(f => f.Key.Item1[0] == '1'),
                    failure => Assert.True(failure.Value <= 1, $"seed {seed}: {failure}"));
        }
    }

    static void Happen(FleetWorld world, Random random)
    {
        var digest = Digest((Behaviour)random.Next(7), random.Next(6));
        switch (random.Next(20))
        {
            case 0 or 1 or 2: world.Give(new FleetEvent.Wanted(Upcoming(digest))); break;
            case 3: world.Give(new FleetEvent.Wanted(Upcoming(digest, isNew: false))); break;
            case 4 when digest[0] != '6' && digest[0] != '1':
                world.Give(new FleetEvent.HandedIn(Upcoming(digest, origin: DocumentOrigin.Hand)));
            break;
            case 5: world.Give(new FleetEvent.Held(random.Next(2) == 0)); break;
            case 6: world.Give(new FleetEvent.Released()); break;
            case 7 when digest[0] != '1': world.Give(new FleetEvent.RetryAsked(digest)); break;
            case 8: world.Give(new FleetEvent.RootChanged()); break;
            case 9: world.Kill(); break;
            case 10: world.Pass(TimeSpan.FromHours(random.Next(30))); break;
            default: world.Progress(); break;
        }
    }

    static void RunTo(FleetWorld world, string digest)
    {
        for (var i = 0; i < 40; i++)
        {
            world.Give(new FleetEvent.Wanted(Upcoming(digest)));
            world.Progress();
        }
    }
}
