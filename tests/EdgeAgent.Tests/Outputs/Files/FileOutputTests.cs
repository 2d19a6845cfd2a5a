using EdgeAgent.Clocks;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Files;
using EdgeAgent.Outputs.Terminal;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Files;

public sealed class FileOutputTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("edge-agent-file-").FullName;

    string FilePath => Path.Combine(_folder, "records.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    FileOutput Output(OutputHealth? health = null) =>
        new(new FileOutputSettings { Name = "out", Path = FilePath }, health ?? new OutputHealth(new SystemClock()));

    [Fact]
    public void Appends_after_what_is_there_and_ends_an_unfinished_line()
    {
        File.WriteAllText(FilePath, "{\"old\":1}\n{\"to");
        var records = new Records();
        using (var output = Output())
        {
            Assert.Equal(1, output.Send([records.Segment(2)], CancellationToken.None).Delivered);
        }

        Assert.Equal(["{\"old\":1}", "{\"to", .. records.Payloads], File.ReadAllLines(FilePath));
    }

    [Fact]
    public void A_file_that_vanished_is_made_anew()
    {
        var records = new Records();
        using var output = Output();
        Assert.Equal(1, output.Send([records.Segment(1)], CancellationToken.None).Delivered);
        File.Move(FilePath, FilePath + ".1");
        Assert.Equal(1, output.Send([records.Segment(1)], CancellationToken.None).Delivered);
        Assert.Equal(records.Payloads[..1], File.ReadAllLines(FilePath + ".1"));
        Assert.Equal(records.Payloads[1..], File.ReadAllLines(FilePath));
    }

    [Fact]
    public void A_pipe_without_a_reader_is_trouble_until_it_is_a_file()
    {
        using (var make = System.Diagnostics.Process.Start("mkfifo", [FilePath])) make.WaitForExit();
        var (health, records) = (new OutputHealth(new SystemClock()), new Records());
        using var output = Output(health);
        output.Open();
        var report = output.Send([records.Segment(1)], CancellationToken.None);
        Assert.Equal(0, report.Delivered);
        Assert.Contains("it is a pipe or a device", report.Failure, StringComparison.Ordinal);
        File.Delete(FilePath);
        Assert.Equal(1, output.Send([records.Segment(1)], CancellationToken.None).Delivered);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_trouble_until_it_can()
    {
        Directory.CreateDirectory(FilePath);
        var (health, records) = (new OutputHealth(new SystemClock()), new Records());
        using var output = Output(health);
        output.Open();
        Assert.False(health.Connected);
        var segment = records.Segment(2);
        var report = output.Send([segment], CancellationToken.None);
        Assert.Equal(0, report.Delivered);
        Assert.Contains(FilePath, report.Failure);
        Directory.Delete(FilePath);
        Assert.Equal(1, output.Send([segment], CancellationToken.None).Delivered);
        Assert.Equal(records.Payloads, File.ReadAllLines(FilePath));
    }

    [Fact]
    public void A_full_device_is_trouble()
    {
        using var output = new FileOutput(new FileOutputSettings { Name = "out", Path = "/dev/full" }, new OutputHealth(new SystemClock()));
        var report = output.Send([new Records().Segment(1)], CancellationToken.None);
        Assert.Equal(0, report.Delivered);
        Assert.Contains("/dev/full", report.Failure);
    }

    [Fact]
    public void A_console_that_is_closed_is_trouble()
    {
        using var output = new ConsoleOutput(new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0),
            new OutputHealth(new SystemClock()));
        var report = output.Send([new Records().Segment(1)], CancellationToken.None);
        Assert.Equal(0, report.Delivered);
        Assert.NotNull(report.Failure);
    }
}
