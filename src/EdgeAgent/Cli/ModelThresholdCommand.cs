using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent model threshold</c>: a threshold from the scores that a model gives a recording of a normal time.</summary>
static class ModelThresholdCommand
{
    const double DefaultQuantile = 0.999;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var config = Take.Config("The configuration (YAML) with the model and the pipelines that use it.");
        var input = Take.Text("--input", "Recorded messages of a normal time, as for `replay`.",
            "a file of JSON lines, such as --input normal.jsonl");
        input.Required = true;
        var model = Take.Text("--model", "The model, when the configuration has several.",
            "a name under `models`, such as --model bearing");
        var quantile = Take.Number("--quantile", "Share of the scores that lie below, 0.5 to 1; 1 is the largest.", 0.5, 1,
            initial: DefaultQuantile, example: DefaultQuantile);
        var factor = Take.Number("--factor", "Factor on the quantile, 0.1 to 1000.", 0.1, 1000, initial: 1, example: 1.5);
        var command = new Command("threshold", "Runs recorded messages through a configuration and writes the `threshold` for a stage: "
            + "frozen, or to go on from.") { config, input, model, quantile, factor };
        var recording = new RecordingOptions();
        recording.AddTo(command);
        command.SetAction(parsed =>
        {
            var result = ConfigReader.ReadFile(parsed.GetValue(config)!);
            if (result.Settings is { } settings)
                return Run(settings, new ReferenceRequest(recording.Of(parsed, parsed.GetValue(input)!)) { Model = parsed.GetValue(model) },
                    parsed.GetValue(quantile) ?? DefaultQuantile, parsed.GetValue(factor) ?? 1, Console.Out, Console.Error);
            foreach (var finding in result.Findings) Console.Error.WriteLine(finding);
            return ExitCode.Configuration;
        });
        return command;
    }

    /// <summary>Does so; what went wrong goes to <paramref name="error"/>.</summary>
    public static int Run(GatewaySettings settings, ReferenceRequest request, double quantile, double factor, TextWriter output,
        TextWriter error) => ModelReferenceCommand.Gather(settings, request, error, run =>
        {
            string N(double number) => number.ToString("R", CultureInfo.InvariantCulture);
            var (at, scores) = (run.Scores.Quantile(quantile), run.Scores);
            var path = request.Input.Path;
            var of = path == "-" ? "standard input" : $"{Path.GetFileName(path)} (SHA-256 {HashOf(path)})";
            output.WriteLine($"# The {N(quantile)} quantile of {scores.Count} scores is {N(at)}; half lie below {N(scores.Quantile(0.5))}, "
                + $"the largest is {N(scores.Quantile(1))}.");
            output.WriteLine($"# Recording: {of}; model: {run.Identity.Name} version {run.Identity.Version} "
                + $"(SHA-256 {run.Identity.Sha256}).");
            if (scores.Count * (1 - quantile) < 10 && quantile < 1)
                error.WriteLine($"Fewer than ten of {scores.Count} scores lie above this quantile: it is uncertain. "
                    + "Use a longer recording, or a lower quantile and a factor.");
            output.WriteLine($"threshold: {{ constant: {N(at * factor)} }}");
            // The largest of all is none that goes on.
            if (quantile is >= 0.5 and <= 0.99999)
                output.WriteLine($"# or, to go on learning from scores that are not abnormal:{Environment.NewLine}"
                    + $"# threshold: {{ quantile: {N(quantile)}, factor: {N(factor)}, initial: {N(at * factor)}, learn: normal }}");
        });

    static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
