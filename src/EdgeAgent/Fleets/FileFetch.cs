using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleets.Policies;
using EdgeAgent.Network;
using EdgeAgent.Web;

namespace EdgeAgent.Fleets;

/// <summary>Brings the files that a document names: below the data directory, by hash, over HTTPS, resumed after a break.</summary>
/// <remarks>What is there already is never written over, since another document may run by it: other content needs another path. Not more
/// is read than the size that was signed. A part that was fetched lies under its hash in <c>fleet/files</c> until it is whole.</remarks>
/// <param name="dataDirectory">The data directory.</param>
/// <param name="connect">Opens a connection to a host and port; null for TLS with the system's authorities.</param>
/// <param name="own">Files that no document reaches; null for those of the data directory.</param>
sealed class FileFetch(
    string dataDirectory, Func<Uri, CancellationToken, ValueTask<Stream>>? connect = null, OwnFiles? own = null)
{
    const int BlockBytes = 64 << 10;
    const int Tries = 5;
    static readonly TimeSpan s_connectWithin = TimeSpan.FromSeconds(20), s_silence = TimeSpan.FromSeconds(60);

    readonly OwnFiles _own = own ?? new OwnFiles(dataDirectory);

    /// <summary>Where parts lie.</summary>
    public string Parts => Path.Combine(dataDirectory, "fleet", "files");

    /// <summary>Sees to it that a file is there; why not, or null.</summary>
    public string? Bring(DocumentFile file, CancellationToken stop)
    {
        var path = Path.Combine(dataDirectory, file.Path);
        if (!file.Path.Contains('/') || file.Path.StartsWith("fleet/", StringComparison.Ordinal))
            return $"{file.Path}: the agent's own files lie there. Name it in a folder of its own, such as "
                + $"`models/{Path.GetFileName(file.Path)}`.";
        if (_own.Reached(path, isWritten: true) is { } real)
            return $"{file.Path}: it leads by a link to {real}, which is the agent's own. Name it in another folder.";
        try
        {
            if (File.Exists(path))
                return IsWhole(path, file) ? null
                    : $"{file.Path}: a file with other content is there, and another document may need it. "
                        + "Name the new one by another path.";
            if (file.Url is not { } url) return $"{file.Path}: it is not there and has no `url`. Put it below {dataDirectory}.";
            Directory.CreateDirectory(Parts);
            var part = Path.Combine(Parts, file.Sha256);
            string? failure = null;
            var backoff = new Backoff();
            for (var i = 0; i < Tries; i++)
            {
                if (i > 0 && stop.WaitHandle.WaitOne(backoff.Next())) return "the agent stops, or another document is wanted";
                failure = Fetch(url, file, part, stop);
                if (failure is not null) continue;
                if (!IsWhole(part, file))
                {
                    File.Delete(part);
                    return $"{file.Path}: what {url.Host} sends has not the size and hash that were signed.";
                }

                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.Move(part, path);
                return null;
            }

            return $"{file.Path}: {failure}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{file.Path}: {e.Message}";
        }
    }

    string? Fetch(Uri url, DocumentFile file, string part, CancellationToken stop)
    {
        using var client = OutgoingHttp.Client(cancel => connect is null
            ? StreamDialer.OpenAsync(new Peer(url.IdnHost, url.Port, new TlsOptions()), s_connectWithin, cancel) : connect(url, cancel));
        using var to = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1);
        if (to.Length >= file.Size) return null;
        // The stream is opened by the handler's callback, TLS included.
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(url) { Scheme = "http", Port = url.Port }.Uri);
        if (to.Length > 0) request.Headers.Range = new RangeHeaderValue(to.Length, null);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(s_silence);
        try
        {
            using var answer = client.Send(request, HttpCompletionOption.ResponseHeadersRead, late.Token);
            if (answer.StatusCode == HttpStatusCode.OK) to.SetLength(0);
            else if (answer.StatusCode != HttpStatusCode.PartialContent || answer.Content.Headers.ContentRange?.From != to.Length)
                return $"{url.Host} answers {(int)answer.StatusCode}; 200 or 206 is expected.";
            to.Position = to.Length;
            using var body = answer.Content.ReadAsStream(late.Token);
            var block = new byte[BlockBytes];
            while (true)
            {
                late.CancelAfter(s_silence);
                var n = body.ReadAsync(block, late.Token).AsTask().GetAwaiter().GetResult();
                if (n == 0) return to.Length == file.Size ? null : $"{url.Host} ended after {to.Length} of {file.Size} bytes.";
                if (to.Length + n > file.Size) return Excess(to, file, url);
                to.Write(block, 0, n);
            }
        }
        catch (ConnectException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return e.InnerException is ConnectException inner ? inner.Message
                : e is OperationCanceledException ? $"{url.Host} was silent for {s_silence.TotalSeconds:F0} s." : e.Message;
        }
    }

    static string Excess(FileStream to, DocumentFile file, Uri url)
    {
        to.SetLength(0);
        return $"{url.Host} sends more than the {file.Size} bytes that were signed.";
    }

    static bool IsWhole(string path, DocumentFile file)
    {
        using var stream = File.OpenRead(path);
        return stream.Length == file.Size && Convert.ToHexStringLower(SHA256.HashData(stream)) == file.Sha256;
    }
}
