using System.Globalization;
using System.Text.Json;

namespace EdgeAgent.Learning.Inference;

/// <summary>Groups topics into templates whose filters match no topic twice.</summary>
/// <remarks>
/// Topics belong together that have one depth, one kind of payload, first levels alike (<c>shelly-1</c>, <c>shelly-2</c>) and, of JSON,
/// a third of their paths in common. Where two filters would match one topic, clusters of JSON become one, and others get a level held
/// that tells them apart.
/// </remarks>
static class TopicClusters
{
    const int MostOfABucket = 64;
    const int MostParts = 16;
    const int MostPaths = 256;
    const int MostRounds = 200;
    const int ManyRoots = 8;
    const int TooManyRoots = 100;
    const int MostClusters = 300;
    const int ParsedOfATopic = 4;
    const ulong Prime = 1_099_511_628_211; // of FNV-1a

    /// <summary>The clusters; of those that no filter tells from another the smaller goes to <paramref name="untold"/>.</summary>
    public static List<TopicCluster> Of(IReadOnlyList<SurveyedTopic> topics, List<TopicCluster> untold)
    {
        var buckets = new Dictionary<string, List<TopicCluster>>(StringComparer.Ordinal);
        var known = new Dictionary<string, TopicCluster>(StringComparer.Ordinal);
        var roots = RootsOf(topics);
        foreach (var topic in topics)
        {
            var paths = topic.Kind is PayloadKind.Json or PayloadKind.Cbor or PayloadKind.MessagePack ? PathsOf(topic) : [];
            var key = $"{Sort(topic)}/{roots[RootOf(topic)]}";
            var place = string.Create(CultureInfo.InvariantCulture, $"{key}/{paths.Aggregate(0UL, (sum, path) => sum + path * Prime)}");
            if (!known.TryGetValue(place, out var cluster))
            {
                if (!buckets.TryGetValue(key, out var bucket)) buckets.Add(key, bucket = []);
                cluster = bucket.FirstOrDefault(c => IsAlike(c.Paths, paths));
                if (cluster is null && bucket.Count == MostOfABucket) cluster = bucket[^1];
                if (cluster is null) bucket.Add(cluster = new(topic.Kind, topic.Levels.Length));
                known.Add(place, cluster);
            }

            cluster.Add(topic, paths);
        }

        var clusters = buckets.Values.SelectMany(bucket => bucket).OrderByDescending(c => c.Messages).ToList();
        if (clusters.Count > MostClusters)
        {
            untold.AddRange(clusters[MostClusters..]);
            clusters.RemoveRange(MostClusters, clusters.Count - MostClusters);
        }

        foreach (var cluster in clusters) cluster.Decide();
        ShareVariables(clusters);
        TellApart(clusters, untold);
        return clusters;
    }

    /// <summary>What a first level counts as: its digits do not tell it from others, and many roots with equal branches are one.</summary>
    static Dictionary<string, string> RootsOf(IReadOnlyList<SurveyedTopic> topics)
    {
        var roots = new Dictionary<string, string>(StringComparer.Ordinal);
        var branches = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        var sorts = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var topic in topics)
        {
            var key = RootOf(topic);
            roots.TryAdd(key, Undigited(topic.Levels[0]));
            if (!branches.TryGetValue(key, out var set)) branches.Add(key, set = new(StringComparer.Ordinal));
            if (set.Count <= MostParts) set.Add(string.Join('/', topic.Levels.Skip(1)));
            if (!sorts.TryGetValue(Sort(topic), out var sort)) sorts.Add(Sort(topic), sort = []);
            sort.Add(key);
        }

        foreach (var keys in sorts.Values)
        {
            foreach (var alike in keys.GroupBy(key => string.Join('\n', branches[key])))
                if (alike.Key.Length > 0 && alike.Count() >= ManyRoots)
                    foreach (var key in alike) roots[key] = "";
            if (keys.Select(key => roots[key]).Distinct().Count() > TooManyRoots)
                foreach (var key in keys) roots[key] = "";
        }

        return roots;
    }

    /// <summary>What topics of one cluster have in common: depth and kind of payload.</summary>
    static string Sort(SurveyedTopic topic) => string.Create(CultureInfo.InvariantCulture, $"{topic.Levels.Length}{topic.Kind}");

    static string RootOf(SurveyedTopic topic) => $"{Sort(topic)}/{topic.Levels[0]}";

    static string Undigited(string level) =>
        string.Join('#', level.Split("0123456789".ToCharArray(), StringSplitOptions.RemoveEmptyEntries))
        + (level.Any(char.IsAsciiDigit) ? "#" : "");

    static bool IsAlike(HashSet<ulong> a, HashSet<ulong> b)
    {
        if (a.Count == 0 || b.Count == 0) return a.Count == b.Count;
        var common = b.Count(a.Contains);
        return common * 10 >= 3 * (a.Count + b.Count - common) || common * 10 >= 6 * Math.Min(a.Count, b.Count) && common > 1;
    }

    /// <summary>Hashes of paths: the paths themselves could be made much larger than the payloads they are in.</summary>
    static HashSet<ulong> PathsOf(SurveyedTopic topic)
    {
        var paths = new HashSet<ulong>();
        foreach (var sample in topic.Samples.Take(ParsedOfATopic))
        {
            if (!HeardJson.TryParse(sample.Payload, out var json)) continue;
            using (json) Walk(json!.RootElement, Prime, paths, 0);
        }

        return paths;
    }

    static void Walk(JsonElement of, ulong path, HashSet<ulong> paths, int depth)
    {
        if (paths.Count >= MostPaths || depth > 10) return;
        if (of.ValueKind == JsonValueKind.Object)
            foreach (var member in of.EnumerateObject()) Walk(member.Value, Below(path, member.Name), paths, depth + 1);
        else if (of.ValueKind == JsonValueKind.Array && of.GetArrayLength() > 0) Walk(of[0], Below(path, "[]"), paths, depth + 1);
        else paths.Add(path);
    }

    static ulong Below(ulong path, string name)
    {
        foreach (var c in name) path = (path ^ c) * Prime;
        return (path ^ '.') * Prime;
    }

    /// <summary>A level that differs in one cluster differs in the others that have its values there.</summary>
    static void ShareVariables(List<TopicCluster> clusters)
    {
        foreach (var one in clusters)
            foreach (var other in clusters)
                if (one != other && one.Depth == other.Depth)
                    for (var i = 0; i < one.Depth - 1; i++)
                        if (one.IsVariable[i] && !other.IsVariable[i] && one.Values(i).Contains(other.Values(i).First())
                            && Enumerable.Range(0, i).All(above => one.Filter(above) == other.Filter(above)))
                            other.IsVariable[i] = true;
    }

    static void TellApart(List<TopicCluster> clusters, List<TopicCluster> untold)
    {
        for (var round = 0; ; round++)
        {
            if (Overlapping(clusters) is not var (a, b)) return;
            if (a.Kind == b.Kind)
            {
                a.Merge(b);
                clusters.Remove(b);
            }
            else if (round < MostRounds && BestLevel(a, b) is { } level)
            {
                foreach (var one in new[] { a, b })
                {
                    if (!one.IsVariable[level]) continue;
                    clusters.Remove(one);
                    clusters.AddRange(one.Split(level));
                }
            }
            else
            {
                var smaller = a.Messages < b.Messages ? a : b;
                clusters.Remove(smaller);
                untold.Add(smaller);
            }
        }
    }

    static (TopicCluster, TopicCluster)? Overlapping(List<TopicCluster> clusters)
    {
        for (var i = 0; i < clusters.Count; i++)
            for (var j = i + 1; j < clusters.Count; j++)
                if (clusters[i].Overlaps(clusters[j])) return (clusters[i], clusters[j]);
        return null;
    }

    static int? BestLevel(TopicCluster a, TopicCluster b)
    {
        (int Cost, int Level)? best = null;
        for (var i = 0; i < a.Depth; i++)
        {
            if (a.Values(i).Overlaps(b.Values(i))) continue;
            var cost = (a.IsVariable[i] ? a.Values(i).Count : 1) + (b.IsVariable[i] ? b.Values(i).Count : 1);
            if (a.Values(i).Concat(b.Values(i)).Any(value => !TopicCluster.IsLiteral(value))) continue;
            if (cost <= MostParts + 1 && (best is null || cost < best.Value.Cost)) best = (cost, i);
        }

        return best?.Level;
    }
}
