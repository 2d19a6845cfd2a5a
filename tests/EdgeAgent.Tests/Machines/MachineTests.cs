using EdgeAgent.Configuration;
using EdgeAgent.Core.Specs;
using EdgeAgent.Machines;
using EdgeAgent.Sources.Mqtt;
using EdgeAgent.Tests.Configuration;
using Xunit;

namespace EdgeAgent.Tests.Machines;

/// <summary>One image on many machines: each is itself, and stays so.</summary>
public sealed class MachineTests
{
    const string Image = """
        config: 1
        agent: { id: "gw-${machine:serial}", data_dir: "/data/${machine:serial}" }
        sources:
          plant:
            type: mqtt
            url: mqtt://127.0.0.1
            client_id: gw-${machine:serial}
            subscriptions:
              - topic: s/{site}/{device}/{metric}
                decode: { value: $.value, time: { path: $.ts } }
        pipelines:
          p: { from: [plant], to: [out] }
        outputs:
          out: { type: console }
        """;

    [Fact]
    public void Ten_copies_of_one_image_are_ten_gateways()
    {
        var seen = new HashSet<(string, string, string)>();
        for (var i = 0; i < 10; i++)
        {
            using var board = new TempDirectory();
            Put(board, "proc/device-tree/serial-number", $"10000000{i:x8}\0");
            var settings = Read(board).Settings!;
            Assert.Equal($"gw-10000000{i:x8}", settings.Agent.Id);
            seen.Add((settings.Agent.Id, settings.Agent.DataDir, Assert.IsType<MqttSourceSettings>(settings.Sources[0]).Broker.ClientId!));
        }

        Assert.Equal(10, seen.Count);
    }

    [Fact]
    public void The_device_tree_comes_before_dmi_and_one_is_never_taken_for_another()
    {
        using var board = new TempDirectory();
        Put(board, "etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        Put(board, "proc/sys/kernel/hostname", "gw-plant7\n");
        var machine = new Machine(board.Path);
        Assert.Contains("no serial number", machine.Find("serial").From, StringComparison.Ordinal);
        Put(board, "sys/class/dmi/id/board_serial", " PC 4/711 \n");
        Assert.Equal(new("PC-4-711", "serial number in DMI"), machine.Find("serial"));
        Put(board, "proc/device-tree/serial-number", "100000003d1b2c4e\0");
        Assert.Equal(new("100000003d1b2c4e", "serial number in the device tree"), machine.Find("serial"));
        Assert.Equal(new("gw-plant7", "host name"), machine.Find("hostname"));
        var (id, from) = machine.Find("id");
        Assert.Equal((16, "hash of /etc/machine-id"), (id!.Length, from));
        Assert.DoesNotContain("0123456789abcdef", id, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("To be filled by O.E.M.")]
    [InlineData("Default string")]
    [InlineData("0000000000000000")]
    [InlineData("System Serial Number")]
    [InlineData("None")]
    [InlineData("")]
    public void What_makers_leave_in_place_of_a_number_is_none(string text)
    {
        using var board = new TempDirectory();
        Put(board, "sys/class/dmi/id/product_serial", text + "\n");
        Assert.Null(new Machine(board.Path).Find("serial").Value);
        var finding = Assert.Single(Read(board).Findings.Where(f => f.Severity == Severity.Error).DistinctBy(f => f.Message));
        Assert.Equal(FindingCodes.NoMachineName, finding.Code);
        Assert.Contains("${machine:id}", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("uninitialized\n")]
    public void An_image_whose_machine_id_is_not_made_yet_is_refused(string text)
    {
        using var board = new TempDirectory();
        Put(board, "etc/machine-id", text);
        Assert.Null(new Machine(board.Path).Find("id").Value);
    }

    [Fact]
    public void A_name_that_is_none_is_told()
    {
        var read = ConfigReader.Read(TestConfig.With("id: gw,", "id: \"${machine:serail}\","), "/tmp/config.yaml");
        Assert.Contains(read.Findings, f => f.Code == FindingCodes.BadReference && f.Message.Contains("serial", StringComparison.Ordinal));
    }

    [Fact]
    public void What_takes_effect_is_shown_with_where_it_comes_from_and_without_secrets()
    {
        using var board = new TempDirectory();
        Put(board, "proc/device-tree/serial-number", "100000003d1b2c4e\0");
        Environment.SetEnvironmentVariable("EDGE_AGENT_TEST_SHOWN", "not-to-be-shown");
        var text = Image.Replace("client_id: gw",
            "username: \"u-${env:EDGE_AGENT_TEST_SHOWN}\"\n    password: ${env:EDGE_AGENT_TEST_SHOWN}\n"
            + "    client_id: gw", StringComparison.Ordinal);
        var read = ConfigReader.Read(text, "/tmp/gw.yaml", new Machine(board.Path));
        Assert.True(read.IsGood, string.Join('\n', read.Findings));
        using var writer = new StringWriter();
        EffectiveConfig.Write(read, "gw.yaml", writer);
        var shown = writer.ToString();
        Assert.Contains("id: 'gw-100000003d1b2c4e'  # gw.yaml:2, serial number in the device tree\n", shown, StringComparison.Ordinal);
        Assert.Contains("data_dir: '/data/100000003d1b2c4e'  # gw.yaml:2, serial number in the device tree\n", shown,
            StringComparison.Ordinal);
        Assert.Contains("password: '***'  # gw.yaml:8, environment variable EDGE_AGENT_TEST_SHOWN\n", shown, StringComparison.Ordinal);
        Assert.Contains("username: 'u-${env:EDGE_AGENT_TEST_SHOWN}'  # gw.yaml:7, environment variable", shown, StringComparison.Ordinal);
        Assert.Contains("keep_alive: 30s  # default\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("not-to-be-shown", shown, StringComparison.Ordinal);
    }

    static ConfigResult Read(TempDirectory board) => ConfigReader.Read(Image, "/tmp/gw.yaml", new Machine(board.Path));

    static void Put(TempDirectory board, string file, string text)
    {
        var path = Path.Combine(board.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
