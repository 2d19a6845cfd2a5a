using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleets;
using Xunit;

namespace EdgeAgent.Tests.Fleets;

/// <summary>Files that a document names, from a server that answers as each test says.</summary>
public sealed class FileFetchTests : IDisposable
{
    static readonly byte[] s_content = Encoding.ASCII.GetBytes(new string('m', 5000) + new string('o', 5000));
    readonly TempDirectory _directory = new();
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly List<string> _asked = [];

    public void Dispose()
    {
        _listener.Dispose();
        _directory.Dispose();
    }

    static DocumentFile File(string path = "models/pump.onnx", long? size = null, byte[]? content = null) => new(path,
        Convert.ToHexStringLower(SHA256.HashData(content ?? s_content)), size ?? s_content.Length,
        new Uri("https://files.example/pump.onnx"));

    /// <summary>A fetch whose connections end here; each is answered by the next of these.</summary>
    FileFetch Served(params (string Head, byte[] Body)[] answers)
    {
        _listener.Start();
        var server = new Thread(() =>
        {
            foreach (var (head, body) in answers)
            {
                using var client = _listener.AcceptTcpClient();
                using var stream = client.GetStream();
                var buffer = new byte[4096];
                var n = stream.Read(buffer);
                lock (_asked) _asked.Add(Encoding.ASCII.GetString(buffer, 0, n));
                stream.Write(Encoding.ASCII.GetBytes(head + "\r\n\r\n"));
                stream.Write(body);
            }
        }) { IsBackground = true };
        server.Start();
        return new FileFetch(_directory.Path, async (_, cancel) =>
        {
            var client = new TcpClient();
            await client.ConnectAsync((IPEndPoint)_listener.LocalEndpoint, cancel);
            return client.GetStream();
        });
    }

    [Fact]
    public void A_break_is_resumed_where_it_was_and_the_whole_is_checked()
    {
        var fetch = Served(("HTTP/1.1 200 OK\r\nContent-Length: 10000", s_content[..4000]),
            ("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 4000-9999/10000\r\nContent-Length: 6000", s_content[4000..]));
        Assert.Null(fetch.Bring(File(), CancellationToken.None));
        Assert.Equal(s_content, System.IO.File.ReadAllBytes(_directory.File("models/pump.onnx")));
        Assert.Contains("Range: bytes=4000-", _asked[1]);
        Assert.Null(fetch.Bring(File(), CancellationToken.None));
    }

    [Fact]
    public void Other_content_and_more_than_was_signed_are_refused()
    {
        var other = s_content.ToArray();
        other[7] ^= 1;
        Assert.Contains("has not the size and hash",
            Served(("HTTP/1.1 200 OK\r\nContent-Length: 10000", other)).Bring(File(), CancellationToken.None));
        Assert.False(System.IO.File.Exists(_directory.File("models/pump.onnx")));
    }

    [Fact]
    public void What_is_there_is_never_written_over_and_without_an_address_it_has_to_be_there()
    {
        Directory.CreateDirectory(_directory.File("models"));
        System.IO.File.WriteAllText(_directory.File("models/pump.onnx"), "another");
        var fetch = new FileFetch(_directory.Path);
        Assert.Contains("another path", fetch.Bring(File(), CancellationToken.None));
        Assert.Equal("another", System.IO.File.ReadAllText(_directory.File("models/pump.onnx")));
        Assert.Contains("own files", fetch.Bring(File("fleet/root-2"), CancellationToken.None));
        System.IO.File.CreateSymbolicLink(_directory.File("models-2"), "fleet");
        System.IO.File.CreateSymbolicLink(_directory.File("models-3"), ".");
        Assert.Contains("leads by a link to ", fetch.Bring(File("models-2/root-2"), CancellationToken.None));
        Assert.Contains("leads by a link to ", fetch.Bring(File("models-3/edge-agent.db"), CancellationToken.None));
        Assert.Contains("own files", fetch.Bring(File("edge-agent.db"), CancellationToken.None));
        Assert.Contains("no `url`", fetch.Bring(File("models/x.bin") with { Url = null }, CancellationToken.None));
    }
}
