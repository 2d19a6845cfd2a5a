using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleets;
using EdgeAgent.Fleets.Keeping;
using EdgeAgent.Tests.Fleet;
using Xunit;

namespace EdgeAgent.Tests.Fleets.Keeping;

/// <summary>What lies on the disk, and what is made of it when it is damaged.</summary>
public sealed class FleetFolderTests : IDisposable
{
    readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_newer_whole_copy_counts_and_both_damaged_begin_anew()
    {
        var folder = FleetFolder.Open(_directory.Path);
        for (var i = 1; i <= 5; i++) folder.Save(new FleetRecord { Starts = i });
        var key = folder.Key.Public.Id;
        folder = FleetFolder.Open(_directory.Path);
        Assert.Equal((5, key), (folder.Record.Starts, folder.Key.Public.Id));
        Flip("fleet/state.1");
        folder = FleetFolder.Open(_directory.Path);
        Assert.Equal((4, false), (folder.Record.Starts, folder.IsDamaged));
        folder.Save(new FleetRecord { Starts = 6 });
        Assert.Equal(6, FleetFolder.Open(_directory.Path).Record.Starts);
        Flip("fleet/state.0");
        Flip("fleet/state.1");
        folder = FleetFolder.Open(_directory.Path);
        Assert.Equal((0, true), (folder.Record.Starts, folder.IsDamaged));
    }

    [Fact]
    public void A_file_keeps_its_length_from_the_first_write_and_none_but_the_owner_reads_it()
    {
        var folder = FleetFolder.Open(_directory.Path);
        folder.Save(new FleetRecord());
        Assert.Equal(FleetRecordFile.FileBytes, new FileInfo(_directory.File("fleet/state.1")).Length);
        foreach (var path in Directory.EnumerateFiles(_directory.File("fleet")))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_document_is_read_only_while_its_bytes_have_its_digest_and_what_nobody_needs_goes()
    {
        var folder = FleetFolder.Open(_directory.Path);
        var kit = new FleetKit();
        var (one, two) = (FleetKit.Document(1), FleetKit.Document(2));
        foreach (var document in (EdgeAgent.Fleet.Documents.ConfigDocument[])[one, two])
            folder.Keep(FleetRig.DigestOf(document), kit.Signed(document));
        Assert.Equal(1, folder.Document(FleetRig.DigestOf(one))!.Version);
        folder.Save(new FleetRecord { Running = new KnownDocument(FleetRig.DigestOf(one), "line", 1) });
        folder.Collect();
        Assert.Null(folder.Document(FleetRig.DigestOf(two)));
        File.WriteAllBytes(_directory.File("fleet/doc-" + FleetRig.DigestOf(one)), kit.Signed(two));
        Assert.Null(folder.Document(FleetRig.DigestOf(one)));
    }

    [Fact]
    public void Lines_say_where_they_came_from_and_local_edits_are_drift()
    {
        const string Local = "# who\nagent: { id: a }\nfleet: { root: ./r }\nsources:\n  old: {}\n";
        const string Document = "sources:\n  new: {}\n";
        Assert.Equal(
            ["a.yaml:1    | # who", "a.yaml:2    | agent: { id: a }", "a.yaml:3    | fleet: { root: ./r }", "line 2:1    | sources:",
                "line 2:2    |   new: {}", "line 2:3    | "],
            ConfigSections.Lines("a.yaml", Local, "line 2", Document));
        Assert.True(ConfigSections.HasDrift(Local, Document));
        Assert.False(ConfigSections.HasDrift("agent: { id: a }\n", Document));
        Assert.False(ConfigSections.HasDrift("agent: { id: a }\n# x\n" + Document, Document));
    }

    void Flip(string name)
    {
        var bytes = File.ReadAllBytes(_directory.File(name));
        bytes[200] ^= 1;
        File.WriteAllBytes(_directory.File(name), bytes);
    }
}
