using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The short form of the soak's backlog: more messages than there are packet ids wait at
/// mosquitto while the agent is away.</summary>
public sealed class BacklogTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("v5")]
    [InlineData("v3.1.1")]
    public void A_plain_backlog_counts_once(string protocol) => Run(new() { Protocol = protocol });

    [Theory]
    [InlineData("v5")]
    [InlineData("v3.1.1")]
    public void Kills_in_the_flush_lose_and_repeat_nothing(string protocol) =>
        Run(new() { Protocol = protocol, Messages = 150_000, Kills = 5, Seed = 2 });

    [Fact]
    public void Connections_cut_in_the_flush_lose_and_repeat_nothing() =>
        Run(new() { Messages = 150_000, Cuts = 5, HasRaw = true, Seed = 3 });

    [Fact]
    public void Equal_payloads_count_as_often_as_they_were_sent() =>
        Run(new()
        {
            Protocol = "v3.1.1", BrokerInFlight = 1000, Messages = 150_000, HasEqualPayloads = true, Devices = 1, Kills = 2, Cuts = 2,
            Seed = 4
        });

    [Fact]
    public void Both_QoS_in_one_session_whose_ids_wrap() =>
        Run(new() { Messages = 70_000, MessagesOfQos2 = 5_000, Kills = 2, Cuts = 1, Seed = 5 });

    [Fact]
    public void A_backlog_of_QoS_2_whose_ids_wrap() =>
        Run(new() { Protocol = "v3.1.1", BrokerInFlight = 1000, Messages = 0, MessagesOfQos2 = 70_000, Kills = 2, Seed = 6 });

    [Fact]
    public void A_CONNECT_whose_sender_has_gone_makes_the_broker_publish_again_what_was_released() =>
        Run(new()
        {
            Messages = 1_000, MessagesOfQos2 = 5_000, ReceiveMaximum = 65_535, HasEqualPayloads = true, HasRaw = true, Gone = 3, Seed = 7
        });

    void Run(BacklogSettings settings)
    {
        using var workspace = new Workspace();
        var result = new Backlog(workspace, settings).Run();
        output.WriteLine(result.ToString());
        Assert.True(result.IsExact, result.ToString());
        // Else nothing was shown.
        Assert.True(settings.Kills + settings.Cuts + settings.Gone == 0 || result.Repeats > 0, result.ToString());
    }
}
