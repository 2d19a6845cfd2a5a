using EdgeAgent.Configuration;
using EdgeAgent.Sources.Mqtt;
using EdgeAgent.Tests.Configuration;
using Xunit;

namespace EdgeAgent.Tests.Specs;

/// <summary>A marker secret goes in by every way there is and comes out by none.</summary>
public sealed class SecretTests : IDisposable
{
    const string Marker = "Hunter2Marker";
    readonly string _folder = Directory.CreateTempSubdirectory("edge-agent-secret-").FullName;

    public SecretTests()
    {
        File.WriteAllText(Path.Combine(_folder, "secret"), Marker + "\n");
        File.WriteAllText(Path.Combine(_folder, "lines"), Marker + "\n" + Marker + "\n");
        Environment.SetEnvironmentVariable("EDGE_AGENT_TEST_SECRET", Marker);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Ways to write a secret; what the reader makes of them differs, what it says never holds the marker.</summary>
    public static TheoryData<string> Ways => new(
        "password: " + Marker, "password: \"" + Marker + "\"", "password: *" + Marker, "password: &" + Marker, "password: !" + Marker,
        "password: !" + Marker + " x",
        "password: %" + Marker, "password: @" + Marker, "password: `" + Marker, "password: {" + Marker + "}", "password: [" + Marker + "]",
        "password: { a: " + Marker
            + " }", "password: \"" + Marker, "password: '" + Marker, "password: a: " + Marker, "password: |\n      " + Marker + "\n      x",
        "password: \"a\\n" + Marker
            + "\"", "password: \"${file:secret}\"", "password: \"${file:lines}\"", "password: \"${env:EDGE_AGENT_TEST_SECRET}\"",
        "password: \"" + Marker + "${env\"", "password: \"" + Marker + "${nope:x}\"", "password: \"\\q" + Marker + "\"",
        "username: \"${file:secret}\"", "client_id: \"a${env:EDGE_AGENT_TEST_SECRET}\\n\"", "keep_alive: \"${env:EDGE_AGENT_TEST_SECRET}\"",
        "pasword: " + Marker, "password:\n\t" + Marker, "password : " + Marker, "receive_maximum: \"${file:secret}\"",
        "tls: { ca_file: \"${file:secret}\" }", "tls: { ca_file: \"${file:lines}\" }", "tls: \"${file:secret}\"");

    [Theory, MemberData(nameof(Ways))]
    public void Never_shows(string way)
    {
        var text = TestConfig.With("    type: mqtt", "    type: mqtt\n    " + way).Replace("127.0.0.1", "broker.example");
        AssertSilent(ConfigReader.Read(text, Path.Combine(_folder, "c.yaml")));
    }

    [Theory]
    [InlineData("mqtt://u:" + Marker + "@h")]
    [InlineData("mqtt://" + Marker + "@h:99999")]
    [InlineData("u:" + Marker + "@h")]
    [InlineData("mqtt://h/${file:secret}")]
    [InlineData("${env:EDGE_AGENT_TEST_SECRET}")]
    public void Url_never_shows(string url) =>
        AssertSilent(ConfigReader.Read(TestConfig.With("mqtt://127.0.0.1", '"' + url + '"'), Path.Combine(_folder, "c.yaml")));

    [Fact]
    public void Settings_hold_it_and_show_stars()
    {
        var text = TestConfig.With("    type: mqtt", "    type: mqtt\n    username: u\n    password: \"<${file:secret}$${x>\"");
        var source = (MqttSourceSettings)ConfigReader.Read(text, Path.Combine(_folder, "c.yaml")).Settings!.Sources[0];
        Assert.Equal($"<{Marker}${{x>", source.Broker.Password!.Reveal());
        Assert.DoesNotContain(Marker, source.ToString());
    }

    static void AssertSilent(ConfigResult result)
    {
        var shown = new StringWriter();
        foreach (var finding in result.Findings) shown.WriteLine(finding);
        EffectiveConfig.Write(result, "config.yaml", shown);
        shown.WriteLine(result);
        shown.WriteLine(result.Settings?.Sources[0]);
        // A text that is not secret by its key shows in its own settings, which are for the program; never in findings or the dump.
        var text = shown.ToString();
        if (result.Settings?.Sources[0] is MqttSourceSettings { Broker: { Username: Marker } or { Tls.CaFile: Marker } })
            text = text.Replace($"Username = {Marker}", "", StringComparison.Ordinal)
                .Replace($"CaFile = {Marker}", "", StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, text);
    }
}
