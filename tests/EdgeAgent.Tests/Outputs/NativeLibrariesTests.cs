using EdgeAgent.Outputs;
using Xunit;

namespace EdgeAgent.Tests.Outputs;

public sealed class NativeLibrariesTests
{
    [Fact]
    public void Every_needed_library_loads_and_says_its_version()
    {
        var libraries = NativeLibraries.Describe();
        Assert.Equal("2.15.1", libraries.Single(library => library.Name == "librdkafka").Version);
        Assert.EndsWith("librdkafka.so.1", libraries.Single(library => library.Name == "librdkafka").Path);
        Assert.StartsWith("3.", libraries.Single(library => library.Name == "SQLite").Version);
        Assert.StartsWith("OpenSSL 3.", libraries.Single(library => library.Name == "OpenSSL").Version);
        Assert.StartsWith("2.", libraries.Single(library => library.Name == "glibc").Version);
        Assert.Equal("1.30.0", libraries.Single(library => library.Name.StartsWith("ONNX", StringComparison.Ordinal)).Version);
    }

    [Fact]
    public void A_library_that_is_nowhere_is_not_found() => Assert.Null(NativeLibraries.Find("libnothing.so.9"));
}
