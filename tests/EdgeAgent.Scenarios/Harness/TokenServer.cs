using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>An OAuth 2.0 token server over HTTPS that knows one client (RFC 6749 §4.4, client credentials; HTTP Basic).</summary>
sealed class TokenServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly X509Certificate2 _certificate;
    readonly string _known;
    int _given, _refused;

    /// <summary>Starts it with the server's certificate, for <c>localhost</c>.</summary>
    public TokenServer(Certificates certificates, string clientId, string secret)
    {
        _certificate = X509Certificate2.CreateFromPemFile(certificates.Server, certificates.ServerKey);
        _known = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}"));
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Token = $"{Part(new { alg = "none", typ = "JWT" })}.{Part(new { sub = clientId, iat = now - 60, exp = now + 3600 })}.c2ln";
        _listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    /// <summary>Where tokens are asked for.</summary>
    public string Url => $"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/token";

    /// <summary>The token that it gives.</summary>
    public string Token { get; }

    /// <summary>How often it gave the token, and how often it did not.</summary>
    public (int Given, int Refused) Answers => (Volatile.Read(ref _given), Volatile.Read(ref _refused));

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Stop();
        _certificate.Dispose();
    }

    void Serve()
    {
        while (true)
        {
            try
            {
                using var client = _listener.AcceptTcpClient();
                using var stream = new SslStream(client.GetStream());
                stream.AuthenticateAsServer(_certificate);
                Answer(stream);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // A client that does not trust us is gone.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    void Answer(SslStream stream)
    {
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().Contains("grant_type=client_credentials", StringComparison.Ordinal))
        {
            var read = stream.Read(buffer);
            if (read == 0) return;
            request.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        var isKnown = request.ToString().Contains($"Authorization: Basic {_known}", StringComparison.OrdinalIgnoreCase);
        if (isKnown) Interlocked.Increment(ref _given);
        else Interlocked.Increment(ref _refused);
        var body = isKnown
            ? JsonSerializer.Serialize(new { access_token = Token, token_type = "Bearer", expires_in = 3600 })
            : "{\"error\":\"invalid_client\",\"error_description\":\"unknown client\"}";
        stream.Write(Encoding.UTF8.GetBytes($"HTTP/1.1 {(isKnown ? "200 OK" : "401 Unauthorized")}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
    }

    static string Part(object claims) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(claims)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
