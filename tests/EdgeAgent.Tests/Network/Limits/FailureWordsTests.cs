using System.Net.Sockets;
using EdgeAgent.Network;
using EdgeAgent.Network.Limits;
using Xunit;

namespace EdgeAgent.Tests.Network.Limits;

/// <summary>What the system says in its own words becomes what a person can do something about.</summary>
public sealed class FailureWordsTests
{
    [Theory]
    [InlineData("error:0A00010B:SSL routines::wrong version number",
        "b:1 does not answer with TLS (error:0A00010B:SSL routines::wrong version number). Remove TLS, or name the port that speaks it.")]
    [InlineData("error:0A000418:SSL routines::tlsv1 alert unknown ca", "b:1 refuses our client certificate (error:0A000418:SSL "
        + "routines::tlsv1 alert unknown ca). Check who signed it, and whether it has expired or is missing.")]
    [InlineData("error:0A000415:SSL routines::sslv3 alert certificate expired", "b:1 refuses our client certificate (error:0A000415:SSL "
        + "routines::sslv3 alert certificate expired). Check who signed it, and whether it has expired or is missing.")]
    [InlineData("error:0A00045C:SSL routines::tlsv13 alert certificate required", "b:1 ended the handshake (error:0A00045C:SSL "
        + "routines::tlsv13 alert certificate required): it may want a client certificate. Set the certificate and key files.")]
    [InlineData("error:0A000102:SSL routines::unsupported protocol", "b:1 and this agent have no TLS version in common (error:0A000102:SSL "
        + "routines::unsupported protocol); 1.2 and 1.3 are spoken here. Update the server.")]
    [InlineData("something new",
        "TLS with b:1 failed: something new. Check that the port is the one for TLS and whether the server wants a client certificate.")]
    public void A_failed_handshake_says_why_and_what_to_do(string openSsl, string said) =>
        Assert.Equal(said, TlsHandshake.Sentence("b:1", openSsl));

    [Fact]
    public void Too_many_open_files_are_those_of_the_process() => Assert.Equal(
        "No connection to b:1 can be opened: this process has as many open files as it may (1024). "
            + "Raise LimitNOFILE= in the unit (`ulimit -n` in a shell) and restart it.",
        OpenFiles.Sentence("No connection to b:1 can be opened", "1024"));

    [Fact]
    public void Too_many_open_files_are_known_whatever_failed()
    {
        Assert.True(OpenFiles.AreSpent(new SocketException((int)SocketError.TooManyOpenSockets)));
        Assert.True(OpenFiles.AreSpent(new InvalidOperationException("", new IOException("Too many open files", 24))));
        Assert.False(OpenFiles.AreSpent(new IOException("No such file or directory", 2)));
        Assert.False(OpenFiles.AreSpentNow());
        Assert.Matches("^([0-9]+|unlimited)$", OpenFiles.Limit);
    }
}
