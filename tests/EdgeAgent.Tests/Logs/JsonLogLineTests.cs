using System.Text.Json;
using EdgeAgent.Logs;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace EdgeAgent.Tests.Logs;

/// <summary>Exact bytes of log lines for programs.</summary>
public sealed class JsonLogLineTests
{
    [Fact]
    public void A_sentence_stands_once() => Assert.Equal(
        "{\"time\":\"T\",\"level\":\"warning\",\"message\":\"source plant: gone\"}\n",
        Line(log => log.Warning("{Text:l}", "source plant: gone")));

    [Fact]
    public void Values_are_typed_and_named_as_in_the_status() => Assert.Equal(
        "{\"time\":\"T\",\"level\":\"information\",\"message\":\"runs as gw: 3 sources in 1.5 s, "
            + "null\",\"agent_id\":\"gw\",\"sources\":3,\"took_s\":1.5,\"left\":null}\n",
        Line(log => log.Information("runs as {AgentId}: {Sources} sources in {TookS} s, {Left}", "gw", 3, 1.5, null)));

    [Fact]
    public void What_a_message_brings_along_cannot_break_the_line()
    {
        var line = Line(log => log.Error("{Text:l}", "a\nb\u0001\"}\u2028é"));
        Assert.Equal(1, line.Count(c => c == '\n'));
        Assert.Equal("a\nb\u0001\"}\u2028é", JsonDocument.Parse(line).RootElement.GetProperty("message").GetString());
    }

    [Fact]
    public void Quotes_and_letters_stand_as_they_are() =>
        Assert.Contains("\"message\":\"Müller's <pump> & `x`\"", Line(log => log.Warning("{Text:l}", "Müller's <pump> & `x`")));

    [Fact]
    public void An_exception_and_what_is_no_number_are_text()
    {
        using var json =
            JsonDocument.Parse(Line(log => log.Fatal(new InvalidOperationException("index 5 of 3"), "stopped at {Value}", double.NaN)));
        Assert.Equal("NaN", json.RootElement.GetProperty("value").GetString());
        Assert.Contains("index 5 of 3", json.RootElement.GetProperty("exception").GetString());
        Assert.Equal("fatal", json.RootElement.GetProperty("level").GetString());
    }

    [Fact]
    public void Threads_that_log_at_once_do_not_mix_their_lines()
    {
        var format = new JsonLogLine();
        var template = new Serilog.Parsing.MessageTemplateParser().Parse("thread {Number} of {Name}");
        Parallel.For(0, 20_000, i =>
        {
            using var line = new StringWriter();
            format.Format(new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, template,
                [new("Number", new ScalarValue(i)), new("Name", new ScalarValue(new string('x', i % 50)))]), line);
            var name = new string('x', i % 50);
            Assert.Equal($"{{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"information\",\"message\":\"thread {i} of "
                + $"{name}\",\"number\":{i},\"name\":\"{name}\"}}\n", line.ToString());
        });
    }

    static string Line(Action<Logger> write)
    {
        var lines = new Lines();
        using (var log = new LoggerConfiguration().WriteTo.Sink(lines).CreateLogger()) write(log);
        return lines.Text;
    }

    /// <summary>Keeps what the formatter writes, the time replaced.</summary>
    sealed class Lines : ILogEventSink
    {
        readonly JsonLogLine _format = new();
        readonly StringWriter _text = new();

        public string Text => System.Text.RegularExpressions.Regex.Replace(_text.ToString(),
            "\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\"", "\"time\":\"T\"");

        public void Emit(LogEvent logEvent) => _format.Format(logEvent, _text);
    }
}
