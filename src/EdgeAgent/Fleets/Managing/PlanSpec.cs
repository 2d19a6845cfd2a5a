using System.Globalization;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Rollouts;

namespace EdgeAgent.Fleets.Managing;

/// <summary>The keys of a plan's file.</summary>
static class PlanSpec
{
    const string ShareForm = "expected a share such as 10%";

    // What stands at the top of the plan holds for each wave that does not say otherwise.
    static readonly FieldSpec[] s_conditions =
    [
        FieldSpec.Text("min_good", "Share of the admitted, of those that are there, that has to be good.")
            with { Syntax = ShareFailure, DefaultDoc = "98%" },
        FieldSpec.Text("max_failed", "How many of them may have failed: a share, a number, or the higher of both. One more pauses.")
            with { Syntax = t => BoundOf(t) is null ? new(0, "expected such as 1%, 3 or `1% or 3`") : null, DefaultDoc = "1% or 3" },
        FieldSpec.Duration("soak", "How long what is good has to stay so before the next wave.", TimeSpan.Zero, TimeSpan.FromDays(90))
            with { DefaultDoc = "30m" },
        FieldSpec.Duration("deadline", "How long a wave may take; then the rollout pauses.", TimeSpan.FromSeconds(1),
            TimeSpan.FromDays(365))
            with { DefaultDoc = "24h" },
        FieldSpec.Text("silent", "Share of the admitted that may fall silent without counting as failed.")
            with { Syntax = ShareFailure, DefaultDoc = "2%" },
        FieldSpec.Duration("spread", "Over which time those begin that a wave admits.", TimeSpan.Zero, TimeSpan.FromDays(1))
            with { DefaultDoc = "so long that about as many are under trial at once as have proved the document before, at most 4h" },
    ];

    static readonly ComponentSpec s_wave = new()
    {
        Name = "wave",
        Kind = ComponentKind.Section,
        Doc = "A wave.",
        Fields =
        [
            FieldSpec.List("canary", "Gateways admitted by name, with those of the waves before.",
                FieldSpec.Text("", "A gateway.") with { Syntax = Words.Id })
                    with { Single = true, MaxCount = 32, Distinct = true, DefaultDoc = "none" },
            FieldSpec.Text("share", "Share of the group that is admitted, with those of the waves before.")
                with { Syntax = ShareFailure, DefaultDoc = "as before" },
            .. s_conditions,
        ],
        Build = v => v,
    };

    static readonly ComponentSpec s_gate = new()
    {
        Name = "gate",
        Kind = ComponentKind.Section,
        Doc = "What has to hold in a trial, where the document does not say it.",
        Fields =
        [
            FieldSpec.Enum("sources", "Sources.", new("previous", 1, "Each that was connected before."), new("any", 0, "Not looked at.")),
            FieldSpec.Enum("outputs", "Outputs.", new("previous", 1, "Each that was not failing before confirms something."),
                new("any", 0, "Not looked at.")),
            FieldSpec.Enum("commits", "Commits.", new("ok", 1, "They work."), new("any", 0, "Not looked at.")),
            FieldSpec.Integer("restarts", "Most restarts of the agent.", 0, 1000),
            FieldSpec.Text("readings", "Rate of readings in and out of each pipeline, against the rate before.")
                with { Syntax = t => RatioRule.TryParse(t) is null ? new(0, "expected such as `>=0.7x`, or any") : null },
            FieldSpec.Text("bad", "Share of bad messages, against the share before.")
                with { Syntax = t => RatioRule.TryParse(t) is null ? new(0, "expected such as `<=2x+1%`, or any") : null },
            FieldSpec.Size("resident", "Most resident memory.", 1 << 20, 1L << 40),
            FieldSpec.Duration("hold", "For how long all has to hold.", TimeSpan.Zero, TimeSpan.FromDays(1)),
            FieldSpec.Duration("within", "Within which time of the change.", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            FieldSpec.Duration("grace", "For how long after the change nothing is held against it.", TimeSpan.Zero, TimeSpan.FromDays(1)),
        ],
        Build = v => new TrialGates
        {
            Sources = v.GetNullable<int>("sources") is { } sources ? sources == 1 : null,
            Outputs = v.GetNullable<int>("outputs") is { } outputs ? outputs == 1 : null,
            Commits = v.GetNullable<int>("commits") is { } commits ? commits == 1 : null,
            Restarts = (int?)v.GetNullable<long>("restarts"),
            Readings = v.GetOrNull<string>("readings") is { } readings ? RatioRule.TryParse(readings) : null,
            Bad = v.GetOrNull<string>("bad") is { } bad ? RatioRule.TryParse(bad) : null,
            ResidentBytes = v.GetNullable<long>("resident"),
            Hold = v.GetNullable<TimeSpan>("hold"),
            Within = v.GetNullable<TimeSpan>("within"),
            Grace = v.GetNullable<TimeSpan>("grace"),
        },
    };

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "plan",
        Kind = ComponentKind.Section,
        Doc = "How a document gets into a group.",
        Fields =
        [
            FieldSpec.Text("rollout", "Name of the rollout: it decides which gateways are first.")
                with { Syntax = Words.Id, DefaultDoc = "the document's name, `-` and its version" },
            FieldSpec.Text("group", "The group; `all` for every gateway.") with { Required = true, Syntax = Words.Id, Example = "press" },
            FieldSpec.Text("document", "The signed document's file, or the digest of one that was published.")
                with { Required = true, PathWithSlash = true, Example = "./press-line-42.json" },
            FieldSpec.List("waves", "The waves, each more than the one before.", FieldSpec.Nested("", "A wave.", s_wave))
                with { Required = true, MinCount = 1, MaxCount = 100 },
            .. s_conditions,
            FieldSpec.Nested("gate", "What has to hold in a trial, where the document does not say it.", s_gate)
                with { DefaultDoc = "the gateways' defaults" },
            FieldSpec.Text("not_before", "Nobody begins before it (UTC).")
                with { Syntax = t => JsonFields.TryTime(t, out _) ? null : new(0, "expected such as 2026-12-01T04:00:00Z"),
                    DefaultDoc = "at once" },
            FieldSpec.Text("window", "When in the day a gateway may begin.")
                with { Syntax = t => DayWindow.TryParse(t) is null ? new(0, "expected such as `01:00-05:00 Europe/Berlin`") : null,
                    DefaultDoc = "always" },
            FieldSpec.Duration("expires", "How long a target of this rollout is taken up.", TimeSpan.FromMinutes(1),
                TimeSpan.FromDays(3650))
                with { DefaultDoc = "for ever" },
            FieldSpec.Integer("retry", "Raise it to let gateways try again on which the document failed.", 0, 1_000_000)
                with { Default = 0L },
            FieldSpec.Boolean("no_alert", "A gateway with an open alert waits until it is over.", false),
        ],
        Build = v => new PlanSettings
        {
            Rollout = v.GetOrNull<string>("rollout"),
            Group = v.Get<string>("group"),
            Document = v.Get<string>("document"),
            Waves = [.. WavesOf(v)],
            Gates = v.Nested<TrialGates>("gate") ?? TrialGates.Nothing,
            NotBefore = v.GetOrNull<string>("not_before") is { } time && JsonFields.TryTime(time, out var moment) ? moment : null,
            Window = v.GetOrNull<string>("window") is { } window ? DayWindow.TryParse(window) : null,
            Expires = v.GetNullable<TimeSpan>("expires"),
            Retry = v.Int("retry"),
            WaitsForAlerts = v.Get<bool>("no_alert"),
        },
        Check = CheckWaves,
    };

    static IEnumerable<Wave> WavesOf(SpecValues plan)
    {
        var admit = 0;
        var standard = new Wave();
        foreach (var item in plan.Items("waves"))
        {
            var v = item.Nested!;
            T? Given<T>(string key) where T : struct => v.GetNullable<T>(key) ?? plan.GetNullable<T>(key);
            string? Said(string key) => v.GetOrNull<string>(key) ?? plan.GetOrNull<string>(key);
            admit = v.GetOrNull<string>("share") is { } share ? (int)Math.Round(ShareOf(share)!.Value * Wave.All) : admit;
            yield return new()
            {
                Canary = v.Texts("canary"),
                Admit = admit,
                MinGood = Said("min_good") is { } good ? ShareOf(good)!.Value : standard.MinGood,
                MaxFailed = Said("max_failed") is { } failed ? BoundOf(failed)!.Value : standard.MaxFailed,
                Soak = Given<TimeSpan>("soak") ?? standard.Soak,
                Deadline = Given<TimeSpan>("deadline") ?? standard.Deadline,
                Silent = Said("silent") is { } silent ? ShareOf(silent)!.Value : standard.Silent,
                Spread = Given<TimeSpan>("spread"),
            };
        }
    }

    static void CheckWaves(SpecValues plan, FindingList findings)
    {
        var (before, canaries) = (-1.0, new HashSet<string>(StringComparer.Ordinal));
        foreach (var item in plan.Items("waves"))
        {
            if (item.Nested is not { } wave) continue;
            if (wave.Find("share") is { IsGood: false }) continue;
            var known = canaries.Count;
            canaries.UnionWith(wave.Items("canary").Select(i => i.Value).OfType<string>());
            var share = wave.Find("share") is { Value: string text } ? ShareOf(text)!.Value : Math.Max(0, before);
            if (share < before)
                findings.Add(FindingCodes.OutOfRange, item.At, item.Path,
                    $"{share * 100:0.##} % after {before * 100:0.##} %; a wave admits no less "
                    + "than the one before. Order the waves.");
            else if (share == Math.Max(0, before) && canaries.Count == known)
                findings.Add(FindingCodes.NeedsOneOf, item.At, item.Path,
                    "the wave admits nobody more than the one before. Give `canary` or a higher `share`.");
            before = Math.Max(before, share);
        }

        if (canaries.Count > 32)
            findings.Add(FindingCodes.BadCount, plan.At, "waves",
                $"{canaries.Count} canaries; a target names at most 32. Use `share` for more.");
    }

    static TextFailure? ShareFailure(string text) => ShareOf(text) is null ? new(0, ShareForm) : null;

    /// <summary>A share of 0 to 1 from text such as <c>2.5%</c>.</summary>
    static double? ShareOf(string text) => text.EndsWith('%')
        && double.TryParse(text.AsSpan()[..^1].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) && n <= 100
        ? n / 100 : null;

    /// <summary>From <c>1%</c>, <c>3</c> or <c>1% or 3</c>.</summary>
    static FailureBound? BoundOf(string text)
    {
        var bound = new FailureBound(0, 0);
        foreach (var part in text.Split(" or ", 2, StringSplitOptions.TrimEntries))
            if (ShareOf(part) is { } share) bound = bound with { Share = share };
            else if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) bound = bound
                with { Count = count };
            else return null;
        return bound;
    }
}
