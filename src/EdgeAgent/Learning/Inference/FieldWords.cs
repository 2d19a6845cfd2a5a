using System.Collections.Frozen;

namespace EdgeAgent.Learning.Inference;

/// <summary>What names of fields and levels say, as far as devices agree on them.</summary>
static class FieldWords
{
    static readonly FrozenSet<string> Times = Set("ts t time date timestamp timestampms timestamputc datetime date_time utc at epoch "
        + "unixtime unix_time received_at receivedat reported_at measured_at sampled_at created_at time_utc ts_ms last_seen "
        + "eventtime event_time");

    static readonly FrozenSet<string> Generic = Set("value val v reading state level measurement result data current_value");

    static readonly FrozenSet<string> Identifiers = Set("id uid uuid guid seq sequence seqno msgid msg_id message_id mid fport f_port "
        + "fcnt f_cnt rec record index idx port version ver fw firmware cnt counter_id channel_id nonce pid");

    static readonly FrozenSet<string> Devices = Set("device dev device_id deviceid dev_id devid deveui dev_eui eui mac serial sn sensor "
        + "sensor_id sensorid node node_id nodeid meter meter_id name src address addr id unit_id");

    static readonly FrozenSet<string> Gateways = Set("gw gateway gateway_id gatewayid gwid site plant station");

    static readonly FrozenSet<string> Metrics = Set("id name n tag metric key parameter param sensor point variable field");

    static readonly FrozenSet<string> Qualities = Set("q quality valid good is_good ok");

    static readonly FrozenSet<string> UnitNames = Set("unit units u uom temp_unit tempunit");

    static readonly FrozenSet<string> LevelWords = Set("device application app node gateway site room line machine station area building "
        + "floor zone plant asset group channel cell well vehicle house tank hall tenant");

    static readonly FrozenSet<string> LastWords = Set("json state value data telemetry sensor sensors up event events values "
        + "update rpc set get attributes raw messages uplink");

    static readonly (string Off, string On)[] Pairs =
    [
        ("off", "on"), ("offline", "online"), ("closed", "open"), ("close", "open"), ("false", "true"), ("no", "yes"),
        ("inactive", "active"), ("disconnected", "connected"), ("stopped", "running"), ("disabled", "enabled"), ("dry", "wet"),
        ("unlocked", "locked"), ("not_home", "home"),
    ];

    static readonly (string Ending, string Unit)[] Units =
    [
        ("_c", "°C"), ("celsius", "°C"), ("_degc", "°C"), ("tc", "°C"), ("_f", "°F"), ("tf", "°F"), ("fahrenheit", "°F"),
        ("_m3", "m³"), ("_l", "l"), ("_kwh", "kWh"), ("_wh", "Wh"), ("_kw", "kW"), ("_w", "W"), ("_mw", "MW"), ("_kva", "kVA"),
        ("_v", "V"), ("_mv", "mV"), ("_a", "A"), ("_ma", "mA"), ("_hz", "Hz"), ("_hpa", "hPa"), ("_kpa", "kPa"), ("_pa", "Pa"),
        ("_bar", "bar"), ("_mbar", "mbar"), ("_psi", "psi"), ("_pct", "%"), ("_percent", "%"), ("_rh", "% RH"), ("_ppm", "ppm"),
        ("_ppb", "ppb"), ("_lux", "lx"), ("_lx", "lx"), ("_mm", "mm"), ("_cm", "cm"), ("_km", "km"), ("_kmh", "km/h"), ("_rpm", "1/min"),
        ("_dbm", "dBm"), ("_db", "dB"), ("_kg", "kg"), ("_g", "g"), ("_lpm", "l/min"), ("_ms", "ms"), ("_s", "s"),
    ];

    /// <summary>Words that say that there is no value.</summary>
    public static readonly FrozenSet<string> NoValue = Set("unavailable unknown n/a na -- - none null nan");

    /// <summary>Whether a name is that of a time.</summary>
    public static bool IsTime(string name) => Times.Contains(name) || name.EndsWith("timestamp", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a name does not say what is measured.</summary>
    public static bool IsGeneric(string name) => Generic.Contains(name);

    /// <summary>Whether a number of this name counts or names something instead of measuring.</summary>
    public static bool IsIdentifier(string name) => Identifiers.Contains(name);

    /// <summary>Whether a name is that of a device.</summary>
    public static bool IsDevice(string name) => Devices.Contains(name);

    /// <summary>Whether a name is that of what devices belong to.</summary>
    public static bool IsGateway(string name) => Gateways.Contains(name);

    /// <summary>Whether a text of this name beside a value says what is measured.</summary>
    public static bool IsMetric(string name) => Metrics.Contains(name);

    /// <summary>Whether a boolean of this name says how good a value is.</summary>
    public static bool IsQuality(string name) => Qualities.Contains(name);

    /// <summary>Whether a text of this name is a unit.</summary>
    public static bool IsUnit(string name) => UnitNames.Contains(name);

    /// <summary>Whether a last level says no more than that a message follows.</summary>
    public static bool IsLastWord(string level) => level.Length == 0 || LastWords.Contains(level);

    /// <summary>The label of the level after this one, such as <c>device</c> after <c>devices</c>; null when it says nothing.</summary>
    public static string? LabelAfter(string level)
    {
        var word = level.ToLowerInvariant();
        if (LevelWords.Contains(word)) return word;
        return word.EndsWith('s') && LevelWords.Contains(word[..^1]) ? word[..^1] : null;
    }

    /// <summary>The unit in the ending of a name, or null.</summary>
    public static string? UnitOf(string name)
    {
        var lower = name.ToLowerInvariant();
        foreach (var (ending, unit) in Units)
            if (lower.EndsWith(ending, StringComparison.Ordinal) && (ending[0] == '_' || lower == ending || ending.Length > 3)) return unit;
        return null;
    }

    /// <summary>The numbers of words that are one pair; empty when they are not. The missing half is written as the other one is.</summary>
    public static IReadOnlyList<(string Word, int Number)> StatesOf(IReadOnlyCollection<string> words)
    {
        foreach (var (off, on) in Pairs)
        {
            if (words.Count == 0 || !words.All(word => Is(word, off) || Is(word, on))) continue;
            var states = words.Select(word => (word, Is(word, on) ? 1 : 0)).ToList();
            var like = words.First();
            foreach (var (word, number) in new[] { (off, 0), (on, 1) })
                if (states.All(state => state.Item2 != number)) states.Add((Cased(word, like), number));
            return [.. states.OrderBy(state => state.Item2).ThenBy(state => state.Item1, StringComparer.Ordinal)];
        }

        return [];
    }

    static bool Is(string word, string other) => word.Equals(other, StringComparison.OrdinalIgnoreCase);

    static string Cased(string word, string like) =>
        like.All(c => !char.IsAsciiLetterLower(c)) ? word.ToUpperInvariant()
        : char.IsAsciiLetterUpper(like[0]) ? char.ToUpperInvariant(word[0]) + word[1..] : word;

    static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
