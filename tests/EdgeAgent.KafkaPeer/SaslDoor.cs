using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeAgent.KafkaPeer;

/// <summary>The part of a broker that asks who is there, before any other request (KIP-43, KIP-152).</summary>
/// <remarks>
/// Only these are answered before a client has proved itself; anything else ends the connection, as with a real broker:
/// <c>ApiVersions</c> (18), passed to the mock broker, with the two requests below added to what it says it knows ·
/// <c>SaslHandshake</c> (17) v0 to v1: mechanism → error i16, mechanisms · <c>SaslAuthenticate</c> (36) v0 to v1: bytes → error i16,
/// message, bytes, from v1 session lifetime i64 [ms].
/// </remarks>
sealed class SaslDoor(IReadOnlyList<string> mechanisms, Accounts accounts)
{
    const short SaslHandshake = 17;
    const short ApiVersions = 18;
    const short SaslAuthenticate = 36;
    const short UnsupportedMechanism = 33;
    const short AuthenticationFailed = 58;

    /// <summary>Talks to a client until it has proved itself (true), failed or gone (false).</summary>
    public async Task<bool> AdmitAsync(Stream client, Stream broker)
    {
        var mechanism = "";
        ScramServer? scram = null;
        var round = 0;
        while (await KafkaFrame.ReadAsync(client) is { } request)
        {
            switch (BinaryPrimitives.ReadInt16BigEndian(request))
            {
                case ApiVersions:
                    await KafkaFrame.WriteAsync(broker, request);
                    if (await KafkaFrame.ReadAsync(broker) is not { } answer) return false;
                    await KafkaFrame.WriteAsync(client, AddOurs(answer));
                    break;
                case SaslHandshake:
                    mechanism = Choose(request, out var chosen);
                    await KafkaFrame.WriteAsync(client, chosen);
                    if (mechanism == "") return false;
                    if (mechanism.StartsWith("SCRAM", StringComparison.Ordinal))
                        scram = new ScramServer(new HashAlgorithmName(mechanism == "SCRAM-SHA-256" ? "SHA256" : "SHA512"), accounts);
                    break;
                case SaslAuthenticate when mechanism != "":
                    var token = mechanism == "OAUTHBEARER" ? Bearer(request)
                        : scram is null ? Plain(request) : Scram(request, scram, round++);
                    await KafkaFrame.WriteAsync(client, Authenticated(request, mechanism, token));
                    if (token is null) return false;
                    if (scram is null || round == 2) return true;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>ApiVersions v0 to v2: correlation i32 · error i16 · count i32 · (key, lowest,
    /// highest i16) each · from v1 throttle i32.</summary>
    static byte[] AddOurs(byte[] answer)
    {
        const int CountAt = 6, FirstAt = 10, EntryBytes = 6;
        if (BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(4)) != 0) return answer;
        var count = BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(CountAt));
        var end = FirstAt + count * EntryBytes;
        return new KafkaWriter().Raw(answer.AsSpan(0, CountAt)).Int32(count + 2).Raw(answer.AsSpan(FirstAt, end - FirstAt))
            .Int16(SaslHandshake).Int16(0).Int16(1).Int16(SaslAuthenticate).Int16(0).Int16(1).Raw(answer.AsSpan(end)).ToArray();
    }

    string Choose(byte[] request, out byte[] answer)
    {
        var reader = Body(request, out _, out var correlation);
        var wanted = reader.String();
        var isOffered = mechanisms.Contains(wanted);
        var writer = new KafkaWriter().Int32(correlation).Int16(isOffered ? (short)0 : UnsupportedMechanism).Int32(mechanisms.Count);
        foreach (var offered in mechanisms) writer.String(offered);
        answer = writer.ToArray();
        return isOffered ? wanted : "";
    }

    /// <summary>RFC 4616: authorization id NUL user NUL password.</summary>
    byte[]? Plain(byte[] request)
    {
        var parts = Encoding.UTF8.GetString(Body(request, out _, out _).Bytes()).Split('\0');
        return parts.Length == 3 && parts[0] is "" && accounts.PasswordOf(parts[1]) == parts[2] ? [] : null;
    }

    /// <summary>RFC 7628: <c>n,,</c> ^A <c>auth=Bearer</c> token ^A, extensions, ^A. The token let in is the password of the user
    /// <c>token</c>.</summary>
    byte[]? Bearer(byte[] request) =>
        Encoding.UTF8.GetString(Body(request, out _, out _).Bytes()).Split('\x1').Contains($"auth=Bearer {accounts.PasswordOf("token")}")
            ? []
            : null;

    static byte[]? Scram(byte[] request, ScramServer scram, int round)
    {
        var said = Encoding.UTF8.GetString(Body(request, out _, out _).Bytes());
        return (round == 0 ? scram.First(said) : scram.Final(said)) is { } answer ? Encoding.UTF8.GetBytes(answer) : null;
    }

    static byte[] Authenticated(byte[] request, string mechanism, byte[]? token)
    {
        Body(request, out var version, out var correlation);
        var writer = new KafkaWriter().Int32(correlation).Int16(token is null ? AuthenticationFailed : (short)0)
            .String(token is not null ? "" : mechanism == "PLAIN" ? "Authentication failed: Invalid username or password"
                : $"Authentication failed during authentication due to invalid credentials with SASL mechanism {mechanism}")
            .Bytes(token);
        return (version >= 1 ? writer.Int64(0) : writer).ToArray();
    }

    static KafkaReader Body(byte[] request, out short version, out int correlation)
    {
        var reader = new KafkaReader(request);
        reader.Int16();
        version = reader.Int16();
        correlation = reader.Int32();
        reader.String();
        return reader;
    }
}
