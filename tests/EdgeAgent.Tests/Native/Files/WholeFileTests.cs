using EdgeAgent.Native.Files;
using Xunit;

namespace EdgeAgent.Tests.Native.Files;

public sealed class WholeFileTests : IDisposable
{
    readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_cannot_be_written_whole_leaves_the_old_file()
    {
        WholeFile.Replace(_directory.File("a"), "old"u8.ToArray());
        Assert.Throws<IOException>(() => WholeFile.Replace(_directory.File("a"), to =>
        {
            to.Write("ne"u8);
            throw new IOException("full");
        }));
        Assert.Equal("old", File.ReadAllText(_directory.File("a")));
        WholeFile.Replace(_directory.File("a"), "new"u8.ToArray());
        Assert.Equal("new", File.ReadAllText(_directory.File("a")));
        Assert.Equal([_directory.File("a")], Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void A_durable_one_is_for_its_owner_alone_whatever_lay_beside_it()
    {
        File.WriteAllText(_directory.File("b.new"), "open to all");
        File.SetUnixFileMode(_directory.File("b.new"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        WholeFile.ReplaceDurably(_directory.File("b"), to => to.Write("key"u8));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory.File("b")));
        Assert.Equal("key", File.ReadAllText(_directory.File("b")));
    }
}
