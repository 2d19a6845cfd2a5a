using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration.Binding;

/// <summary>Paths of keys as findings show them.</summary>
static class Paths
{
    const int Longest = 200;

    /// <summary>The path of <paramref name="key"/> below <paramref name="path"/>; bounded,
    /// so that deep and long keys cost little.</summary>
    public static string Join(string path, string key) =>
        path.Length == 0 ? Nearest.Cut(key) : path.Length > Longest ? path : $"{path}.{Nearest.Cut(key)}";
}
