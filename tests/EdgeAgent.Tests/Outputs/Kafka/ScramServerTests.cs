using System.Security.Cryptography;
using EdgeAgent.KafkaPeer;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>The peer that proves our SCRAM: it has to be right itself.</summary>
public sealed class ScramServerTests
{
    // The exchange of RFC 7677 §3: user "user", password "pencil".
    const string ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    const string Nonce = "rOprNGfwEbeRWgbNEkqO" + ServerNonce;
    const string Final = $"c=biws,r={Nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    [Fact]
    public void Speaks_the_exchange_of_RFC_7677()
    {
        var server = Server();
        Assert.Equal($"r={Nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", server.First("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
        Assert.Equal("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", server.Final(Final));
    }

    [Theory]
    [InlineData("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", "c=biws,r=another,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")]
    [InlineData("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", $"c=biws,r={Nonce},p=AHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")]
    [InlineData("n,,n=nobody,r=rOprNGfwEbeRWgbNEkqO", Final)]
    [InlineData("y,,n=user,r=rOprNGfwEbeRWgbNEkqO", Final)]
    [InlineData("n,,n=user,r=", Final)]
    public void Refuses_what_proves_nothing(string first, string final)
    {
        var server = Server();
        server.First(first);
        Assert.Null(server.Final(final));
    }

    static ScramServer Server()
    {
        var accounts = new Accounts();
        accounts.Set("user", "pencil");
        return new ScramServer(HashAlgorithmName.SHA256, accounts, ServerNonce, Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="));
    }
}
