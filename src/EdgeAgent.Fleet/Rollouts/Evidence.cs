namespace EdgeAgent.Fleet.Rollouts;

/// <summary>What outcomes prove about the failure rate of a document.</summary>
public static class Evidence
{
    const double Doubt = 0.05;

    /// <summary>The rate that the true failure rate is below with 95 % confidence (one-sided Clopper–Pearson bound); with none failed
    /// about 3/n.</summary>
    /// <remarks>Exact up to 1,000 failures; above that nothing is to be proved any more, and the share itself is given.</remarks>
    public static double UpperBound(int good, int failed)
    {
        var n = good + failed;
        if (n == 0 || good == 0) return 1;
        if (failed > 1000) return (double)failed / n;
        var (low, high) = ((double)failed / n, 1.0);
        for (var i = 0; i < 50; i++)
        {
            var middle = (low + high) / 2;
            if (AtMost(failed, n, middle) > Doubt) low = middle;
            else high = middle;
        }

        return high;
    }

    /// <summary>The sentence for people.</summary>
    public static string Of(int good, int failed) => good + failed == 0
        ? "nothing is proved yet: no gateway has an outcome"
        : FormattableString.Invariant($"{good} good and {failed} failed: with 95 % confidence it fails on less than ")
            + Percent(UpperBound(good, failed)) + " of gateways";

    /// <summary>A share in percent, with as many digits as make sense.</summary>
    public static string Percent(double share) => FormattableString.Invariant(
        $"{(share >= 0.1 ? Math.Round(share * 100) : share >= 0.001 ? Math.Round(share * 100, 1) : Math.Round(share * 100, 3))} %");

    /// <summary>The probability of at most <paramref name="k"/> failures among <paramref name="n"/>, summed in logarithms.</summary>
    static double AtMost(int k, int n, double p)
    {
        if (p >= 1) return k >= n ? 1 : 0;
        var (sum, term) = (0.0, n * Math.Log(1 - p));
        for (var i = 0; i <= k; i++)
        {
            sum += Math.Exp(term);
            term += Math.Log((double)(n - i) / (i + 1)) + Math.Log(p / (1 - p));
        }

        return sum;
    }
}
