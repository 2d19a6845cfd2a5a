using System.Text.Json;
using EdgeAgent.Cli;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Signing;
using Xunit;

namespace EdgeAgent.Tests.Cli;

/// <summary>The commands of keys, roots and signing, one after the other as a person gives them.</summary>
public sealed class FleetCommandTests : IDisposable
{
    const string Plant = """
        sources:
          s: { type: mqtt, url: mqtt://127.0.0.1, client_id: c, subscriptions: [{ topic: "t/{device}/{metric}", decode: { value: $.v } }] }
        pipelines: { p: { from: s, to: o, stages: [{ keep: { device: "*" } }] } }
        outputs: { o: { type: console } }
        """;

    readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    int Run(params string[] arguments) => CommandLine.Run(["fleet", .. arguments.Select(a => a.StartsWith("./",
        StringComparison.Ordinal) ? In(a) : a)], TextWriter.Null);

    string In(string path) => _folder.File(path[2..]);

    string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }

    void MakeRoot()
    {
        foreach (var key in (string[])["root", "root2", "config", "config2", "rollout"]) Assert.Equal(0, Run("keygen", $"./{key}.pem"));
        Assert.Equal(0, Run("root", "init", "--key", In("./root.pem"), "--config-key", In("./config.pub.pem"), "--rollout-key",
            In("./rollout.pub.pem"), "--out",
            "./root.1.json"));
    }

    [Fact]
    public void From_a_key_to_a_root_to_a_document_that_verifies()
    {
        MakeRoot();
        Assert.Equal(0, Run("verify", "./root.1.json"));
        Write("plant.yaml", Plant + " # é\n");
        Assert.Equal(0, Run("sign", "./plant.yaml", "--name", "press-line", "--groups", "press,oven", "--version", "42", "--expires",
            "90d", "--agent", "0.4",
            "--var", "unit:integer=1", "--gate", "readings=>=0.2x", "--gate", "restarts=1", "--file",
                $"models/a.onnx={In("./plant.yaml")}@https://h.example/a",
            "--key", In("./config.pem"), "--out", "./doc.json"));
        Assert.Equal(0, Run("verify", "./doc.json", "--root", "./root.1.json"));
        var document = ConfigDocument.Parse(EnvelopeFile.Read(In("./doc.json")).Payload).Value!;
        Assert.Equal(Plant + " # é\n", document.Config);
        Assert.Equal(("press-line", 42, 2, new Version(0, 4), ">=0.2x", 1), (document.Name, document.Version, document.Groups.Count,
            document.LeastAgent,
            document.Gates.Readings!.ToString(), document.Gates.Restarts));
        Assert.Equal("https://h.example/a", document.Files[0].Url!.AbsoluteUri);

        Assert.Equal(0, Run("sign", "./plant.yaml", "--name", "other", "--groups", "all", "--key", In("./rollout.pem"), "--out",
            "./wrong.json"));
        Assert.Equal(1, Run("verify", "./wrong.json", "--root", "./root.1.json"));
        Assert.True(ConfigDocument.Parse(EnvelopeFile.Read(In("./wrong.json")).Payload).Value!.Version > 20_260_101_000_000);
    }

    [Theory]
    [InlineData("agent: { id: a, data_dir: /d }\n", "")]
    [InlineData("", "headers: { Authorization: \"Bearer abc\" }")]
    [InlineData("", "headers: { X: \"${file:/etc/shadow}\" }")]
    [InlineData("", "hedders: {}")]
    public void A_document_with_findings_is_not_signed(string before, string inside)
    {
        MakeRoot();
        Write("plant.yaml", before + Plant.Replace("{ type: console }",
            $"{{ type: webhook, url: \"https://h.example/x\"{(inside.Length > 0 ? ", " : "")}{inside} }}",
            StringComparison.Ordinal));
        Assert.Equal(78, Run("sign", "./plant.yaml", "--name", "press-line", "--groups", "press", "--key", In("./config.pem"), "--out",
            "./doc.json"));
        Assert.False(File.Exists(In("./doc.json")));
    }

    [Fact]
    public void A_root_of_two_is_signed_by_one_after_the_other()
    {
        MakeRoot();
        Assert.Equal(0, Run("root", "rotate", "./root.1.json", "--add", $"root={In("./root2.pub.pem")}", "--add",
            $"config={In("./config2.pub.pem")}", "--threshold",
            "config=2", "--threshold", "root=2", "--min-version", "press-line=41", "--seq", "press=7", "--key", In("./root.pem"), "--out",
                "./root.2.json"));
        Assert.Equal(1, Run("verify", "./root.2.json", "--root", "./root.1.json"));
        Assert.Equal(0, Run("sign", "--cosign", "./root.2.json", "--key", In("./root2.pem")));
        Assert.Equal(0, Run("verify", "./root.2.json", "--root", "./root.1.json"));
        var root = RootChain.First(EnvelopeFile.Read(In("./root.2.json")).ToBytes(), null).Value!;
        Assert.Equal((2, 2, 41, 7), (root.Version, root.Roles["config"].Threshold, root.MinVersion["press-line"], root.Sequences["press"]));

        Write("plant.yaml", Plant);
        Assert.Equal(0, Run("sign", "./plant.yaml", "--name", "press-line", "--groups", "press", "--key", In("./config.pem"), "--out",
            "./doc.json"));
        Assert.Equal(1, Run("verify", "./doc.json", "--root", "./root.2.json"));
        Assert.Equal(0, Run("sign", "./doc.json", "--cosign", "--key", In("./config.pem")));
        Assert.Equal(1, Run("verify", "./doc.json", "--root", "./root.2.json"));
        Assert.Equal(0, Run("sign", "./doc.json", "--cosign", "--key", In("./config2.pem")));
        Assert.Equal(0, Run("verify", "./doc.json", "--root", "./root.2.json"));

        Assert.Equal(0, Run("root", "add-key", "./root.2.json", In("./rollout.pub.pem"), "--role", "config", "--key", In("./root.pem"),
            "--key",
            In("./root2.pem"), "--out", "./root.3.json"));
        Assert.Equal(0, Run("verify", "./root.3.json", "--root", "./root.2.json"));
        Assert.Equal(74, Run("root", "rotate", "./root.3.json", "--remove", "0123456789abcdef", "--key", In("./root.pem"), "--out",
            "./root.4.json"));
        Assert.Equal(74, Run("root", "rotate", "./root.3.json", "--min-version", "press-line=40", "--key", In("./root.pem"), "--out",
            "./root.4.json"));
        Assert.Equal(74, Run("root", "rotate", "./root.3.json", "--threshold", "config=9", "--key", In("./root.pem"), "--out",
            "./root.4.json"));
        Assert.False(File.Exists(In("./root.4.json")));
    }

    [Fact]
    public void Values_of_a_gateway_have_types()
    {
        MakeRoot();
        Assert.Equal(0, Run("vars", "gw-a", "unit=17", "on=true", "gain=0.5", "line=press 7", "code=\"007\"", "--version", "3", "--key",
            In("./config.pem"), "--out",
            "./vars.json"));
        var vars = Vars.Parse(EnvelopeFile.Read(In("./vars.json")).Payload).Value!;
        Assert.Equal([17L, true, 0.5, "press 7", "007"], vars.Values.Values);
        Assert.Equal(0, Run("verify", "./vars.json", "--root", "./root.1.json"));
    }

    [Fact]
    public void A_gateway_prints_its_line_for_the_list()
    {
        MakeRoot();
        Directory.CreateDirectory(_folder.File("data/fleet"));
        var config = Write("config.yaml", "agent: { id: gw-a, data_dir: ./data }\nfleet: { root: ./root.1.json, groups: [press] }\n");
        using (var none = new StringWriter()) Assert.Equal(69, FleetEnrollCommand.Print(config, TextWriter.Null, none));
        using var key = SigningKey.Create();
        Write("data/fleet/key.pem", key.ToPem());
        using var output = new StringWriter();
        Assert.Equal(0, FleetEnrollCommand.Print(config, output, TextWriter.Null));
        using var line = JsonDocument.Parse(output.ToString());
        Assert.Equal(("gw-a", key.Public.Id, "press"), (line.RootElement.GetProperty("id").GetString(),
            line.RootElement.GetProperty("key").GetProperty("id").GetString(), line.RootElement.GetProperty("groups")[0].GetString()));
        Assert.StartsWith("sha256:", line.RootElement.GetProperty("root").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_envelope_is_said_by_name()
    {
        Write("a.json", "{}");
        Write("b.json", new string(' ', 200_000));
        foreach (var name in (string[])["./a.json", "./b.json", "./none.json"]) Assert.Equal(74, Run("verify", name));
        Assert.Contains("too-large", Assert.Throws<IOException>(() => EnvelopeFile.Read(In("./b.json"))).Message, StringComparison.Ordinal);
        Assert.Contains("malformed", Assert.Throws<IOException>(() => EnvelopeFile.Read(In("./a.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_signs_in_place_of_a_key()
    {
        MakeRoot();
        Write("plant.yaml", Plant);
        if (!File.Exists("/usr/bin/openssl")) Assert.Skip("openssl is not installed");
        Assert.Equal(0, Run("sign", "./plant.yaml", "--name", "press-line", "--groups", "press", "--sign-with",
            $"openssl dgst -sha256 -sign {In("./config.pem")} {{data}}", "--public", In("./config.pub.pem"), "--out", "./doc.json"));
        Assert.Equal(0, Run("verify", "./doc.json", "--root", "./root.1.json"));
        Assert.Equal(74, Run("sign", "./plant.yaml", "--name", "press-line", "--groups", "press", "--sign-with", "true", "--public",
            In("./config.pub.pem")));
    }
}
