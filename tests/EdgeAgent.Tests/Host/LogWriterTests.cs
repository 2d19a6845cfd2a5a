using System.IO.Pipes;
using EdgeAgent.Host;
using Xunit;

namespace EdgeAgent.Tests.Host;

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
        var log = Log.Create(Enum.Parse<LogFormat>(format), verbose: false, new AnonymousPipeClientStream(PipeDirection.Out, pipe.ClientSafePipeHandle));
        await Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++) log.Warning("line {Number} {Filling:l}", i, "some words that fill a pipe of 64 KiB soon");
        }, stop).WaitAsync(s_guard, stop);

        using var reader = new StreamReader(pipe);
        var lines = new List<string>();
        while (lines.LastOrDefault()?.Contains("were dropped") != true) lines.Add((await reader.ReadLineAsync(stop).AsTask().WaitAsync(s_guard, stop))!);
        // Nothing is lost between the lines that are there.
        for (var i = 0; i < lines.Count - 1; i++) Assert.Contains($"line {i} ", lines[i]);
        Assert.Contains($"{20_000 - (lines.Count - 1)} lines", lines[^1]);
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
}
