using EdgeAgent.Configuration;
using EdgeAgent.Core.Specs;
using EdgeAgent.Sources.Mqtt;
using Xunit;

namespace EdgeAgent.Tests.Configuration;

/// <summary>Files that no repository can hold: missing, a folder, too large, with open modes.</summary>
public sealed class ConfigFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("edge-agent-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Missing_file_is_a_finding() =>
        AssertOnly(FindingCodes.FileUnreadable, ConfigReader.ReadFile(Path.Combine(_folder, "none.yaml")));

    [Fact]
    public void Folder_is_a_finding() => AssertOnly(FindingCodes.FileUnreadable, ConfigReader.ReadFile(_folder));

    [Theory, InlineData(""), InlineData("\0")]
    public void Impossible_path_is_a_finding(string path) => AssertOnly(FindingCodes.FileUnreadable, ConfigReader.ReadFile(path));

    [Fact]
    public void Fifty_megabytes_are_one_finding_and_never_read_whole()
    {
        var path = Path.Combine(_folder, "large.yaml");
        using (var file = File.Create(path)) file.SetLength(50 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertOnly(FindingCodes.FileTooLarge, ConfigReader.ReadFile(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
    }

    [Fact]
    public void Endless_file_is_one_finding() => AssertOnly(FindingCodes.FileTooLarge, ConfigReader.ReadFile("/dev/zero"));

    [Fact]
    public void Large_text_is_one_finding() =>
        AssertOnly(FindingCodes.FileTooLarge, ConfigReader.Read(new string(' ', (1 << 20) + 1), "x"));

    [Fact]
    public void A_megabyte_of_one_key_is_answered_in_short_lines() =>
        Assert.All(ConfigReader.Read(new string('k', 1 << 19) + ": 1", "x").Findings, f => Assert.InRange(f.ToString().Length, 1, 400));

    [Theory]
    [InlineData("/dev/zero", "EA1202")]
    [InlineData("/", "EA1202")]
    [InlineData("no-such-file", "EA1202")]
    [InlineData("secret.bin", "EA1204")]
    public void Secret_file_that_cannot_serve_is_a_finding(string name, string code)
    {
        File.WriteAllBytes(Path.Combine(_folder, "secret.bin"), [0xff, 0xfe, 0x00]);
        Assert.Equal(code, Assert.Single(ReadWithPassword($"${{file:{name}}}").Findings, f => f.Severity == Severity.Error).Code.Id);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupWrite, true)]
    public void Open_modes_are_a_warning(UnixFileMode mode, bool warned)
    {
        var path = Path.Combine(_folder, "password");
        File.WriteAllText(path, "s3cret\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
        var result = ReadWithPassword("${file:password}");
        Assert.Equal(warned, result.Findings.Any(f => f.Code == FindingCodes.OpenSecretFile));
        Assert.Equal("s3cret", ((MqttSourceSettings)result.Settings!.Sources[0]).Broker.Password!.Reveal());
    }

    [Fact]
    public void Relative_paths_start_at_the_folder_of_the_configuration_wherever_it_is_read_from()
    {
        const string Text = """
            agent: { id: gw, data_dir: ./data }
            sources:
              plant:
                type: mqtt
                url: mqtts://127.0.0.1
                client_id: gw
                tls: { ca_file: ca.pem }
                subscriptions:
                  - topic: s/{site}/{device}/{metric}
                    decode: { value: $.value, time: { path: $.ts } }
              bus:
                type: modbus
                line: { tcp: "127.0.0.1:502" }
                units: [{ device: a, unit: 1, profile: ./sensor.yaml }]
            models:
              pump: { file: models/pump.onnx, inputs: {} }
            pipelines:
              p:
                from: [plant]
                stages: [{ score: { model: pump, scaling_file: ../scaling.json, threshold: { constant: 1 } } }]
                to: [out]
            outputs:
              out: { type: file, path: out.jsonl }
            """;
        Directory.CreateDirectory(Path.Combine(_folder, "etc/models"));
        File.WriteAllText(Path.Combine(_folder, "etc/config.yaml"), Text);
        foreach (var file in (string[])["etc/ca.pem", "etc/models/pump.onnx", "scaling.json"])
            File.WriteAllText(Path.Combine(_folder, file), "");
        File.WriteAllText(Path.Combine(_folder, "etc/sensor.yaml"), "not a profile");
        // The same file by a path from the folder that the tests run in, which is another one.
        foreach (var path in (string[])[Path.Combine(_folder, "etc/config.yaml"),
            Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(_folder, "etc/config.yaml"))])
        {
            var result = ConfigReader.ReadFile(path);
            Assert.DoesNotContain(result.Findings, f => f.Code == FindingCodes.FileMissing);
            Assert.Contains(result.Findings, f => f.Message.Contains("the profile has errors", StringComparison.Ordinal));
            Assert.Equal(Path.Combine(_folder, "etc/data"), Bound(result.Root!, "agent", "data_dir"));
            Assert.Equal(Path.Combine(_folder, "etc/out.jsonl"), Bound(result.Root!, "outputs", "out", "path"));
            Assert.Equal(Path.Combine(_folder, "etc/models/pump.onnx"), Bound(result.Root!, "models", "pump", "file"));
        }
    }

    static object? Bound(SpecValues values, params ReadOnlySpan<string> keys)
    {
        var value = values.Find(keys[0])!;
        foreach (var key in keys[1..])
            value = value.Nested is { } nested ? nested.Find(key)! : value.Entries.Single(e => e.Key == key).Value;
        return value.Value;
    }

    ConfigResult ReadWithPassword(string password)
    {
        var path = Path.Combine(_folder, "config.yaml");
        File.WriteAllText(path, TestConfig.With("    client_id: gw", $"    client_id: gw\n    username: u\n    password: \"{password}\""));
        return ConfigReader.ReadFile(path);
    }

    static void AssertOnly(FindingCode code, ConfigResult result)
    {
        Assert.Null(result.Settings);
        Assert.Equal(code, Assert.Single(result.Findings).Code);
    }

    [Fact]
    public async Task A_named_pipe_is_refused_and_never_waited_for()
    {
        var pipe = Path.Combine(Path.GetTempPath(), $"edge-agent-pipe-{Guid.NewGuid():N}");
        using (var made = System.Diagnostics.Process.Start("mkfifo", pipe))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        try
        {
            var asConfiguration = await Task.Run(() => ConfigReader.ReadFile(pipe), TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Contains("a pipe, not a file", Assert.Single(asConfiguration.Findings).ToString(), StringComparison.Ordinal);
            var asSecret = await Task.Run(() => ReadWithPassword("${file:" + pipe + "}"), TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Contains(asSecret.Findings, finding => finding.ToString().Contains("is a pipe", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(pipe);
        }
    }
}
