using System.Text;
using System.Text.Json;
using EdgeAgent.Cli;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Records;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Cli;

/// <summary><c>buffer rejected</c> on a database in which two outputs refused records.</summary>
public sealed class BufferCommandTests : IDisposable
{
    static readonly Lane Central = new("central", 0);
    static readonly Lane Panel = new("panel", 2);
    readonly TempDirectory _directory = new();
    readonly StringWriter _output = new();
    readonly StringWriter _error = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void List_shows_output_number_time_size_reason_and_a_sample_beside_a_running_agent()
    {
        using var held = Hold();
        using var store = Fill();
        Assert.Equal(0, BufferCommand.List(_directory.Path, null, _output, _error));
        Assert.Equal(["central 2 2026-01-01T00:00:00.000Z 7 bytes: too large: {\"n\":1}",
            "panel 1 2026-01-01T00:00:00.000Z 7 bytes: too odd: {\"n\":2}",
            "central 3 2026-01-01T00:00:00.000Z 3 bytes: no  [2J words: \ufffd", "3 rejected records, 17 bytes"],
                Lines(_output).Select(l => l.Replace("\ufffd\ufffd\ufffd", "\ufffd")));
    }

    [Fact]
    public void Export_writes_a_json_line_each()
    {
        using (Fill())
        {
            using var to = new MemoryStream();
            Assert.Equal(0, BufferCommand.Export(_directory.Path, "central", to, _error));
            var lines = Encoding.UTF8.GetString(to.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(
                """{"output":"central","priority":0,"number":2,"rejected_at":"2026-01-01T00:00:00.000Z","reason":"too large","topic":"t","key":"k","id":"id-1","payload":{"n":1}}""",
                lines[0]);
            using var other = JsonDocument.Parse(lines[1]);
            Assert.Equal([0xFF, 0xFE, 0xFD], other.RootElement.GetProperty("payload_base64").GetBytesFromBase64());
        }
    }

    [Fact]
    public void Requeue_and_purge_refuse_while_an_agent_has_the_directory()
    {
        using var held = Hold();
        Fill().Dispose();
        Assert.Equal(74, BufferCommand.Requeue(_directory.Path, null, _output, _error));
        Assert.Equal(74, BufferCommand.Purge(_directory.Path, null, _output, _error));
        Assert.All(Lines(_error), line => Assert.Contains("is in use by another edge-agent process (pid ", line, StringComparison.Ordinal));
        Assert.Equal(3, RejectedRows.Read(_directory.Path, null).Count());
    }

    [Fact]
    public void Requeue_appends_them_to_their_lanes_in_order_and_keeps_what_it_cannot_send()
    {
        Fill().Dispose();
        Assert.Equal(0, BufferCommand.Requeue(_directory.Path, null, _output, _error));
        Assert.Equal(["2 records wait to be sent again.", "1 stay rejected: not all of them was kept."], Lines(_output));
        using (var store = Open())
        {
            Assert.Equal([(6, "id-1")], StoreCase.Read(store, Central).Where(r => r.Number > 5));
            Assert.Equal([(1, "id-2")], StoreCase.Read(store, Panel).Select(r => (1L, r.Id)));
        }

        Assert.Equal(["no\u001b\u001b[2J words"], RejectedRows.Read(_directory.Path, null).Select(r => r.Reason));
        Assert.Equal(0, BufferCommand.Requeue(_directory.Path, "panel", _output, _error));
        Assert.Equal("0 records wait to be sent again.", Lines(_output)[^1]);
    }

    [Fact]
    public void Purge_deletes_those_of_one_output_or_all()
    {
        Fill().Dispose();
        Assert.Equal(0, BufferCommand.Purge(_directory.Path, "panel", _output, _error));
        Assert.Equal(2, RejectedRows.Read(_directory.Path, null).Count());
        Assert.Equal(0, BufferCommand.Purge(_directory.Path, null, _output, _error));
        Assert.Empty(RejectedRows.Read(_directory.Path, null));
        Assert.Equal(["1 rejected records deleted.", "2 rejected records deleted."], Lines(_output));
    }

    [Fact]
    public void A_directory_without_a_database_is_told_and_left_alone()
    {
        foreach (var run in (Func<string, string?, int>[])[(d, o) => BufferCommand.List(d, o, _output, _error),
            (d, o) => BufferCommand.Purge(d, o, _output, _error)])
            Assert.Equal(74, run(_directory.Path, null));
        Assert.All(Lines(_error), line => Assert.Contains("there is no edge-agent.db", line, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void A_database_from_before_heads_were_kept_is_read_and_goes_on()
    {
        Fill().Dispose();
        using (var database = new Database(_directory.File("edge-agent.db"), create: false))
            database.Execute("ALTER TABLE rejected DROP COLUMN head");
        Assert.Equal(3, RejectedRows.Read(_directory.Path, null).Count());
        Assert.Equal(0, BufferCommand.Requeue(_directory.Path, null, _output, _error));
        Assert.Equal(["0 records wait to be sent again.", "3 stay rejected: not all of them was kept."], Lines(_output));
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public void Salvage_takes_over_a_database_that_was_set_aside()
    {
        Fill().Dispose();
        File.Move(_directory.File("edge-agent.db"), _directory.File("edge-agent.db.damaged-20260101T000000Z"));
        Assert.Equal(0, BufferCommand.Salvage(_directory.Path, null, _output, _error));
        Assert.StartsWith("Carried over from " + _directory.File("edge-agent.db.damaged-20260101T000000Z") + ": 5 unsent records, ",
            Lines(_output)[0], StringComparison.Ordinal);
        Assert.Equal(3, RejectedRows.Read(_directory.Path, null).Count());
        using var store = Open();
        Assert.Equal(5, StoreCase.Read(store, Central).Count);
        Assert.Equal([2L, 1L], store.Status().Select(s => s.RejectedTotal));
    }

    [Fact]
    public void Salvage_without_a_damaged_database_says_so()
    {
        Fill().Dispose();
        Assert.Equal(74, BufferCommand.Salvage(_directory.Path, null, _output, _error));
        Assert.Contains("has no damaged database", Assert.Single(Lines(_error)), StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_shows_what_waits_by_topic_and_what_was_lost()
    {
        Fill().Dispose();
        Assert.Equal(0, BufferContents.Inspect(_directory.Path, asJson: false, _output, _error));
        var lines = Lines(_output);
        Assert.StartsWith(_directory.File("edge-agent.db") + ": ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("numbers 1 to 5, the oldest of 2026-01-01T00:00:00.000Z; dropped so far 0, rejected 2", lines[1],
            StringComparison.Ordinal);
        Assert.StartsWith("output central, priority 0: 5 records, ", lines[1], StringComparison.Ordinal);
        Assert.Equal(["  topic: 5", "output panel, priority 2: nothing waits; dropped so far 0, rejected 1"], lines[2..]);
        _output.GetStringBuilder().Clear();
        Assert.Equal(0, BufferContents.Inspect(_directory.Path, asJson: true, _output, _error));
        using var json = JsonDocument.Parse(_output.ToString());
        Assert.Equal(5, json.RootElement.GetProperty("lanes")[0].GetProperty("topics").GetProperty("topic").GetInt64());
    }

    [Fact]
    public void Export_of_what_waits_changes_nothing_and_purge_drops_and_counts_it()
    {
        Fill().Dispose();
        foreach (var _ in (int[])[1, 2])
        {
            using var to = new MemoryStream();
            Assert.Equal(0, BufferContents.Export(_directory.Path, null, to, _error));
            var lines = Encoding.UTF8.GetString(to.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(5, lines.Length);
            using var first = JsonDocument.Parse(lines[0]);
            Assert.Equal(("central", 1, "topic", "id-0"), (first.RootElement.GetProperty("output").GetString(),
                first.RootElement.GetProperty("number").GetInt32(), first.RootElement.GetProperty("topic").GetString(),
                first.RootElement.GetProperty("id").GetString()));
        }

        Assert.Equal(0, BufferContents.Purge(_directory.Path, "panel", _output, _error));
        Assert.Equal(0, BufferContents.Purge(_directory.Path, "central", _output, _error));
        Assert.Equal(74, BufferContents.Purge(_directory.Path, "centrl", _output, _error));
        Assert.Equal("The buffer has nothing of an output `centrl`, now or before. It knows: central, panel.", Lines(_error)[^1]);
        Assert.Equal(["0 records dropped, and counted as dropped by the next start.",
            "5 records dropped, and counted as dropped by the next start."], Lines(_output));
        using var store = Open();
        Assert.Equal([5L, 0L], store.Status().Select(lane => lane.DroppedTotal));
        Assert.Empty(StoreCase.Read(store, Central));
    }

    [Fact]
    public void What_waits_is_left_alone_while_an_agent_has_the_directory()
    {
        using var held = Hold();
        Fill().Dispose();
        Assert.Equal(74, BufferContents.Inspect(_directory.Path, asJson: false, _output, _error));
        Assert.Equal(74, BufferContents.Export(_directory.Path, null, Stream.Null, _error));
        Assert.Equal(74, BufferContents.Purge(_directory.Path, null, _output, _error));
        Assert.All(Lines(_error), line => Assert.Contains("is in use by another edge-agent process (pid ", line, StringComparison.Ordinal));
    }

    DataDirectory Hold() => DataDirectory.Prepare(_directory.Path, 0).Directory!;

    SqliteStore Open() => SqliteStore.Open(new StoreOptions
    {
        Clock = new SystemClock(), Directory = _directory.Path, MaxSizeBytes = 1 << 20,
    });

    SqliteStore Fill()
    {
        var store = Open();
        var batch = new CommitBatch { CutAtNs = 1_767_225_600_000_000_000 };
        batch.Records.Add((Central, 5, StoreCase.Records(5)));
        batch.Rejected.Add(Refused(Central, 2, "too large", 1));
        batch.Rejected.Add(Refused(Panel, 1, "too odd", 2));
        batch.Rejected.Add(new RejectedRecord(Central, 3, "no\u001b\u001b[2J words", [0xFF, 0xFE, 0xFD]));
        store.Commit(batch);
        return store;
    }

    static RejectedRecord Refused(Lane lane, long number, string reason, int n)
    {
        var buffer = new LaneBuffer();
        buffer.Append(RecordKind.Summary, n, "t", "k", $"id-{n}", Encoding.UTF8.GetBytes($"{{\"n\":{n}}}"));
        var reader = new RecordReader(buffer.Bytes);
        reader.Read();
        return RejectedRecord.Of(lane, number, reason, reader);
    }

    static string[] Lines(StringWriter writer) => writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
