namespace EdgeAgent.Core.Specs;

/// <summary>A place in a configuration file; line and column count from 1.</summary>
/// <param name="Line">Line.</param>
/// <param name="Column">Column in UTF-16 units.</param>
public readonly record struct TextMark(int Line, int Column) : IComparable<TextMark>
{
    /// <summary>The first character of the file.</summary>
    public static readonly TextMark Start = new(1, 1);

    /// <inheritdoc/>
    public int CompareTo(TextMark other) => Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);
}
