using System.IO.Pipes;
using System.Text.RegularExpressions;
using EdgeAgent.Logs;
using Xunit;

namespace EdgeAgent.Tests.Logs;

/// <summary>A log that nobody reads must not stop who logs.</summary>
public sealed class LogWriterTests
{
    static readonly TimeSpan s_guard = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("Text")]
    [InlineData("Json")]
    public async Task A_pipe_that_nobody_reads_holds_up_nobody_and_what_was_dropped_is_said(string format)
    {
        var stop = TestContext.Current.CancellationToken;
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var log = Log.Create(Enum.Parse<LogFormat>(format), verbose: false,
            new AnonymousPipeClientStream(PipeDirection.Out, pipe.ClientSafePipeHandle));
        await Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++) log.Warning("line {Number} {Filling:l}", i, "some words that fill a pipe of 64 KiB soon");
        }, stop).WaitAsync(s_guard, stop);

        using var reader = new StreamReader(pipe);
        var (next, dropped) = (0, 0);
        while (next < 20_000)
        {
            var line = (await reader.ReadLineAsync(stop).AsTask().WaitAsync(s_guard, stop))!;
            // What is missing between two lines is said in its place, and how many.
            var missing = Regex.Match(line, @"(\d+) lines of this log were dropped");
            if (!missing.Success)
            {
                Assert.Contains($"line {next++} ", line);
                continue;
            }

            next += int.Parse(missing.Groups[1].Value);
            dropped += int.Parse(missing.Groups[1].Value);
        }

        // The pipe, the writer and the queue hold some 2,000 lines; while the writer still moves, several gaps share what is dropped.
        Assert.True(dropped > 10_000, $"{dropped} lines dropped");
        log.Information("well again");
        Assert.Contains("well again", await reader.ReadLineAsync(stop).AsTask().WaitAsync(s_guard, stop));
        log.Dispose();
    }

    [Fact]
    public async Task The_end_does_not_wait_for_a_pipe_that_nobody_reads()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var log = Log.Create(LogFormat.Json, verbose: false, new AnonymousPipeClientStream(PipeDirection.Out, pipe.ClientSafePipeHandle));
        for (var i = 0; i < 1000; i++) log.Warning("line {Number} {Filling:l}", i, new string('x', 1000));
        await Task.Run(log.Dispose, TestContext.Current.CancellationToken).WaitAsync(s_guard, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_pipe_whose_reader_is_gone_ends_nothing()
    {
        var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var log = Log.Create(LogFormat.Json, verbose: false, new AnonymousPipeClientStream(PipeDirection.Out, pipe.ClientSafePipeHandle));
        pipe.Dispose();
        for (var i = 0; i < 1000; i++) log.Warning("line {Number}", i);
        log.Dispose();
    }

    [Fact]
    public async Task The_journal_gets_a_priority_before_each_line_and_no_second_time()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        using (var log = Log.Create(LogFormat.Auto, verbose: true,
            new AnonymousPipeClientStream(PipeDirection.Out, pipe.ClientSafePipeHandle), isJournal: true))
        {
            log.Debug("a");
            log.Information("it's b");
            log.Warning("c\nd");
            log.Error("e");
            log.Fatal("f");
        }

        using var reader = new StreamReader(pipe);
        foreach (var line in (string[])["<7>a", "<6>it's b", "<4>c", "<4>d", "<3>e", "<2>f"])
            Assert.Equal(line, await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()
                .WaitAsync(s_guard, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("9:12345", "socket:[12345]", true)]
    [InlineData("9:12345", "socket:[2345]", false)]
    [InlineData("9:12345", "pipe:[12345]", false)]
    [InlineData("9:12345", "/dev/pts/1", false)]
    [InlineData(null, "socket:[12345]", false)]
    [InlineData("9:12345", null, false)]
    public void The_journal_is_known_by_its_stream(string? stream, string? target, bool isJournal) =>
        Assert.Equal(isJournal, JournalFormat.IsJournal(stream, target));
}
