namespace EdgeAgent.Core.Statistics;

/// <summary>A generalised Pareto distribution fitted to excesses over a high threshold.</summary>
/// <param name="Shape">γ; above 0 heavy-tailed, 0 exponential, below 0 bounded.</param>
/// <param name="Scale">σ, above 0.</param>
/// <remarks>
/// Maximum likelihood by Grimshaw's reduction to one unknown x = γ/σ: for a given x the best γ is the sum of log(1 + x·y) over all
/// excesses divided by the number known exactly, which leaves a function of x alone to maximise. An excess known only to be above c
/// (censored) enters by its survival probability and counts in the sum, not in the number. γ is held in [−0.5, 2], where the estimate is
/// regular. Source: Grimshaw, Technometrics 35(2), 1993, §2; the censored terms follow from the same steps.
/// </remarks>
public readonly record struct ParetoTail(double Shape, double Scale)
{
    const int Steps = 14, Refinements = 24;

    /// <summary>Fits <paramref name="excesses"/>; a negative entry −c says "above c". An exponential when nothing fits better.</summary>
    public static ParetoTail Fit(ReadOnlySpan<double> excesses)
    {
        double sum = 0, high = 0;
        var exact = 0;
        foreach (var y in excesses)
        {
            sum += Math.Abs(y);
            high = Math.Max(high, Math.Abs(y));
            if (y > 0) exact++;
        }

        var mean = sum / Math.Max(exact, 1);
        if (exact < 4 || high <= 0) return new ParetoTail(0, mean);
        // The exponential is the limit x → 0: −n·log σ − n.
        var (bestX, best) = (0.0, -exact * (Math.Log(mean) + 1));
        var edge = 1 / high;
        for (var i = 0; i <= Steps; i++)
        {
            Try(excesses, -edge * (1 - Math.Pow(10, -4.0 * i / Steps)), ref bestX, ref best);
            Try(excesses, edge * Math.Pow(10, (-3.0 * i / Steps) + 2), ref bestX, ref best);
        }

        var width = 0.5 * Math.Max(Math.Abs(bestX), 0.02 * edge);
        for (var i = 0; i < Refinements; i++, width *= 0.7)
        {
            var x = bestX;
            Try(excesses, x - width, ref bestX, ref best);
            Try(excesses, x + width, ref bestX, ref best);
        }

        if (bestX == 0) return new ParetoTail(0, mean);
        var shape = Profile(excesses, bestX, out _);
        return new ParetoTail(shape, shape / bestX);
    }

    /// <summary>The value over <paramref name="threshold"/> that is passed with probability <paramref name="risk"/>.</summary>
    /// <param name="threshold">t, where the tail starts.</param>
    /// <param name="risk">q, such as 10⁻⁴.</param>
    /// <param name="total">n, values seen.</param>
    /// <param name="over">Values over t among them.</param>
    public double Quantile(double threshold, double risk, double total, double over)
    {
        var r = risk * total / over;
        return Math.Abs(Shape) < 1e-9 ? threshold - (Scale * Math.Log(r)) : threshold + (Scale / Shape * (Math.Pow(r, -Shape) - 1));
    }

    static void Try(ReadOnlySpan<double> excesses, double x, ref double bestX, ref double best)
    {
        var shape = Profile(excesses, x, out var likelihood);
        if (shape is < -0.5 or > 2 || !(likelihood > best)) return;
        (bestX, best) = (x, likelihood);
    }

    // NaN (outside the support, or x = 0) compares false everywhere and is never taken.
    static double Profile(ReadOnlySpan<double> excesses, double x, out double likelihood)
    {
        double all = 0, known = 0;
        var exact = 0;
        foreach (var y in excesses)
        {
            var log = Math.Log(1 + (x * Math.Abs(y)));
            all += log;
            if (y <= 0) continue;
            known += log;
            exact++;
        }

        var shape = all / exact;
        likelihood = (-exact * Math.Log(shape / x)) - known - exact;
        return shape;
    }
}
