using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Tests.Decoding;
using Xunit;

namespace EdgeAgent.Tests.Formats.Documents;

/// <summary><c>fields: all</c> finds the numbers that <see cref="JsonDocument"/> finds, and a wildcard those below it.</summary>
public sealed class DocumentsAgainstReader
{
    [Fact]
    public void Every_number_with_its_path()
    {
        var random = new Random(5);
        var run = new DecodeRun(100_000, 10, true,
            new SubscriptionSettings { Topic = "s", Decode = new JsonFormatSettings { AllFields = true } });
        for (var i = 0; i < 2_000; i++)
        {
            var payload = Value(random, 4);
            using var document = JsonDocument.Parse(payload);
            var expected = new List<string>();
            Flatten(document.RootElement, "", expected);
            var actual = run.Decode("s", payload).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void A_wildcard_and_the_label_it_gives()
    {
        var random = new Random(6);
        var run = new DecodeRun(100_000, 10, true, new SubscriptionSettings
        {
            Topic = "s", Decode = new JsonFormatSettings { Fields = [new() { Path = "$.a.{k}.b", Metric = "m", Optional = true }] },
        });
        for (var i = 0; i < 2_000; i++)
        {
            var payload = $"{{\"a\":{Value(random, 3)}}}";
            using var document = JsonDocument.Parse(payload);
            var expected = new List<string>();
            var a = document.RootElement.GetProperty("a");
            if (a.ValueKind == JsonValueKind.Object)
                foreach (var member in a.EnumerateObject()) Add(member.Name, member.Value);
            if (a.ValueKind == JsonValueKind.Array)
                foreach (var (at, item) in a.EnumerateArray().Index()) Add(at.ToString(CultureInfo.InvariantCulture), item);
            var actual = run.Decode("s", payload).Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(r => r.Contains('|'));
            Assert.Equal(expected, actual);

            void Add(string key, JsonElement of)
            {
                if (of.ValueKind != JsonValueKind.Object || !of.TryGetProperty("b", out var b)) return;
                if (b.ValueKind == JsonValueKind.True) expected.Add($"k={key},metric=m|now|1");
                if (b.ValueKind == JsonValueKind.Number)
                    expected.Add($"k={key},metric=m|now|{b.GetDouble().ToString("R", CultureInfo.InvariantCulture)}");
            }
        }
    }

    static void Flatten(JsonElement value, string path, List<string> into)
    {
        if (value.ValueKind == JsonValueKind.Object)
            foreach (var member in value.EnumerateObject()) Flatten(member.Value, path + (path.Length > 0 ? "." : "") + member.Name, into);
        else if (value.ValueKind == JsonValueKind.Array)
            foreach (var (at, item) in value.EnumerateArray().Index()) Flatten(item, path + (path.Length > 0 ? "." : "") + at, into);
        else if (value.ValueKind == JsonValueKind.Number)
            into.Add($"metric={(path.Length > 0 ? path : "value")}|now|{value.GetDouble().ToString("R", CultureInfo.InvariantCulture)}");
    }

    static string Value(Random random, int depth)
    {
        var text = new StringBuilder();
        var kind = random.Next(depth > 0 ? 8 : 4);
        if (kind == 0) return random.Next(-100, 1000).ToString(CultureInfo.InvariantCulture);
        if (kind == 1) return (random.Next(1, 10_000) / 8.0).ToString("R", CultureInfo.InvariantCulture);
        if (kind == 2) return random.Next(2) == 0 ? "true" : "null";
        if (kind == 3) return "\"text\"";
        var names = new[] { "a", "b", "cc", "d-1", "é" }.OrderBy(_ => random.Next()).Take(random.Next(5)).ToArray();
        if (kind < 7) return text.Append('{').AppendJoin(',',
            names.Select(n => $"\"{n}\":{Value(random, depth - 1)}")).Append('}').ToString();
        return text.Append('[').AppendJoin(", ", names.Select(_ => Value(random, depth - 1))).Append(']').ToString();
    }
}
