using EdgeAgent.Mqtt.Client;
using EdgeAgent.Network;
using EdgeAgent.Sources.Mqtt;
using Xunit;

namespace EdgeAgent.Tests.Sources.Mqtt;

/// <summary>How soon a source comes back after the broker ended its connection.</summary>
public sealed class ReturnTests
{
    [Theory]
    [InlineData(MqttCloseKind.PeerDisconnected, 0x8E, RetryAdvice.Slowly)] // taken over: two agents with one id
    [InlineData(MqttCloseKind.PeerDisconnected, 0x87, RetryAdvice.Slowly)] // not authorised
    [InlineData(MqttCloseKind.PeerDisconnected, 0x8B, RetryAdvice.Soon)] // shutting down
    [InlineData(MqttCloseKind.PeerClosed, 0, RetryAdvice.Soon)]
    [InlineData(MqttCloseKind.ProtocolViolation, 0x8E, RetryAdvice.Soon)]
    public void A_reason_that_comes_back_at_once_is_met_slowly(MqttCloseKind kind, byte code, RetryAdvice advice) =>
        Assert.Equal(advice, MqttSource.AfterEnd(new MqttCloseReason(kind, code, "")));

    [Fact]
    public void No_reason_is_met_soon() => Assert.Equal(RetryAdvice.Soon, MqttSource.AfterEnd(null));

    [Fact]
    public void Silent_ends_soon_after_each_other_are_a_sign_of_a_second_client_with_the_id()
    {
        var silent = new MqttCloseReason(MqttCloseKind.PeerClosed, 0, "");
        var signs = new TakeoverSigns();
        for (var i = 0; i < 3; i++) signs.OnEnd(silent, TimeSpan.FromSeconds(2));
        Assert.False(signs.IsSuspicious);
        signs.OnEnd(silent, TimeSpan.FromSeconds(60));
        Assert.True(signs.IsSuspicious);
        Assert.Contains("4 times in a row", signs.Message("gw"), StringComparison.Ordinal);
        signs.OnEnd(new MqttCloseReason(MqttCloseKind.NetworkError, 0, ""), TimeSpan.FromSeconds(1));
        Assert.False(signs.IsSuspicious);
        for (var i = 0; i < 3; i++) signs.OnEnd(silent, TimeSpan.FromSeconds(2));
        signs.OnEnd(silent, TimeSpan.FromHours(1));
        Assert.False(signs.IsSuspicious);
    }

    [Fact]
    public void A_broker_that_could_not_be_reached_in_between_was_restarted()
    {
        var silent = new MqttCloseReason(MqttCloseKind.PeerClosed, 0, "");
        var signs = new TakeoverSigns();
        for (var i = 0; i < 6; i++)
        {
            signs.OnEnd(silent, TimeSpan.FromTicks(1));
            signs.OnUnreachable();
        }

        Assert.False(signs.IsSuspicious);
    }

    [Fact]
    public void A_connection_that_ends_in_the_middle_of_a_backlog_sent_again_is_named_until_one_is_done()
    {
        var storm = new ResendStorm();
        storm.OnEnd(4_999, drained: false);
        Assert.False(storm.IsOn);
        storm.OnEnd(90_000, drained: false);
        storm.OnEnd(80_000, drained: false);
        Assert.True(storm.IsOn);
        Assert.Contains("80000 messages again after the last reconnect and was not done; 2 times in a row",
            storm.Message("It ended.", 80_000), StringComparison.Ordinal);
        storm.OnEnd(90_000, drained: true);
        Assert.False(storm.IsOn);
    }
}
