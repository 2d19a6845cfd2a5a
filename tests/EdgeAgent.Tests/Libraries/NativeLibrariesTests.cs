using EdgeAgent.Libraries;
using Xunit;

namespace EdgeAgent.Tests.Libraries;

public sealed class NativeLibrariesTests
{
    [Fact]
    public void Every_needed_library_loads_and_says_its_version()
    {
        var libraries = NativeLibraries.Describe();
        Assert.Equal("2.16.0", libraries.Single(library => library.Name == "librdkafka").Version);
        Assert.EndsWith("librdkafka.so.1", libraries.Single(library => library.Name == "librdkafka").Path);
        Assert.StartsWith("3.", libraries.Single(library => library.Name == "SQLite").Version);
        Assert.StartsWith("OpenSSL 3.", libraries.Single(library => library.Name == "OpenSSL").Version);
        Assert.StartsWith("2.", libraries.Single(library => library.Name == "glibc").Version);
        Assert.Equal("1.31.1", libraries.Single(library => library.Name.StartsWith("ONNX", StringComparison.Ordinal)).Version);
    }

    [Fact]
    public void A_library_that_is_nowhere_is_not_found() => Assert.Null(NativeLibraries.Find("libnothing.so.9"));

    [Theory]
    [InlineData("librdkafka.so.1", "Unable to load shared library '/opt/librdkafka.so.1' or one of its dependencies. [...]\nlibssl.so.3: "
        + "cannot open shared object file: No such file or directory\n",
        "OpenSSL 3 is missing on this machine (libssl.so.3). Install it; on Debian: apt-get install libssl3.")]
    [InlineData("libssl.so.3",
        "libssl.so.3.so: cannot open shared object file: No such file\nlibssl.so.3: cannot open shared object file: No such file",
        "OpenSSL 3 is missing on this machine (libssl.so.3). Install it; on Debian: apt-get install libssl3.")]
    [InlineData("libe_sqlite3.so",
        "e_sqlite3.so: cannot open shared object file: No such file\nlibe_sqlite3: cannot open shared object file: No such file",
        "libe_sqlite3.so is not there. Copy it to the folder of edge-agent.")]
    [InlineData("libonnxruntime.so.1", "libstdc++.so.6: cannot open shared object file: No such file",
        "libonnxruntime.so.1 needs libstdc++.so.6, which is missing on this machine. On Debian: apt-get install libstdc++6.")]
    [InlineData("librdkafka.so.1", "[...]\n/lib/libc.so.6: version `GLIBC_2.34' not found (required by /opt/librdkafka.so.1)",
        "librdkafka.so.1: /lib/libc.so.6: version `GLIBC_2.34' not found (required by /opt/librdkafka.so.1)")]
    public void What_the_loader_says_becomes_a_sentence(string file, string message, string sentence) =>
        Assert.Equal(sentence, NativeLibraries.Explain(file, message));

    [Fact]
    public void Nothing_is_missing_here() => Assert.Null(NativeLibraries.MissingToRun());
}
