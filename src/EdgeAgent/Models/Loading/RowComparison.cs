using EdgeAgent.Core.Models;

namespace EdgeAgent.Models.Loading;

/// <summary>Whether the rows of one run change each other's results: different rows alone and together.</summary>
/// <remarks>
/// They do after dynamic quantisation, whose step is that of all rows of a run, and where a model takes a statistic over its rows. Sums of
/// several rows may round in another order: that much is no difference.
/// </remarks>
static class RowComparison
{
    const int MostRows = 8;

    /// <summary>Difference that rounding makes, relative to the largest number of an output.
    /// 3·10⁻⁵: a few hundred steps of float32.</summary>
    const double Rounding = 3e-5;

    /// <summary>As <see cref="Rounding"/> for 16-bit floating point, whose step is 10⁻³.</summary>
    const double RoundingHalf = 1e-2;

    static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(50);

    // So different that a step common to all rows cannot suit each.
    static readonly double[] Sizes = [1, 0.2, 6, 0.03, 2, 20, 0.5, 3];

    /// <summary>Compares.</summary>
    public static RowEffect Of(OnnxModel model)
    {
        var n = Math.Min(model.MaxRows, model.IsWatched && model.RunTime > Slow ? 2 : MostRows);
        if (n < 2) return RowEffect.None;
        var (width, memory, give) = (model.FeatureCount, model.StateCount, model.OutputCount);
        var features = new double[n * width];
        for (var i = 0; i < features.Length; i++) features[i] = Sizes[i / width] * Math.Sin((1.7 * i) + 1);
        var (alone, together) = (new double[n * give], new double[n * give]);
        var (statesAlone, statesTogether) = (new double[n * memory], new double[n * memory]);
        for (var row = 0; row < n; row++)
            if (model.RunUnwatched(1, features.AsSpan(row * width, width), statesAlone.AsSpan(row * memory, memory),
                alone.AsSpan(row * give, give)) != RunResult.Ok) return RowEffect.Unknown;
        if (model.RunUnwatched(n, features, statesTogether, together) != RunResult.Ok) return RowEffect.Unknown;
        var rounding = model.IsHalf ? RoundingHalf : Rounding;
        if (AreEqual(alone, together, rounding) && AreEqual(statesAlone, statesTogether, rounding)) return RowEffect.None;
        var same = new double[n * give];
        for (var row = 0; row < n; row++) alone.AsSpan(0, give).CopyTo(same.AsSpan(row * give));
        return AreEqual(alone, same, rounding) ? RowEffect.Only : RowEffect.Some;
    }

    static bool AreEqual(double[] a, double[] b, double rounding)
    {
        var largest = 0.0;
        foreach (var number in a.Concat(b))
            if (double.IsFinite(number)) largest = Math.Max(largest, Math.Abs(number));
        for (var i = 0; i < a.Length; i++)
            if (!a[i].Equals(b[i]) && !(Math.Abs(a[i] - b[i]) <= rounding * largest)) return false;
        return true;
    }
}
