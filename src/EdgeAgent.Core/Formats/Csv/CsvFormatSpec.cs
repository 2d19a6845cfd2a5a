using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.Csv;

/// <summary><c>format: csv</c>.</summary>
public static class CsvFormatSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "csv",
        Kind = ComponentKind.Format,
        Doc = "Lines of separated values with named columns; quotes as in RFC 4180. A line with more values than columns is refused; "
            + "empty ones at its end do not count.",
        Example = "decode: { format: csv, columns: [ts, temperature], value: temperature, time: { column: ts, unit: s } }",
        Fields =
        [
            .. FormatFields.Values(FieldType.Text, "column", "Column", hasAll: false),
            FieldSpec.Boolean("header", "Whether each payload starts with a line of column names.", otherwise: false),
            FieldSpec.List("columns", "Column names in order, when there is no header.", FieldSpec.Text("", "A column."))
                with { DefaultDoc = "from the header", Distinct = true, MaxCount = 1000, Example = "[ts, temperature]" },
            FieldSpec.Of(FieldType.Character, "separator", "What stands between values.") with { Default = ',', Example = "\";\"" },
            FormatFields.Time(FieldType.Text, "column", "Column"),
            FormatFields.Labels(FieldType.Text, "column", "Column"),
            .. FormatFields.Text,
            .. FormatFields.Encoded,
        ],
        Build = v => FormatFields.Encode(v, new CsvFormatSettings
        {
            Fields = FormatFields.FieldsOf(v),
            HasHeader = v.Get<bool>("header"),
            Columns = v.Texts("columns"),
            Separator = v.Get<char>("separator"),
            Time = v.Nested<TimeSettings>("time"),
            LabelPaths = FormatFields.LabelPathsOf(v),
            Text = FormatFields.TextOf(v),
        }),
        Check = CheckCsv,
        Labels = FormatFields.Scope,
    };

    static void CheckCsv(SpecValues v, FindingList findings)
    {
        FormatFields.CheckValues(v, findings);
        var header = v.TryGet("header", out bool has) && has;
        if (header && v.Find("columns") is { } both)
            findings.Add(FindingCodes.Exclusive, both.KeyAt, both.Path, "`columns` beside `header: true`. Keep one of them.");
        if (!v.Has("columns") && !v.Has("header"))
            findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path, "neither `columns` nor `header: true`. Give one of them.");
        if (header || v.Find("columns") is not { IsGood: true } columns) return;
        var names = columns.Items.Select(i => (string)i.Value!).ToHashSet();
        foreach (var used in FormatFields.Paths(v, "column"))
            if (used.Value is string name && !names.Contains(name))
                findings.Add(FindingCodes.UnknownColumn, used.At, used.Path,
                    $"`{Nearest.Cut(name)}` is not among `columns`.{Nearest.Hint(name, names)}");
    }
}
