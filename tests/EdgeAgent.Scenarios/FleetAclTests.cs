using System.Collections.Concurrent;
using EdgeAgent.Scenarios.Harness;
using MQTTnet;
using MQTTnet.Protocol;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The access list that the documentation gives, at a mosquitto: gateways are kept apart.</summary>
public sealed class FleetAclTests
{
    [Fact]
    public async Task Each_gateway_reads_and_writes_its_own_and_no_other()
    {
        using var workspace = new Workspace();
        var list = workspace.Write("fleet.acl", File.ReadAllText(Path.Combine(Repository.Root, "configs", "fleet", "mosquitto.acl")));
        using var broker = new Mosquitto(workspace, $"allow_anonymous true\nacl_file {list}");
        using var manager = await Connect(broker, "fleet-manager");
        using var gateway = await Connect(broker, "gw-a");
        using var other = await Connect(broker, "gw-b");
        var (atManager, atGateway, atOther) = (Listen(manager), Listen(gateway), Listen(other));
        await manager.SubscribeAsync("fleet/1/gw/+/report", MqttQualityOfServiceLevel.AtLeastOnce);
        string[] forAll = ["fleet/1/root/2", "fleet/1/target/press", "fleet/1/target/all", "fleet/1/doc/0123456789abcdef0123456789abcdef"];
        string[] ofA = ["fleet/1/gw/gw-a/target", "fleet/1/gw/gw-a/vars", "fleet/1/gw/gw-a/ask"];
        foreach (var client in (IMqttClient[])[gateway, other])
            foreach (var topic in (string[])[.. forAll, .. ofA, "fleet/1/gw/gw-a/report", "fleet/1/#"])
                await client.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtLeastOnce);

        foreach (var topic in (string[])[.. forAll, .. ofA]) Assert.True((await Publish(manager, topic)).IsSuccess);
        // What no gateway may write: another's report, and everything that tells a gateway what to do.
        foreach (var topic in (string[])[.. forAll, .. ofA, "fleet/1/gw/gw-a/report", "fleet/1/gw/gw-a/answer"])
            Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await Publish(other, topic)).ReasonCode);
        Assert.True((await Publish(gateway, "fleet/1/gw/gw-a/report")).IsSuccess);
        Assert.True((await Publish(other, "fleet/1/gw/gw-b/report")).IsSuccess);

        // The last message of each queue comes when all before it have.
        await Publish(manager, "fleet/1/target/last");
        await manager.SubscribeAsync("fleet/1/target/last", MqttQualityOfServiceLevel.AtLeastOnce);
        foreach (var (client, queue) in (ReadOnlySpan<(IMqttClient, ConcurrentQueue<string>)>)[(manager, atManager), (gateway, atGateway),
            (other, atOther)])
            Wait(() => queue.Contains("fleet/1/target/last"), client.Options.ClientId);
        Assert.Equal(["fleet/1/gw/gw-a/report", "fleet/1/gw/gw-b/report"], Seen(atManager));
        Assert.Equal([.. ((string[])[.. forAll, .. ofA]).Order(StringComparer.Ordinal)], Seen(atGateway));
        Assert.Equal([.. forAll.Order(StringComparer.Ordinal)], Seen(atOther));
    }

    static string[] Seen(ConcurrentQueue<string> queue) =>
        [.. queue.Where(t => t != "fleet/1/target/last").Distinct().Order(StringComparer.Ordinal)];

    static ConcurrentQueue<string> Listen(IMqttClient client)
    {
        var topics = new ConcurrentQueue<string>();
        client.ApplicationMessageReceivedAsync += e =>
        {
            topics.Enqueue(e.ApplicationMessage.Topic);
            return Task.CompletedTask;
        };
        return topics;
    }

    static void Wait(Func<bool> isThere, string who)
    {
        for (var tries = 0; !isThere(); tries++)
        {
            if (tries == 1200) throw new TimeoutException($"{who} did not get the last message within 60 s");
            Thread.Sleep(50);
        }
    }

    static Task<MqttClientPublishResult> Publish(IMqttClient client, string topic) =>
        client.PublishStringAsync(topic, "{}", MqttQualityOfServiceLevel.AtLeastOnce, retain: true);

    static async Task<IMqttClient> Connect(Mosquitto broker, string user)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).WithClientId("c-" + user)
            .WithCredentials(user, "any").WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500).Build());
        return client;
    }
}
