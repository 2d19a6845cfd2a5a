using System.Text.Json;
using EdgeAgent.Catalog;
using EdgeAgent.Configuration;
using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Specs;
using Xunit;

namespace EdgeAgent.Tests.Configuration;

/// <summary>The committed schema and reference pages are those the specs give, and the specs are whole.</summary>
/// <remarks>Set <c>EDGE_AGENT_ACCEPT=1</c> to write the files.</remarks>
public sealed class GeneratedFileTests
{
    public static TheoryData<string> Paths => [.. GeneratedFiles.All().Select(f => f.Path)];

    [Theory, MemberData(nameof(Paths))]
    public void Committed_file_is_the_generated_one(string path)
    {
        var text = GeneratedFiles.All().Single(f => f.Path == path).Text;
        var file = Repository.Path(path);
        if (Environment.GetEnvironmentVariable("EDGE_AGENT_ACCEPT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        Assert.Equal(File.ReadAllText(file), text);
    }

    [Fact]
    public void Schema_is_json_and_every_reference_resolves()
    {
        using var schema = JsonDocument.Parse(GeneratedFiles.All()[0].Text);
        var definitions = schema.RootElement.GetProperty("$defs").EnumerateObject().Select(d => "#/$defs/" + d.Name).ToHashSet();
        var used = new List<string>();
        Collect(schema.RootElement, used);
        Assert.Subset(definitions, used.ToHashSet());
        Assert.Equal(definitions.Order(), used.Distinct().Order());
    }

    [Fact]
    public void Every_field_has_a_sentence_and_a_name_in_snake_case() =>
        Assert.All(Everything(GatewaySpec.Spec, []), field =>
        {
            Assert.EndsWith(".", field.Doc);
            Assert.Matches("^[a-z0-9_]*$", field.Name);
            Assert.False(field.Required && field.Default is not null, field.Name);
            Assert.All(field.Choices, c => Assert.EndsWith(".", c.Doc));
        });

    [Fact]
    public void Every_optional_field_tells_what_leaving_it_out_means() =>
        Assert.All(Everything(GatewaySpec.Spec, []), field =>
            Assert.True(field.Name.Length == 0 || field.Required || field.Default is not null || field.DefaultDoc is not null
                || field.Component is not null || field.Type == FieldType.List, field.Name));

    [Fact]
    public void Codes_are_unique_sorted_and_documented()
    {
        var ids = FindingCodes.All.Select(c => c.Id).ToArray();
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
        Assert.All(FindingCodes.All, c => Assert.Matches(@"^EA[12]\d{3}$", c.Id));
        Assert.All(FindingCodes.All, c => Assert.True(c.Title.Length > 3 && c.Doc.Length > 10, c.Id));
    }

    /// <summary>Every field below a component, those of groups included, each component once.</summary>
    internal static IEnumerable<FieldSpec> Everything(ComponentSpec spec, HashSet<ComponentSpec> seen)
    {
        if (!seen.Add(spec)) yield break;
        IEnumerable<FieldSpec> own = spec.Body is { } body ? [.. spec.Fields, body] : spec.Fields;
        foreach (var field in own.SelectMany(Chain))
        {
            yield return field;
            var nested = field.Component is { } c ? [c] : field.Group is { } g ? Components.Group(g).Members : [];
            foreach (var inner in nested.SelectMany(n => Everything(n, seen))) yield return inner;
        }
    }

    static IEnumerable<FieldSpec> Chain(FieldSpec field) => field.Item is { } item ? Chain(item).Prepend(field) : [field];

    static void Collect(JsonElement element, List<string> used)
    {
        if (element.ValueKind == JsonValueKind.Array)
            foreach (var item in element.EnumerateArray()) Collect(item, used);
        if (element.ValueKind != JsonValueKind.Object) return;
        foreach (var property in element.EnumerateObject())
            if (property.NameEquals("$ref")) used.Add(property.Value.GetString()!);
            else Collect(property.Value, used);
    }
}
