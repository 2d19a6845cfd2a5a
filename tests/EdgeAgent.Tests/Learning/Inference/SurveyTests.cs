using System.Text;
using EdgeAgent.Configuration;
using EdgeAgent.Learning.Inference;
using Xunit;

namespace EdgeAgent.Tests.Learning.Inference;

/// <summary>What comes in great number, in great size or with ill will: bounded, told of, and harmless in the proposal.</summary>
public sealed class SurveyTests
{
    const long Start = 1_782_907_200_000_000_000;
    const long Second = 1_000_000_000;

    [Fact]
    public void A_hundred_thousand_topics_are_one_template()
    {
        var run = new LearnRun();
        for (var i = 0; i < 100_000; i++)
            run.Hear($"site{i % 10}/dev{i / 20}/m{i % 20}", Encoding.UTF8.GetBytes(i.ToString()), Start + i * 1000L);
        run.Propose();
        var only = Assert.Single(run.Proposal.Subscriptions);
        Assert.Equal("{site}/{device}/{metric}", only.Template);
        Assert.Equal(100_000, only.Topics.Count);
        Assert.Empty(run.Proposal.Unread);
    }

    [Fact]
    public void Topics_without_end_are_counted_and_no_more()
    {
        var survey = new Survey();
        var topic = new byte[1000];
        Array.Fill(topic, (byte)'t');
        for (var i = 0; i < 40_000; i++)
        {
            BitConverter.TryWriteBytes(topic, i | 0x01010101 & 0x7f7f7f7f);
            for (var j = 0; j < 4; j++) topic[j] = (byte)('a' + ((i >> (4 * j)) & 15));
            survey.Add(topic, "1"u8, Start, false);
        }

        Assert.Equal(40_000, survey.Messages);
        Assert.InRange(survey.Topics.Count, 1000, Survey.MaxTopicBytes / 3000);
        Assert.Equal(survey.Messages - survey.Topics.Count, survey.PassedOver);
    }

    [Fact]
    public void Large_payloads_are_not_kept_past_their_room()
    {
        var survey = new Survey();
        var payload = new byte[Survey.MaxPayload];
        for (var i = 0; i < 3000; i++) survey.Add(Encoding.UTF8.GetBytes($"t/{i}"), payload, Start, false);
        Assert.InRange(survey.Topics.Sum(t => t.Samples.Sum(s => (long)s.Payload.Length)), 1, Survey.MaxSampleBytes);
        Assert.Equal(3000, survey.Topics.Count);
    }

    [Fact]
    public void A_topic_keeps_its_first_payloads_and_ever_rarer_ones()
    {
        var survey = new Survey();
        for (var i = 0; i < 100_000; i++) survey.Add("t"u8, BitConverter.GetBytes(i), Start + i * Second, false);
        var topic = Assert.Single(survey.Topics);
        Assert.Equal(16, topic.Samples.Count);
        Assert.Equal(TimeSpan.FromSeconds(1), topic.Interval);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 15, 31], topic.Samples.Take(10).Select(s => BitConverter.ToInt32(s.Payload)));
    }

    [Theory]
    [InlineData("s/a\u001b[2J/t")]
    [InlineData("s/a\u202e/t")]
    [InlineData("s/\"x\": y # z/t")]
    [InlineData("s/a'b\\c/t")]
    [InlineData("s/${env:HOME}/t")]
    [InlineData("s/{x}/t")]
    [InlineData("yes/no/null")]
    [InlineData("-/: /?")]
    public void A_topic_made_to_harm_is_quoted_or_left_out(string topic)
    {
        var run = new LearnRun();
        for (var i = 0; i < 3; i++) run.Hear(topic, Encoding.UTF8.GetBytes($"2{i}.5"), Start + i * Second);
        run.Hear("good/probe1/t", "1"u8.ToArray(), Start);
        run.Propose();
        Assert.NotNull(run.Yaml);
        Assert.DoesNotContain(run.Yaml, c => char.IsControl(c) && c != '\n' || c == '\u202e');
        Assert.NotNull(ConfigReader.Read(run.Yaml, "/tmp/p.yaml").Settings);
        Assert.Contains(run.Proposal.Subscriptions, s => s.Template.StartsWith("good/", StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_and_values_made_to_harm_are_quoted_or_left_out()
    {
        var run = new LearnRun();
        for (var i = 0; i < 3; i++)
            run.Hear("s/dev1",
                Encoding.UTF8.GetBytes("{\"a\\nb: c\":1,\"x'y\":2,\"${env:A}\":3,\"\\u001b[2J\":\"\\u001b[2J\",\"good\":4,\"\":5}"),
                Start + i * Second);
        run.Propose();
        Assert.NotNull(run.Yaml);
        Assert.DoesNotContain(run.Yaml, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public void Noise_never_throws_and_never_gives_a_configuration_that_is_refused()
    {
        var random = new Random(20260701);
        string[] seeds = ["{\"v\":1,\"t\":1782907200}", "[[1,2],[3,4]]", "21,5;40", "T=1;H=2", "on", "{\"a\":{\"b\":[{\"c\":1}]}}",
            "a,b\n1,2\n"];
        for (var round = 0; round < 300; round++)
        {
            var run = new LearnRun();
            for (var i = 0; i < 6; i++)
            {
                var payload = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]);
                for (var hit = random.Next(4); hit > 0
                    && payload.Length > 0; hit--) payload[random.Next(payload.Length)] = (byte)random.Next(256);
                run.Hear($"n/{random.Next(3)}/{random.Next(3)}", payload, Start + i * Second, random.Next(4) == 0);
            }

            run.Propose();
            if (run.Yaml is not null) run.Readings();
        }
    }
}
