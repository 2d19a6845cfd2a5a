using System.Text;
using EdgeAgent.Outputs.Webhook;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Webhook;

/// <summary>Answers byte for byte, torn at every place, and what is no answer.</summary>
public sealed class HttpResponseTests
{
    // What a text is: status, whether another request may follow, or the fault. `|` marks where the answer ends, if not at the end.
    static string Read(string text, int tearAt = -1, bool ends = false)
    {
        var mark = text.IndexOf('|');
        text = text.Replace("|", "");
        tearAt = Math.Min(tearAt, text.Length);
        var bytes = Encoding.Latin1.GetBytes(text);
        var response = new HttpResponse();
        response.Begin();
        var taken = response.Feed(bytes.AsSpan(0, tearAt < 0 ? bytes.Length : tearAt));
        if (tearAt >= 0 && taken == tearAt) taken += response.Feed(bytes.AsSpan(tearAt));
        if (ends) response.End();
        return response.Fault is { } fault ? $"fault: {fault}"
            : $"{response.Status} {(response.IsDone ? response.KeepsAlive ? "keeps" : "closes" : "more")}{(taken == (mark < 0 ? text.Length : mark) ? "" : $" but took {taken}")}{(response.RetryAfter is { } wait ? $" retry {wait}" : "")}{(response.Location is { } to ? $" to {to}" : "")}";
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200 keeps")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello|HTTP/1.1", "200 keeps")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length:5\r\nConnection: Close\r\n\r\nhello", "200 closes")]
    [InlineData("HTTP/1.1 204 \r\n\r\n", "204 keeps")]
    [InlineData("HTTP/1.1 204\r\n\r\n", "204 keeps")]
    [InlineData("HTTP/1.1 204 No Content\nX: y\n\n", "204 keeps")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", "200 closes")]
    [InlineData("HTTP/1.1 100 Continue\r\nRetry-After: 9\r\n\r\nHTTP/1.1 103 Early\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok", "202 keeps")]
    [InlineData("HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n", "503 keeps retry 120")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: https://x/y\r\nContent-Length: 0\r\n\r\n", "301 keeps to https://x/y")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n", "200 keeps")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n0\r\n\r\n", "200 keeps")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\nContent-Length: 3\r\n\r\nabc", "200 keeps")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\r\n folded\r\nContent-Length: 0\r\n\r\n", "200 keeps")]
    public void A_whole_answer_is_read_to_its_end_wherever_it_is_torn(string text, string expected)
    {
        Assert.Equal(expected, Read(text));
        for (var at = 0; at <= text.Length; at++) Assert.Equal(expected, Read(text, at));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nuntil it closes", "200 closes")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxx", "200 closes")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", "200 closes")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe", "200 closes")]
    [InlineData("", "fault: closed the connection without an answer")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", "fault: closed the connection in the middle of its answer")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", "fault: closed the connection in the middle of its answer")]
    public void The_end_of_the_connection_ends_the_answer(string text, string expected)
    {
        for (var at = 0; at <= text.Length; at++) Assert.Equal(expected, Read(text, at, ends: true));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", "200 closes")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n|more", "200 closes")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n", "200 closes")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n|", "200 closes")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n|abc", "200 closes")]
    public void A_body_that_cannot_be_followed_costs_the_connection_and_not_the_record(string text, string expected)
    {
        for (var at = 0; at <= text.Length; at++) Assert.Equal(expected, Read(text, at));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "does not answer in HTTP/1.1")]
    [InlineData("HTTP/2 200\r\n", "does not answer in HTTP/1.1")]
    [InlineData("HTTP/1.1 20 OK\r\n", "does not answer in HTTP/1.1")]
    [InlineData("HTTP/1.1 2000 OK\r\n", "does not answer in HTTP/1.1")]
    [InlineData("HTTP/1.1 099 OK\r\n", "does not answer in HTTP/1.1")]
    [InlineData("HTTP/1.1 101 Up\r\n\r\n", "switches to a protocol nobody asked for")]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\n", "sends a line among the headers that is none")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length : 1\r\n", "sends a line among the headers that is none")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n", "sends a Content-Length that is not one number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n", "sends a Content-Length that is not one number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n 2\r\n", "folds a header that frames the body")]
    public void What_is_no_answer_is_told(string text, string expected)
    {
        for (var at = 0; at <= text.Length; at++) Assert.Equal("fault: " + expected, Read(text, at));
    }

    [Fact]
    public void Headers_without_end_and_bodies_without_end_are_bounded()
    {
        Assert.StartsWith("fault: sends headers without end", Read("HTTP/1.1 200 OK\r\nX: " + new string('x', 9000)));
        Assert.StartsWith("fault: sends headers without end", Read("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 3000))));
        Assert.StartsWith("fault: sends headers without end", Read(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000))));
        Assert.StartsWith("fault: sends headers without end", Read(string.Concat(Enumerable.Repeat("\r\n", 10_000))));
        Assert.StartsWith("200 closes", Read("HTTP/1.1 200 OK\r\n\r\n" + new string('x', 70_000)));
        Assert.StartsWith("200 closes", Read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat("1\r\nx\r\n", 20_000))));
        Assert.StartsWith("200 closes", Read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 3000))));
    }

    [Fact]
    public void No_bytes_make_it_throw_or_take_more_than_there_is()
    {
        var random = new Random(17);
        string[] pieces = ["HTTP/1.1 200 OK\r\n", "\r\n", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n", "0\r\n\r\n", "HTTP/1.1 100 C\r\n\r\n", " x\r\n", ":\r\n", "\0ÿ", "Connection: close\r\n", "Retry-After: 1\r\n", "ffffffff\r\n", "\n"];
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var whole = Read(text, -1, ends: true);
            Assert.Equal(whole, Read(text, random.Next(text.Length), ends: true));
        }
    }
}
