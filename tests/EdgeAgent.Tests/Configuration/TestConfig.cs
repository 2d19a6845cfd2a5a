namespace EdgeAgent.Tests.Configuration;

/// <summary>A small good configuration for tests to change.</summary>
static class TestConfig
{
    /// <summary>The text; no finding.</summary>
    public const string Text = """
        agent: { id: gw, data_dir: /tmp/d }
        sources:
          plant:
            type: mqtt
            url: mqtt://127.0.0.1
            client_id: gw
            subscriptions:
              - topic: s/{site}/{device}/{metric}
                decode: { value: $.value, time: { path: $.ts } }
        pipelines:
          p: { from: [plant], to: [out] }
        outputs:
          out: { type: console }
        """;

    /// <summary>The text with one part replaced; the part must be there.</summary>
    public static string With(string part, string by) =>
        Text.Contains(part, StringComparison.Ordinal) ? Text.Replace(part, by, StringComparison.Ordinal)
            : throw new ArgumentException($"no {part}");
}
