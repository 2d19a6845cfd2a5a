using System.Text.Json;
using EdgeAgent.Core.Records;
using Xunit;

namespace EdgeAgent.Tests.Records;

/// <summary>The schemas of <c>configs/central/schemas</c> say what records are: every record of every golden case is held against
/// them.</summary>
public sealed class RecordSchemaTests
{
    static readonly string s_schemas = Repository.Path("configs/central/schemas");

    [Fact]
    public void Every_record_of_every_golden_case_is_as_its_schema_says()
    {
        var schemas = Enum.GetNames<RecordKind>().Select(name => name.ToLowerInvariant()).ToDictionary(kind => kind,
            kind => RecordSchema.Read(Path.Combine(s_schemas, kind + ".schema.json")));
        var seen = new Dictionary<string, int>();
        foreach (var file in Directory.GetFiles(Repository.Path("tests/EdgeAgent.Tests/cases/replay"), "expected.jsonl",
            SearchOption.AllDirectories))
            foreach (var line in File.ReadLines(file).Where(line => line.Length > 0))
            {
                using var record = JsonDocument.Parse(line);
                if (!record.RootElement.TryGetProperty("kind", out var kind)) continue;
                var wrong = schemas[kind.GetString()!].Judge(record.RootElement.GetProperty("payload"));
                Assert.True(wrong.Count == 0, $"{file}: {string.Join("; ", wrong)}\n{line}");
                seen[kind.GetString()!] = seen.GetValueOrDefault(kind.GetString()!) + 1;
            }

        Assert.Equal(schemas.Keys.Order(), seen.Keys.Order());
    }

    [Theory]
    [InlineData("summary", """{"pipeline":"p","window_start":"2026-01-01T00:00:00Z","window_end":"2026-01-01T00:00:10Z"}""", "required")]
    [InlineData("summary", """{"pipeline":"p","window_start":"yesterday","window_end":"2026-01-01T00:00:10Z","revision":0}""", "date-time")]
    [InlineData("reading", """{"pipeline":"p","time":"2026-01-01T00:00:00Z","value":"1"}""", "type")]
    [InlineData("reading", """{"pipeline":"p","time":"2026-01-01T00:00:00Z","value":1,"device":2}""", "type")]
    [InlineData("alert", """{"pipeline":"p","alert":"over","start":"2026-01-01T00:00:00Z","peak_time":"2026-01-01T00:00:00Z","peak":1,"threshold":1}""", "enum")]
    [InlineData("progress", """{"agent":"g","output":"o","store":"0a","lanes":{"0":-1}}""", "minimum")]
    [InlineData("progress", """{"agent":"g","output":"o","store":"0a","lanes":{},"more":1}""", "additionalProperties")]
    public void A_record_of_another_shape_is_not(string kind, string payload, string word)
    {
        using var document = JsonDocument.Parse(payload);
        Assert.Contains(RecordSchema.Read(Path.Combine(s_schemas, kind + ".schema.json")).Judge(document.RootElement),
            line => line.Contains(word, StringComparison.Ordinal));
    }
}
