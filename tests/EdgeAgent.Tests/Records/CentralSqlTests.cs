using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeAgent.Tests.Records;

/// <summary>The tables of <c>configs/central</c> have the columns that the summaries of <c>configs/plant.yaml</c> have; no engine runs
/// them here.</summary>
public sealed partial class CentralSqlTests
{
    [Theory]
    [InlineData("flink.sql", "edge_summaries_raw")]
    [InlineData("clickhouse.sql", "edge_summaries_queue")]
    public void A_table_over_the_topic_has_a_column_for_each_member_of_a_summary(string file, string table)
    {
        var sql = File.ReadAllText(Repository.Path("configs/central/" + file));
        var from = sql.IndexOf('(', sql.IndexOf("CREATE TABLE " + table, StringComparison.Ordinal)) + 1;
        var columns = Column().Matches(sql[from..sql.IndexOf("\n)", from, StringComparison.Ordinal)]).Select(m => m.Groups[1].Value);
        var plant = File.ReadAllText(Repository.Path("configs/plant.yaml"));
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.Path("configs/central/schemas/summary.schema.json")));
        string[] members =
        [
            .. schema.RootElement.GetProperty("properties").EnumerateObject().Select(p => p.Name), .. List(plant, "by"),
            .. List(plant, "aggregate"),
        ];
        Assert.Equal(members.Order(), columns.Order());
    }

    static string[] List(string yaml, string key) =>
        Regex.Match(yaml, $@"\b{key}: \[([^\]]+)\]").Groups[1].Value.Split(',', StringSplitOptions.TrimEntries);

    // A line that names a column and its type; not one that is computed, or of the record's headers.
    [GeneratedRegex(@"^ +`?([a-z_]+)`? +(?!.*METADATA)(?:STRING|INT|BIGINT|BOOLEAN|DOUBLE|String|UInt|Bool|DateTime64|Nullable)",
        RegexOptions.Multiline)]
    private static partial Regex Column();
}
