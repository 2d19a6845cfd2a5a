using EdgeAgent.Configuration;
using EdgeAgent.Core.Settings.Specs;
using Xunit;

namespace EdgeAgent.Tests.Configuration;

/// <summary>Files that no repository can hold: missing, a folder, too large, with open modes.</summary>
public sealed class ConfigFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("edge-agent-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Missing_file_is_a_finding() => AssertOnly(FindingCodes.FileUnreadable, ConfigReader.ReadFile(Path.Combine(_folder, "none.yaml")));

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
    public void Large_text_is_one_finding() => AssertOnly(FindingCodes.FileTooLarge, ConfigReader.Read(new string(' ', (1 << 20) + 1), "x"));

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
        Assert.Equal("s3cret", ((EdgeAgent.Core.Settings.MqttSourceSettings)result.Settings!.Sources[0]).Password!.Reveal());
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
        using (var made = System.Diagnostics.Process.Start("mkfifo", pipe)) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        try
        {
            var asConfiguration = await Task.Run(() => ConfigReader.ReadFile(pipe), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Contains("a pipe, not a file", Assert.Single(asConfiguration.Findings).ToString(), StringComparison.Ordinal);
            var asSecret = await Task.Run(() => ReadWithPassword("${file:" + pipe + "}"), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Contains(asSecret.Findings, finding => finding.ToString().Contains("is a pipe", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(pipe);
        }
    }
}
