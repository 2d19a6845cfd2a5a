namespace EdgeAgent.Tests.Stages.Windows;

/// <summary>Makes a failing run short: leaves out ever smaller pieces while it still fails.</summary>
static class Minimize
{
    public static List<T> Run<T>(List<T> failing, Func<List<T>, bool> fails)
    {
        for (var piece = failing.Count / 2; piece > 0; piece /= 2)
        {
            for (var at = 0; at + piece <= failing.Count;)
            {
                var shorter = failing.Where((_, i) => i < at || i >= at + piece).ToList();
                if (fails(shorter)) failing = shorter;
                else at += piece;
            }
        }

        return failing;
    }
}
