using EdgeAgent.Mqtt.Packets;
using Xunit;

namespace EdgeAgent.Tests.Mqtt.Packets;

public sealed class ServerSaidTests
{
    static readonly ReasonText s_banned = ReasonCodes.Describe(PacketType.ConnAck, MqttVersion.V500, 0x8A);

    [Fact]
    public void Words_of_a_server_fit_a_line_of_the_log()
    {
        var sentence = ServerSaid.Sentence(s_banned, "go away\r\n2026-11-28 ERR forged" + new string('x', 70_000), "other\u001b[2J");
        Assert.StartsWith(s_banned.Sentence + " It says: \"go away  2026-11-28 ERR forged", sentence, StringComparison.Ordinal);
        Assert.Contains("It names the server other [2J.", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(sentence, char.IsControl);
        Assert.InRange(sentence.Length, 200, 700);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_server_that_says_nothing_adds_nothing(string? words) =>
        Assert.Equal($"{s_banned.Sentence} {s_banned.Advice}".TrimEnd(), ServerSaid.Sentence(s_banned, words, words));
}
