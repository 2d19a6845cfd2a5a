using System.Text;
using EdgeAgent.Catalog;
using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration;

/// <summary>Writes the reference page of a configuration from the specs: every key with type, default, bounds and example.</summary>
public static class ConfigReference
{
    /// <summary>Writes the page as Markdown; the same bytes every time.</summary>
    public static void Write(TextWriter writer)
    {
        writer.Write("""
            # Configuration

            Generated from the component specs by `edge-agent schema`; do not edit by hand.

            One YAML file holds everything. `edge-agent check FILE` shows all that is wrong with it at once, each finding with line,
            column and a stable code ([findings](findings.md)); `edge-agent schema` prints a JSON Schema for editors.

            - **Keys** are `snake_case`. Unknown and duplicate keys are refused.
            - **Durations** are whole numbers with a unit: `d`, `h`, `m`, `s`, `ms`, `us`. Several follow each other from the largest to
              the smallest: `1h30m`. There are no fractions: write `1500ms`, not `1.5s`.
            - **Sizes** are whole numbers with `B`, `KiB`, `MiB`, `GiB` (powers of 1024) or `kB`, `MB`, `GB` (powers of 1000).
            - **Booleans** are `true` and `false`.
            - **Names** of sources, pipelines and outputs are letters, digits, `_` and `-`; names of labels are letters, digits and `_`.
            - **Paths** that are relative start at the folder of the configuration, wherever the agent is started.
            - **References** `${env:NAME}` and `${file:/path}` are taken in texts, secrets, paths and addresses. A file is at most
              64 KiB, its last newline is left out, and a relative path starts at the folder of the configuration. `$${` is a
              literal `${`. What such a reference gives is never shown, nor is a secret.
            - **This machine**: `${machine:serial}` is the serial number of the board (device tree) or of the PC (DMI, which only root
              may read unless it is opened to others), `${machine:id}` a hash of `/etc/machine-id`, `${machine:hostname}` the host's
              name; all but letters, digits, `.`, `_` and `-` becomes `-`. One is never taken for another.
            - **Limits**: 1 MiB, one document, 32 levels, 50,000 keys and values; no anchors, aliases, merge keys, tags or tabs.


            """.ReplaceLineEndings("\n"));
        Component(writer, GatewaySpec.Spec, "## The file", null);
        foreach (var section in GatewaySpec.Spec.Fields)
        {
            if (section.Component is { } nested) Component(writer, nested, $"## `{section.Name}`", null);
            else if (section.Item is { Component: { } item }) Component(writer, item, $"## One of `{section.Name}`", null);
        }

        foreach (var group in Components.Groups)
            foreach (var member in group.Members)
                Component(writer, member, $"## {char.ToUpperInvariant(group.Name[0])}{group.Name[1..]} `{member.Name}`", group);
    }

    static void Component(TextWriter writer, ComponentSpec spec, string title, ComponentGroup? group)
    {
        writer.Write($"{title}\n\n{spec.Doc}\n\n");
        if (spec.Example is { } example) writer.Write($"```yaml\n{example.ReplaceLineEndings("\n").TrimEnd()}\n```\n\n");
        if (spec.Body is { } body) writer.Write($"Keys: {body.Doc}\n\n");
        var rows = new StringBuilder();
        if (group?.Selector is { } selector)
            rows.Append($"| `{selector}` | text | {(spec.Name == group.Fallback ? $"`{spec.Name}`" : "required")} | | `{spec.Name}` | "
                + $"Chooses this {group.Name}. |\n");
        Rows(rows, spec, "");
        if (rows.Length == 0) return;
        writer.Write("| key | type | default | bounds | example | what it does |\n|---|---|---|---|---|---|\n");
        writer.Write(rows);
        writer.Write('\n');
    }

    static void Rows(StringBuilder rows, ComponentSpec spec, string prefix)
    {
        foreach (var field in spec.Fields)
        {
            var key = prefix + field.Name;
            rows.Append(
                $"| `{key}` | {TypeName(field)} | {Default(field)} | {Bounds(field)} | {Code(Example(field))} | {Cell(Doc(field))} |\n");
            // The sections of the whole file have tables of their own.
            if (spec == GatewaySpec.Spec) continue;
            if (field.Component is { } nested) Rows(rows, nested, key + ".");
            if (field.Item?.Component is { } item) Rows(rows, item, key + "[].");
        }
    }

    static string TypeName(FieldSpec field) => field.Type switch
    {
        FieldType.Text => "text",
        FieldType.Integer => "integer",
        FieldType.Number => "number",
        FieldType.Boolean => "boolean",
        FieldType.Duration => "duration",
        FieldType.Size => "size",
        FieldType.Enum => "choice",
        FieldType.Secret => "secret",
        FieldType.Path => "path",
        FieldType.HostPort => "host:port",
        FieldType.Url => "URL",
        FieldType.Name => "name",
        FieldType.Label or FieldType.NewLabel => "label",
        FieldType.Glob => "pattern",
        FieldType.TopicTemplate => "topic template",
        FieldType.TextTemplate => "template",
        FieldType.JsonPath => "JSON path",
        FieldType.TimeZone => "time zone",
        FieldType.Character => "character",
        FieldType.Component when field.Short is { } key => $"{TypeName(field.Component!.Field(key)!)} or keys",
        FieldType.List => (field.Word is { } word ? $"`{word}` or " : "")
            + $"{(field.Single ? $"{TypeName(field.Item!)} or " : "")}list of {TypeName(field.Item!)}",
        FieldType.Map => $"{TypeName(field.Item!)} by "
            + $"{(field.Keys is FieldType.Label or FieldType.NewLabel ? "label" : field.Keys == FieldType.Name ? "name" : "text")}",
        FieldType.OneOf => Components.Group(field.Group!).Name,
        _ => "keys",
    };

    static string Default(FieldSpec field) =>
        field.Required ? "required"
        : field.Default is { } value ? Code(Words.Of(field, value))
        : Cell(field.DefaultDoc
            ?? (field.Type is FieldType.List or FieldType.Map ? "none" : field.Component is null ? "" : "its defaults"));

    static string? Example(FieldSpec field) =>
        field.Example ?? (field.Default is { } value ? Words.Of(field, value) : field.Choices.Count > 0 ? field.Choices[0].Name : null);

    static string Bounds(FieldSpec field) => (field.Min, field.Max) switch
    {
        ({ } min, { } max) => $"{Words.Of(field, min)} – {Words.Of(field, max)}",
        ({ } min, null) => $"≥ {Words.Of(field, min)}",
        (null, { } max) => $"≤ {Words.Of(field, max)}",
        _ => field.MinCount > 0 ? $"at least {field.MinCount}" : "",
    } + (field.Unit is { } unit ? $" {unit}" : "");

    static string Doc(FieldSpec field) => Text(field)
        + (field.Formerly is { } former
            ? $" Called `{former.Name}` before {former.Since}; refused under that name from {former.Until} on." : "");

    static string Text(FieldSpec field) => field.Type == FieldType.Enum || field.Item?.Type == FieldType.Enum
        ? field.Doc + string.Concat((field.Type == FieldType.Enum ? field : field.Item!).Choices.Select(c => $"<br>`{c.Name}`: {c.Doc}"))
        : field.Doc;

    static string Code(string? text) => text is null ? "" : text.Contains('`') ? Cell(text) : $"`{Cell(text)}`";

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
