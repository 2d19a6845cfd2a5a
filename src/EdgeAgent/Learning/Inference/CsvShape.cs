namespace EdgeAgent.Learning.Inference;

/// <summary>The cells of a text with separated values.</summary>
/// <param name="Separator">What stands between them.</param>
/// <param name="Header">Names of the columns, when the first line has them.</param>
/// <param name="Rows">The other lines.</param>
sealed record CsvShape(char Separator, IReadOnlyList<string>? Header, IReadOnlyList<List<string>> Rows);
