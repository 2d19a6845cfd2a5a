using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;
using EdgeAgent.Learning;
using EdgeAgent.Learning.Inference;
using EdgeAgent.Learning.Writing;
using EdgeAgent.Sources.Mqtt;
using Xunit;

namespace EdgeAgent.Tests.Learning;

/// <summary>A recording told to a survey, the configuration it proposes, and what that makes of the recording.</summary>
sealed class LearnRun
{
    readonly List<(byte[] Topic, byte[] Payload, long AtNs)> _messages = [];

    /// <summary>What is said besides.</summary>
    public static readonly ProposalHead Head = new("mqtt://127.0.0.1:1883", "gw-1", "From a recording.");

    /// <summary>What was heard.</summary>
    public Survey Survey { get; } = new();

    /// <summary>The proposal.</summary>
    public Proposal Proposal { get; private set; } = new([], []);

    /// <summary>The configuration, or null.</summary>
    public string? Yaml { get; private set; }

    /// <summary>Tells a recording: lines with topic, at and payload or payload_base64.</summary>
    public static LearnRun Of(string recording)
    {
        var run = new LearnRun();
        foreach (var line in recording.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var of = json.RootElement;
            Assert.True(IsoTime.TryParse(Encoding.UTF8.GetBytes(of.GetProperty("at").GetString()!), out var atNs));
            var payload = of.TryGetProperty("payload_base64", out var coded) ? coded.GetBytesFromBase64()
                : Encoding.UTF8.GetBytes(of.GetProperty("payload").GetString()!);
            run.Hear(of.GetProperty("topic").GetString()!, payload, atNs, of.TryGetProperty("retain", out var r) && r.GetBoolean());
        }

        return run.Propose();
    }

    /// <summary>Takes one message.</summary>
    public void Hear(string topic, byte[] payload, long atNs, bool isRetained = false)
    {
        _messages.Add((Encoding.UTF8.GetBytes(topic), payload, atNs));
        Survey.Add(_messages[^1].Topic, payload, atNs, isRetained);
    }

    /// <summary>Makes the proposal.</summary>
    public LearnRun Propose()
    {
        Yaml = Learner.Propose(Survey.Topics, Head, out var proposal);
        Proposal = proposal;
        return this;
    }

    /// <summary>The readings that the proposed configuration makes of the recording: time, labels, value, a line each.</summary>
    public string Readings()
    {
        if (Yaml is null) return "";
        var read = ConfigReader.Read(Yaml, Path.GetFullPath("proposal.yaml"));
        Assert.True(read.Settings is not null, string.Join('\n', read.Findings));
        var series = new SeriesTable(10_000);
        var source = Assert.IsType<MqttSourceSettings>(Assert.Single(read.Settings.Sources));
        var decoder = new MessageDecoder(source.Subscriptions, series, 10_000);
        var batch = new ReadingBatch();
        var lines = new StringBuilder();
        foreach (var (topic, payload, atNs) in _messages)
        {
            decoder.Decode(topic, payload, atNs, batch, new None());
            for (var i = 0; i < batch.Count; i++)
                lines.Append(CultureInfo.InvariantCulture,
                    $"{DateTime.UnixEpoch.AddTicks(batch.TimeNs[i] / 100):yyyy-MM-ddTHH:mm:ss.FFFFFFFZ} ")
                    .Append(CultureInfo.InvariantCulture, $"{series.LabelsOf(batch.Series[i]).Canonical} {batch.Value[i]:R}\n");
            batch.Count = 0;
        }

        return lines.ToString();
    }

    sealed class None : IBatchReceiver
    {
        public void Flush(ReadingBatch batch) => throw new InvalidOperationException();
    }
}
