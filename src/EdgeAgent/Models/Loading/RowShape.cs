using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Onnx;

namespace EdgeAgent.Models.Loading;

/// <summary>Shape of an input or output with its rows told apart: which dimension counts rows, and how many numbers a row has.</summary>
/// <param name="Dimensions">Sizes; the dimension of rows holds 1, or as many as one row takes of it.</param>
/// <param name="BatchAxis">The dimension of rows, −1 when the shape is fixed to one row.</param>
sealed record RowShape(long[] Dimensions, int BatchAxis)
{
    /// <summary>Numbers of one row.</summary>
    public int Count => (int)Dimensions.Aggregate(1L, (a, d) => a * d);

    /// <summary>Numbers that lie together in one row: those from the dimension of the rows on.</summary>
    public int Inner => (int)Dimensions.Skip(Math.Max(BatchAxis, 0)).Aggregate(1L, (a, d) => a * d);

    /// <summary>Works out the shape of an input from what the model declares and the stage gives.</summary>
    /// <param name="info">The declared input.</param>
    /// <param name="isState">Whether rows may be another dimension than the first, as in <c>[layers, N, H]</c>.</param>
    /// <param name="settings">The stage; its features fill open dimensions. Null when nothing is known of it.</param>
    /// <returns>Null when an open dimension cannot be told.</returns>
    public static RowShape? Of(OnnxValueInfo info, bool isState, ScoreSettings? settings)
    {
        var dimensions = (long[])info.Dimensions.Clone();
        var axis = isState ? Array.IndexOf(dimensions, -1) : dimensions.Length > 0 && dimensions[0] < 0 ? 0 : -1;
        if (axis >= 0) dimensions[axis] = 1;
        var open = dimensions.Count(d => d < 0);
        if (open > 0 && settings is null) return null;
        if (open == 1)
        {
            var known = dimensions.Where(d => d > 0).Aggregate(1L, (a, d) => a * d);
            if (known == 0 || settings!.FeatureCount % known != 0) return null;
            dimensions[Array.IndexOf(dimensions, -1)] = settings.FeatureCount / known;
        }
        else if (open == 2 && dimensions.Length >= 2)
        {
            var first = Array.IndexOf(dimensions, -1);
            dimensions[first] = settings!.FieldMajor ? settings.Width : settings.Last;
            dimensions[Array.IndexOf(dimensions, -1)] = settings.FieldMajor ? settings.Last : settings.Width;
        }
        else if (open > 0)
        {
            return null;
        }

        return new RowShape(dimensions, axis);
    }

    /// <summary>The shape of an output that was seen with one row and, unless null, with two.</summary>
    public static RowShape Seen(long[] one, long[]? two)
    {
        var axis = -1;
        for (var i = 0; two is not null && i < one.Length && two.Length == one.Length; i++)
            if (one[i] > 0 && two[i] == 2 * one[i]) axis = i;
        return new RowShape(one, axis);
    }

    /// <summary>The shape of a row where the first dimension is that of exactly <paramref name="rows"/> rows;
    /// null when it does not divide.</summary>
    public static RowShape? Fixed(long[] dimensions, int rows) =>
        dimensions is [> 0, ..] && dimensions[0] % rows == 0 ? new RowShape([dimensions[0] / rows, .. dimensions[1..]], 0) : null;

    /// <summary>Writes a row's numbers into its places of a tensor that holds <paramref name="rows"/> rows.</summary>
    public void WriteRow(OnnxTensor tensor, int row, int rows, ReadOnlySpan<double> values)
    {
        var inner = Inner;
        for (var outer = 0; outer * inner < values.Length; outer++)
            tensor.Write(((outer * rows) + row) * inner, values.Slice(outer * inner, inner));
    }

    /// <summary>Reads a row's numbers from its places in a tensor that holds <paramref name="rows"/> rows.</summary>
    public void ReadRow(OnnxTensor tensor, int row, int rows, Span<double> values)
    {
        var inner = Inner;
        for (var outer = 0; outer * inner < values.Length; outer++)
            tensor.Read(((outer * rows) + row) * inner, values.Slice(outer * inner, inner));
    }
}
