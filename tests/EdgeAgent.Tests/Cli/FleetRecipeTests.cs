using System.Diagnostics;
using Xunit;

namespace EdgeAgent.Tests.Cli;

/// <summary>The recipes for other managers, run against a stub of <c>edge-agent</c>.</summary>
public sealed class FleetRecipeTests : IDisposable
{
    readonly TempDirectory _folder = new();

    /// <summary>A stub that writes its arguments down and ends as it is told.</summary>
    public FleetRecipeTests()
    {
        File.WriteAllText(_folder.File("edge-agent"), "#!/bin/sh\necho \"$*\" >> \"$STUB_LOG\"\necho said\nexit \"${STUB_EXIT:-0}\"\n");
        // Fetches from files: no network in a test.
        File.WriteAllText(_folder.File("curl"),
            "#!/bin/sh\nwhile [ $# -gt 1 ]; do [ \"$1\" = --output ] && out=$2; shift; done\ncp \"${1#file://}\" \"$out\"\n");
        foreach (var name in (string[])["edge-agent", "curl"])
            File.SetUnixFileMode(_folder.File(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(_folder.File("document.json"), "{}");
    }

    [Theory]
    [InlineData("aws-iot-job.sh")]
    [InlineData("mender-update-module")]
    [InlineData("swupdate-postinst.sh")]
    [InlineData("thin-edge-config-plugin")]
    public void A_recipe_has_less_than_forty_lines(string name) => Assert.InRange(File.ReadAllLines(Recipe(name)).Length, 5, 39);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(75)]
    public void Each_hands_the_document_over_and_ends_as_the_agent_does(int code)
    {
        var document = _folder.File("document.json");
        Directory.CreateDirectory(_folder.File("files"));
        File.WriteAllText(_folder.File("files/a.json"), "{}");
        Assert.Equal((code, "fleet apply FILE --wait --json"), Run(code, "aws-iot-job.sh", "root", "file://" + document));
        Assert.Equal((code, $"fleet apply {_folder.Path}/files/a.json --wait"),
            Run(code, "mender-update-module", "ArtifactInstall", _folder.Path));
        File.WriteAllText(_folder.File("incoming.json"), "{}");
        Assert.Equal((code, $"fleet apply {_folder.Path}/incoming.json --wait"), Run(code, "swupdate-postinst.sh", "postinst"));
        Assert.False(File.Exists(_folder.File("incoming.json")));
        Assert.Equal((code, $"fleet apply {document} --wait"), Run(code, "thin-edge-config-plugin", "set", "document", document,
            "--work-dir", _folder.Path));
        Assert.Equal((code, $"fleet verify {document}"), Run(code, "thin-edge-config-plugin", "prepare", "document", document,
            "--work-dir", _folder.Path));
    }

    [Fact]
    public void What_needs_no_agent_asks_none()
    {
        Assert.Equal((0, ""), Run(1, "mender-update-module", "NeedsArtifactReboot", _folder.Path));
        Assert.Equal((0, ""), Run(1, "mender-update-module", "SupportsRollback", _folder.Path));
        Assert.Equal((0, ""), Run(1, "mender-update-module", "Download", _folder.Path));
        Assert.Equal((0, ""), Run(1, "swupdate-postinst.sh", "preinst"));
        Assert.Equal((0, ""), Run(1, "thin-edge-config-plugin", "list"));
        Assert.Equal((0, ""), Run(1, "thin-edge-config-plugin", "verify", "document", "--work-dir", _folder.Path));
        Assert.Equal((1, ""), Run(0, "thin-edge-config-plugin", "what"));
    }

    static string Recipe(string name) => Path.Combine(Repository.Root, "configs", "fleet", name);

    /// <summary>Runs a recipe; its exit code and what the agent was asked, names of temporary files left out.</summary>
    (int Code, string Asked) Run(int code, string recipe, params string[] arguments)
    {
        var log = _folder.File("log");
        File.Delete(log);
        var start = new ProcessStartInfo(Recipe(recipe), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder.Path}:/usr/bin:/bin";
        start.Environment["STUB_LOG"] = log;
        start.Environment["STUB_EXIT"] = code.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["EDGE_AGENT_INCOMING"] = _folder.File("incoming.json");
        start.Environment.Remove("TMPDIR");
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        var asked = File.Exists(log) ? File.ReadAllText(log).TrimEnd() : "";
        return (process.ExitCode, System.Text.RegularExpressions.Regex.Replace(asked, "/tmp/tmp\\.\\w+", "FILE"));
    }

    public void Dispose() => _folder.Dispose();
}
