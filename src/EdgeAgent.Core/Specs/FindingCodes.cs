namespace EdgeAgent.Core.Specs;

/// <summary>Every kind of finding. A new one is one line here and one golden case that reaches it.</summary>
/// <remarks>EA10nn the file as text · EA11nn keys and values · EA12nn references and secrets · EA13nn
/// what names what · EA2nnn warnings.</remarks>
public static class FindingCodes
{
#pragma warning disable CS1591 // each line documents itself
    public static readonly FindingCode FileUnreadable =
        new("EA1001", "file cannot be read", "The file is missing, is a folder, or may not be read by this user.");
    public static readonly FindingCode FileTooLarge = new("EA1002", "file too large", "A configuration is at most 1 MiB.");
    public static readonly FindingCode NotUtf8 =
        new("EA1003", "not UTF-8", "The file holds bytes that are not UTF-8 text. Save it as UTF-8.");
    public static readonly FindingCode Empty = new("EA1004", "empty", "The file holds no keys.");
    public static readonly FindingCode NotYaml =
        new("EA1005", "not well-formed YAML", "The text cannot be read as YAML from this place on.");
    public static readonly FindingCode Tab = new("EA1006", "tab in indentation", "YAML indents with spaces. Replace the tab.");
    public static readonly FindingCode TooDeep = new("EA1007", "nested too deeply", "Keys and lists nest at most 32 levels.");
    public static readonly FindingCode Alias = new("EA1008", "anchor, alias or merge key",
        "Anchors (&), aliases (*) and merge keys (<<) are refused: a few lines of them can stand for gigabytes. Write the value out.");
    public static readonly FindingCode Tag = new("EA1009", "explicit tag",
        "Explicit YAML tags (!, !!) are refused. Remove the tag; the key decides the type. Quote a value that starts with !.");
    public static readonly FindingCode SecondDocument = new("EA1010", "second document",
        "A file holds one YAML document. Remove the line `---` and what follows it, or use a file of its own.");
    public static readonly FindingCode TooManyNodes =
        new("EA1011", "too many values", "A configuration holds at most 50,000 keys and values.");
    public static readonly FindingCode TooManyFindings =
        new("EA1012", "more findings", "Only the first 200 findings are shown. Mend these first.");
    public static readonly FindingCode LaterForm = new("EA1013", "form of a later version",
        "The number after `config` is that of a form which a later version reads. Use that version.");

    public static readonly FindingCode DuplicateKey =
        new("EA1101", "duplicate key", "The same key appears twice in one place; only one can be meant.");
    public static readonly FindingCode UnknownKey =
        new("EA1102", "unknown key", "No such key exists here. The nearest known one is suggested.");
    public static readonly FindingCode MissingKey = new("EA1103", "missing key", "A required key is not there.");
    public static readonly FindingCode WrongKind =
        new("EA1104", "wrong kind of value", "A value, a list or keys with values stand where another of the three is expected.");
    public static readonly FindingCode NoValue = new("EA1105", "no value", "The key has nothing after it. Give a value or remove the key.");
    public static readonly FindingCode NotANumber =
        new("EA1106", "not a number", "An integer or a number is expected: decimal digits, without quotes, finite.");
    public static readonly FindingCode OutOfRange = new("EA1107", "out of range", "The value is below the minimum or above the maximum.");
    public static readonly FindingCode BadDuration = new("EA1108", "not a duration", "Durations are whole numbers with a unit: d, h, m, s, "
        + "ms or us; several may follow each other from the largest to the smallest, as in 1h30m.");
    public static readonly FindingCode BadSize = new("EA1109", "not a size",
        "Sizes are whole numbers with a unit: B, KiB, MiB, GiB (powers of 1024) or kB, MB, GB (powers of 1000).");
    public static readonly FindingCode NotAChoice = new("EA1110", "not one of the choices", "The value must be one of those listed.");
    public static readonly FindingCode NotABoolean =
        new("EA1111", "not a boolean", "Booleans are true and false, as in YAML 1.2; yes, no, on and off are text.");
    public static readonly FindingCode BadText = new("EA1112", "text of the wrong form",
        "Names, labels, URLs, host:port and single characters each have a form that the message tells.");
    public static readonly FindingCode BadTopicTemplate =
        new("EA1113", "not a topic template", "Levels between slashes are literal, `{label}`, `+`, or `#` at the end.");
    public static readonly FindingCode BadJsonPath = new("EA1114", "not a JSON path", "Paths are `$` with `.name`, `['name']` and `[0]`.");
    public static readonly FindingCode BadTextTemplate = new("EA1115", "not a template",
        "Text with `{label}` holes; `{{` and `}}` stand for braces. A Kafka topic holds letters, digits, `.`, `_` and `-` only.");
    public static readonly FindingCode UnknownType =
        new("EA1116", "unknown component", "No source type, stage, output type or format has this name.");
    public static readonly FindingCode KeyNotText = new("EA1117", "key is not text", "Keys are plain words.");
    public static readonly FindingCode BadCount =
        new("EA1118", "too few or too many", "A list or a set of keys has fewer or more entries than allowed, or one of them twice.");
    public static readonly FindingCode Exclusive =
        new("EA1119", "keys exclude each other", "Only one of these keys may be given, or the one has no meaning beside the other.");
    public static readonly FindingCode NeedsOneOf = new("EA1120", "one of several is needed", "At least one of these keys must be given.");

    public static readonly FindingCode BadReference =
        new("EA1201", "malformed reference", "References are `${env:NAME}` and `${file:/path}`. Write `$${` for a literal `${`.");
    public static readonly FindingCode SecretFile =
        new("EA1202", "referenced file cannot be read", "The file of `${file:…}` is missing, may not be read, or is longer than 64 KiB.");
    public static readonly FindingCode NoVariable =
        new("EA1203", "variable not set", "The environment variable of `${env:…}` is not set for this process.");
    public static readonly FindingCode SecretEmpty =
        new("EA1204", "referenced text unusable", "The referenced file or variable is empty, or not UTF-8 text of one line.");
    public static readonly FindingCode NoReferenceHere =
        new("EA1205", "reference not taken here", "References are taken in plain texts, secrets, paths and addresses only.");
    public static readonly FindingCode UserInUrl =
        new("EA1206", "user name or password in a URL", "URLs show up in logs. Use `username` and `password`.");
    public static readonly FindingCode NoMachineName = new("EA1207", "machine does not tell",
        "What `${machine:…}` asks for cannot be read on this machine. The message says what can be taken instead.");

    public static readonly FindingCode UnknownSource =
        new("EA1301", "unknown source", "A pipeline reads from a source that is not under `sources`.");
    public static readonly FindingCode UnknownOutput =
        new("EA1302", "unknown output", "A pipeline writes to an output that is not under `outputs`.");
    public static readonly FindingCode UnknownLabel = new("EA1303", "unknown label", "No source that feeds this pipeline gives readings "
        + "with this label. Labels come from topic templates, `labels`, `decode.labels`, and `metric`.");
    public static readonly FindingCode LabelNotKept = new("EA1304", "label not kept by the window", "A template names a label that the "
        + "window's `by` leaves out, so a summary does not have it. Add it to `by` or remove it from the template.");
    public static readonly FindingCode LabelIsField = new("EA1305", "label named like a fixed field",
        "A summary is one flat object; a label of this name would overwrite a field of it. Rename the label.");
    public static readonly FindingCode SameClientId = new("EA1306", "client id used twice",
        "Two sources with one client id at one broker would push each other out for ever. Give each its own.");
    public static readonly FindingCode TooManySources = new("EA1307", "too many sources", "One agent has at most 64 sources.");
    public static readonly FindingCode NotLast =
        new("EA1308", "stage after the last", "This stage ends its pipeline; nothing can follow it.");
    public static readonly FindingCode GapAboveInterval =
        new("EA1309", "gap above interval", "`commit.min_gap` is above `commit.interval`, which could then never be kept.");
    public static readonly FindingCode TooManyWindows = new("EA1310", "more open windows than allowed", "`out_of_order` and "
        + "`allowed_lateness` hold more windows of one group open than `max_open_per_group`; later readings would count as late.");
    public static readonly FindingCode NotOfCalendar = new("EA1420", "windows that fit no calendar",
        "Windows by the clock of a place have a length that divides a day, or whole days, and an `offset` shorter than that.");
    public static readonly FindingCode UnknownColumn = new("EA1311", "unknown column", "The column is not among `columns`.");
    public static readonly FindingCode UnknownGroup =
        new("EA1421", "unknown group", "`time` or `labels` name a group that the pattern does not have, or leave none for a value.");
    public static readonly FindingCode UnknownModel =
        new("EA1313", "unknown model", "A score stage names a model that is not under `models`.");
    public static readonly FindingCode NoSummaries = new("EA1314", "no summaries to work on",
        "The stage works on summaries; a stage that gives them, such as `window`, must stand before it.");
    public static readonly FindingCode SameSeries = new("EA1312", "two values of one series",
        "Two values of one payload get the same metric and so become one series. Give each of `fields` its own `metric`.");
    public static readonly FindingCode UnknownProfile =
        new("EA1315", "sensor profile", "No sensor profile has this name, its file has errors, or it has no such metric.");
    public static readonly FindingCode BadTarget = new("EA1316", "target of a write",
        "A write names a device or metric that the source does not have, or one that cannot be written within its limits.");
    public static readonly FindingCode OpenAddress = new("EA1317", "address open to others",
        "Others than this machine can reach the address of the status page or the metrics. "
            + "Use 127.0.0.1 and an SSH tunnel, a password, or clients' certificates.");
    public static readonly FindingCode NeedsRestart = new("EA1318", "needs a restart",
        "Only of a reload: the key names what lies on the disk and in every record, so a running agent cannot change it. "
            + "Restart the agent.");

    public static readonly FindingCode NotFromAfar = new("EA1330", "section of the gateway's own",
        "A document of a fleet brings `agent`, `fleet`, `status` or `telemetry`, which are always those of the gateway's own file.");
    public static readonly FindingCode NotAllowedFromAfar = new("EA1331", "not allowed from afar",
        "A document brings what `fleet.allow` of the gateway does not name. Writes to devices (`commands`) are off unless it names them.");
    public static readonly FindingCode SecretElsewhere = new("EA1332", "secret out of a document's reach",
        "A document names a file or a variable in a key that holds no secret, or one that `fleet.secrets` of the gateway does not name.");
    public static readonly FindingCode PathElsewhere = new("EA1333", "path out of a document's reach",
        "Files that a document writes lie in a folder below the data directory; those it reads there, below `fleet.secrets`, or where the "
            + "system keeps its authorities; devices under `/dev`.");
    public static readonly FindingCode HostElsewhere = new("EA1334", "host out of a document's reach",
        "A document names a host that is not among `fleet.allow_hosts` of the gateway.");
    public static readonly FindingCode SecretInDocument = new("EA1335", "secret in a document",
        "A document goes through brokers and lies there: a secret in it is no longer one. Use `${file:…}` below `fleet.secrets`.");
    public static readonly FindingCode BadVar = new("EA1336", "value of the gateway",
        "`${var:name}` stands for a whole value in a document of a fleet. It is declared there with its type; "
            + "the gateway has one of that type.");
    public static readonly FindingCode UnusableModel = new("EA1320", "model cannot be used",
        "Only `check` tells it, which loads each model as a start does: the file is no model, is another one, does not fit its stage, "
        + "does not run or takes too long.");
    public static readonly FindingCode UnknownField = new("EA1321", "unknown field of a summary",
        "The stage before gives no field of this name, so no row would ever be whole.");
    public static readonly FindingCode UnknownMetric = new("EA1322", "unknown metric",
        "No source of the pipeline gives this metric, so no row would ever be whole.");
    public static readonly FindingCode FleetDocumentGone = new("EA1350", "document of the fleet not there",
        "The document that has to run is not kept in the data directory any more, or its bytes have changed. The agent runs the local file "
        + "and says `fallback` in its report.");

    public static readonly FindingCode LiteralSecret =
        new("EA2001", "secret in the file", "The secret stands in the configuration itself. Use `${file:…}` or `${env:…}`.");
    public static readonly FindingCode OpenSecretFile = new("EA2002", "secret file open to others",
        "Others than the owner and the group may read the file, or others than the owner may write it. `chmod 640` or less.");
    public static readonly FindingCode PlainPassword =
        new("EA2003", "password without TLS", "The password travels readable to a broker that is not on this machine. Use TLS.");
    public static readonly FindingCode AroundProxy = new("EA2170", "around the proxy",
        "The client library of this component knows no proxy and goes to its servers directly, which a network with one way out stops.");
    public static readonly FindingCode Overlap = new("EA2101", "overlapping subscriptions",
        "Two filters of one source match the same topics; a broker may deliver such a message once or twice.");
    public static readonly FindingCode Shared = new("EA2102", "shared subscription",
        "A broker may give a message of a shared subscription to another client when this one is away: at least once, not exactly once.");
    public static readonly FindingCode ArrivalTime = new("EA2103", "equal payloads look like repeats", "Without a time in the payload, "
        + "brokers that give new packet ids after a reconnect and set no DUP (Artemis, rumqttd) make repeats look like new messages: "
        + "they count twice. mosquitto and HiveMQ need no time.");
    public static readonly FindingCode UnusedSource =
        new("EA2104", "source feeds nothing", "No pipeline reads from it; its messages are acknowledged and forgotten.");
    public static readonly FindingCode UnusedModel = new("EA2108", "model scores nothing", "No score stage names it; it is not loaded.");
    public static readonly FindingCode UnusedOutput = new("EA2105", "output gets nothing", "No pipeline writes to it.");
    public static readonly FindingCode CleanSession = new("EA2106", "no session kept",
        "With `session_expiry: 0s` the broker forgets messages that come while the agent is away, whatever their QoS.");
    public static readonly FindingCode FileMissing =
        new("EA2107", "file not there", "The file does not exist on this machine now; the component fails until it does.");
    public static readonly FindingCode NeverIdle = new("EA2109", "last window waits for ever", "A window closes when a later reading of "
        + "its group comes. Without `idle_timeout` the last one of a sensor that stops, or is replaced, is never told.");
    public static readonly FindingCode FormerName = new("EA2110", "former name of a key",
        "The key has another name now; the former one is read for two versions. `edge-agent config upgrade` renames it.");
    public static readonly FindingCode NoAlerts = new("EA2111", "output that takes alerts gets none",
        "It takes alerts only, and no pipeline that writes to it has a `score` stage with a `threshold` or `drift`.");
    public static readonly FindingCode ModelNote = new("EA2120", "model works, but",
        "Only `check` tells it: the model runs slower than it could, or something was taken from the model that the file leaves out.");
    public static readonly FindingCode LiteralLabel = new("EA2300", "path where a text is meant", "The value of a label is taken as it "
        + "stands; this one looks like a path or a template. What stands in the payload is read by `decode.labels`, what stands in the "
        + "topic by a level `{label}`.");
    public static readonly FindingCode LabelUnseen = new("EA2301", "label that is never seen",
        "Another of the same name takes its place: of labels with one name the last wins, in the order subscription, topic, payload, "
            + "value.");
    public static readonly FindingCode RelabelUnknown = new("EA2302", "names for a label that is not there",
        "`relabel` names a label that no reading of the subscription has.");
    public static readonly FindingCode NoSuchMetric = new("EA2303", "filter for a metric that never comes",
        "A pattern of `keep` or `drop` matches no metric of the pipeline's sources.");
    public static readonly FindingCode MixedMetrics = new("EA2304", "metrics mixed in one window",
        "The sources give several metrics and `by` leaves out the label that tells them apart, so temperatures and pressures have one "
            + "mean. Add it to `by`, or `keep` one metric. Counting alone is not told.");
    public static readonly FindingCode MixedSenders = new("EA2305", "senders mixed in one window",
        "Topics that `+` or `#` matches give readings with the same labels, so a window mixes them. Write `{device}` for `+`, "
            + "`{rest#}` for `#`, and add the label to `by`.");
    public static readonly FindingCode CurlyQuote = new("EA2306", "typographic quotes",
        "A value starts with a quote of typesetting, which YAML takes for a part of the text. Use \" or '.");
    public static readonly FindingCode MinuteForMonth = new("EA2307", "minutes and months swapped",
        "In a form of times `MM` is the month and `mm` the minute, and one stands in the place of the other.");
    public static readonly FindingCode NoRows = new("EA2308", "columns without rows",
        "`columns` names positions in rows that are arrays, and no path leads into one. Give `samples`, the path of the rows.");
#pragma warning restore CS1591

    /// <summary>All kinds in the order of their ids.</summary>
    public static IReadOnlyList<FindingCode> All { get; } =
    [
        FileUnreadable, FileTooLarge, NotUtf8, Empty, NotYaml, Tab, TooDeep, Alias, Tag, SecondDocument, TooManyNodes, TooManyFindings,
            LaterForm,
        DuplicateKey, UnknownKey, MissingKey, WrongKind, NoValue, NotANumber, OutOfRange, BadDuration, BadSize, NotAChoice, NotABoolean,
        BadText, BadTopicTemplate, BadJsonPath, BadTextTemplate, UnknownType, KeyNotText, BadCount, Exclusive, NeedsOneOf,
        BadReference, SecretFile, NoVariable, SecretEmpty, NoReferenceHere, UserInUrl, NoMachineName,
        UnknownSource, UnknownOutput, UnknownLabel, LabelNotKept, LabelIsField, SameClientId, TooManySources, NotLast, GapAboveInterval,
        TooManyWindows, UnknownColumn, SameSeries, UnknownModel, NoSummaries, UnknownProfile, BadTarget,
        OpenAddress, NeedsRestart, UnusableModel, UnknownField, UnknownMetric,
        NotFromAfar, NotAllowedFromAfar, SecretElsewhere, PathElsewhere, HostElsewhere, SecretInDocument, BadVar, FleetDocumentGone,
        NotOfCalendar, UnknownGroup,
        LiteralSecret, OpenSecretFile, PlainPassword, Overlap, Shared, ArrivalTime, UnusedSource, UnusedOutput, CleanSession, FileMissing,
        UnusedModel, NeverIdle, FormerName, NoAlerts, ModelNote, LiteralLabel, LabelUnseen, RelabelUnknown, NoSuchMetric, MixedMetrics,
        MixedSenders, CurlyQuote, MinuteForMonth, NoRows,
    ];
}
