using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Models;

/// <summary>One entry of <c>models</c>.</summary>
public static class ModelSpec
{
    static readonly ComponentSpec Input = new()
    {
        Name = "input",
        Kind = ComponentKind.Section,
        Doc = "An input that does not take features.",
        Example = "h: { state: h_out }",
        Fields =
        [
            FieldSpec.Text("state", "The output whose value for the same series this input takes at the next run; zeros at the first.")
                with { DefaultDoc = "not used", Example = "h_out" },
            FieldSpec.Number("constant", "The number in every place of this input.") with { DefaultDoc = "not used", Example = "16000" },
        ],
        Build = v => new ModelInputSettings(v.GetOrNull<string>("state"), v.GetNullable<double>("constant")),
        Check = static (v, findings) =>
        {
            if (v.Has("state") == v.Has("constant"))
                findings.Add(v.Has("state") ? FindingCodes.Exclusive : FindingCodes.NeedsOneOf, v.At, v.Path,
                    "one of `state` and `constant` is needed. Leave an input that takes features out.");
        },
    };

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "model",
        Kind = ComponentKind.Section,
        Doc = "An ONNX file and how it is run. `edge-agent model inspect` writes this section for a file.",
        Example = "pump: { file: models/pump.onnx, budget: 5ms }",
        Fields =
        [
            FieldSpec.Of(FieldType.Path, "file", "The ONNX file, or one in ONNX Runtime's own format (`.ort`). "
                + "Files of weights that it names (`model.onnx.data`) lie beside it.")
                with { Required = true, Exists = true, Example = "models/pump.onnx" },
            FieldSpec.Text("version", "Version that travels with scores.")
                with { DefaultDoc = "the one in the file, or the start of its SHA-256", Example = "\"3\"" },
            FieldSpec.Text("sha256", "SHA-256 the file must have; another file is refused. For a model with weights in further "
                + "files that of all of them: the model, then these in the order of their names.") with { DefaultDoc = "any" },
            FieldSpec.Size("max_size", "Largest file, files of weights beside it included.", 1, 2L << 30) with { Default = 64L << 20 },
            FieldSpec.Map("inputs", "Inputs that do not take features, by name; the others take them in the model's order.", FieldType.Text,
                FieldSpec.Nested("", "An input.", Input))
                with { MaxCount = 64, DefaultDoc = "all take features" },
            FieldSpec.Enum("feed", "How summaries reach a model with several inputs.",
                new("name", false, "Each input takes the field of its name; names that do not match are an error."),
                new("position", true, "The inputs take the features in the model's order.")) with { Default = false },
            FieldSpec.Text("output", "Output to read the score from.")
                with { DefaultDoc = "the last one of floating-point numbers", Example = "scores" },
            FieldSpec.Text("label", "Label to read, for an output of maps (`ZipMap`).") with { DefaultDoc = "1", Example = "worn" },
            FieldSpec.Integer("max_rows", "Most rows of one run.", 1, 4096) with { Default = 64L },
            FieldSpec.Duration("budget", "Time of a run, on average over ten seconds with twenty budgets let pass; a single run is ended "
                + "after twenty. Past it the model rests for a while, and the stage's `on_failure` applies.",
                TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1))
                with { Default = TimeSpan.FromMilliseconds(5) },
            FieldSpec.Integer("threads", "Threads one operator may use.", 1, 64) with { Default = 1L },
            FieldSpec.Boolean("arena", "Whether scratch memory comes from an arena that is kept, or is taken anew at each run.", true),
            FieldSpec.Enum("load", "How the file gets into memory.",
                new("memory", "memory", "Read; the file may be written to afterwards."),
                new("map", "map", "Mapped read-only: an ONNX file only while it loads; one in ONNX Runtime's own format (`.ort`) as long "
                    + "as it runs, with weights that stay in the file and are not laid out anew for speed. "
                    + "Replace such a file by renaming: one cut short in place ends the agent."))
                with { Default = "memory" },
            FieldSpec.Enum("provider", "Execution provider.",
                new("cpu", "cpu", "ONNX Runtime's own kernels."),
                new("xnnpack", "xnnpack", "XNNPACK, where the library has it.")) with { Default = "cpu" },
            FieldSpec.Of(FieldType.Path, "sample", "JSON file of recorded rows of features (a list of lists of numbers, "
                + "as they came) that this model and its shadow must turn into finite numbers within the budget before they are used; "
                + "`edge-agent model reference --sample` makes it.")
                with { Exists = true, DefaultDoc = "a row of means is tried", Example = "models/pump.sample.json" },
            FieldSpec.Nested("drift", "Comparison of inputs and scores with a reference.", DriftSpec.Spec) with { DefaultDoc = "none" },
            FieldSpec.Of(FieldType.Path, "shadow",
                    "A candidate that runs beside this model; its scores are compared and counted, never told.")
                with { Exists = true, DefaultDoc = "none", Example = "models/pump-next.onnx" },
        ],
        Build = v => new ModelSettings
        {
            Name = v.Name,
            File = v.Get<string>("file"),
            Version = v.GetOrNull<string>("version"),
            Sha256 = v.GetOrNull<string>("sha256"),
            MaxSizeBytes = v.Get<long>("max_size"),
            Inputs = v.Entries("inputs").ToDictionary(e => e.Key, e => (ModelInputSettings)e.Value.Nested!.Settings!),
            FeedByPosition = v.Get<bool>("feed"),
            Output = v.GetOrNull<string>("output"),
            Label = v.GetOrNull<string>("label"),
            MaxRows = v.Int("max_rows"),
            Budget = v.Get<TimeSpan>("budget"),
            Threads = v.Int("threads"),
            Arena = v.Get<bool>("arena"),
            Map = v.Get<string>("load") == "map",
            Provider = v.Get<string>("provider"),
            Sample = v.GetOrNull<string>("sample"),
            Drift = v.Nested<DriftSettings>("drift"),
            Shadow = v.GetOrNull<string>("shadow"),
        },
    };
}
