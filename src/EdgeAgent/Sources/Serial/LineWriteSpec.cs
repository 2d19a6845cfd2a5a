using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Sources.Serial;

/// <summary>One entry of <c>commands.writes</c> of a serial source.</summary>
public static class LineWriteSpec
{
    // The range of decimal, in which every double of a command can be rounded exactly.
    const double Largest = 1e15;

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "line write",
        Kind = ComponentKind.Section,
        Doc = "Bytes that commands may send on the line. A line confirms nothing: the answer says `sent`.",
        Fields =
        [
            FieldSpec.Text("name", "What commands call it.") with { Required = true, Example = "rate", Syntax = Words.Name },
            FieldSpec.Text("text", "ASCII text; `{value}` stands for the command's value.")
                with { DefaultDoc = "none; give `bytes` instead", Example = "\"RATE {value}\"", Syntax = Text },
            FieldSpec.Enum("end", "What ends the text.",
                new("crlf", "\r\n", "Carriage return and line feed."), new("lf", "\n", "Line feed."), new("cr", "\r", "Carriage return."),
                new("none", "", "Nothing.")) with { Default = "\r\n" },
            FieldSpec.Integer("decimals", "Digits after the point in `{value}`.", 0, 9) with { Default = 0L },
            FieldSpec.Text("bytes", "Fixed bytes in hexadecimal.")
                with { DefaultDoc = "none; give `text` instead", Example = "\"A50F01\"", Syntax = FrameSpec.Hex },
            FieldSpec.Number("min", "Lowest value that is sent; needed with `{value}`.")
                with { DefaultDoc = "none", Min = -Largest, Max = Largest },
            FieldSpec.Number("max", "Highest value that is sent; needed with `{value}`.")
                with { DefaultDoc = "none", Min = -Largest, Max = Largest },
        ],
        Build = v => new LineWriteSettings
        {
            Name = v.Get<string>("name"),
            Text = v.GetOrNull<string>("text"),
            End = v.Get<string>("end"),
            Decimals = v.Int("decimals"),
            Bytes = v.GetOrNull<string>("bytes") is { } hex ? Convert.FromHexString(hex) : null,
            Min = v.GetNullable<double>("min") ?? 0,
            Max = v.GetNullable<double>("max") ?? 0,
        },
        Check = static (v, findings) =>
        {
            if (v.Has("text") == v.Has("bytes"))
                findings.Add(v.Has("text") ? FindingCodes.Exclusive : FindingCodes.NeedsOneOf, v.At, v.Path,
                    "give either `text` or `bytes`.");
            var takesValue = v.GetOrNull<string>("text")?.Contains(LineWriteSettings.Hole, StringComparison.Ordinal) == true;
            foreach (var key in new[] { "min", "max" })
                if (takesValue && !v.Has(key))
                    findings.Add(FindingCodes.MissingKey, v.At, v.Path, $"`{key}` is missing: a value that others send needs its limits.");
                else if (!takesValue && (v.Find("text") ?? v.Find("bytes"))?.Value is string && v.Find(key) is { } extra)
                    findings.Add(FindingCodes.Exclusive, extra.KeyAt, extra.Path,
                        $"`{key}` has no meaning without `{{value}}`. Remove it.");
            if (v.TryGet("min", out double min) && v.TryGet("max", out double max) && min > max)
                findings.Add(FindingCodes.OutOfRange, v.Find("min")!.At, v.Find("min")!.Path, "`min` is above `max`. Swap them.");
        },
    };

    static TextFailure? Text(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] is < ' ' or > '~') return new(i, "ASCII text is expected; give other bytes by `bytes`");
        var hole = text.IndexOf(LineWriteSettings.Hole, StringComparison.Ordinal);
        if (text.Length > 256) return new(256, "longer than 256 characters");
        return hole >= 0 && text.IndexOf(LineWriteSettings.Hole, hole + 1, StringComparison.Ordinal) is > 0 and var second
            ? new(second, "`{value}` stands once")
            : null;
    }
}
