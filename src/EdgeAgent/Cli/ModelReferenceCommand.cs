using System.CommandLine;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Models;
using EdgeAgent.Models.Files;
using EdgeAgent.Native.Files;
using EdgeAgent.Replays;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent model reference</c>: how a model's inputs and scores are distributed in a recording,
/// as the file its <c>drift</c> names.</summary>
static class ModelReferenceCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var config = Take.Config("The configuration (YAML) with the model and the pipelines that use it.");
        var input = Take.Text("--input", "Recorded messages of a normal time, as for `replay`. Use - for standard input.",
            "a file of JSON lines, such as --input recorded.jsonl");
        input.Required = true;
        var model = Take.Text("--model", "The model, when the configuration has several.",
            "a name under `models`, such as --model bearing");
        var bins = Take.Whole("--bins", "Most bins of a distribution, 2 to 100.", new(2, 100), initial: 10);
        var rows = Take.Text("--sample", "Also write the first 64 rows of features to this file, for `sample` of the model.",
            "a file to write, such as --sample sample.jsonl");
        var output = Take.Text("--output", "The file to write; without it the reference goes to standard output.",
            "a file to write, such as --output reference.json");
        var command = new Command("reference", "Runs recorded messages through a configuration and writes how the model's inputs and "
            + "scores are distributed, for `drift`.") { config, input, model, bins, output, rows };
        var recording = new RecordingOptions();
        recording.AddTo(command);
        command.SetAction(parsed =>
        {
            var result = ConfigReader.ReadFile(parsed.GetValue(config)!);
            if (result.Settings is { } settings)
                return Run(settings, new ReferenceRequest(recording.Of(parsed, parsed.GetValue(input)!))
                {
                    Model = parsed.GetValue(model),
                    Bins = parsed.GetValue(bins),
                    Output = parsed.GetValue(output),
                    Rows = parsed.GetValue(rows),
                }, Console.Error);
            foreach (var finding in result.Findings) Console.Error.WriteLine(finding);
            return ExitCode.Configuration;
        });
        return command;
    }

    /// <summary>Does so; what went wrong goes to <paramref name="error"/>, and then no file is written.</summary>
    public static int Run(GatewaySettings settings, ReferenceRequest request, TextWriter error)
    {
        return Gather(settings, request, error, run =>
        {
            Put(request.Output, run.Reference(request.Bins));
            if (request.Rows is { } rows) Put(rows, run.Rows());
        });
    }

    /// <summary>Runs the recording through the model that is asked for, and then does <paramref name="use"/>.</summary>
    internal static int Gather(GatewaySettings settings, ReferenceRequest request, TextWriter error, Action<ReferenceRun> use)
    {
        var model = request.Model;
        if (model is null && settings.Models.Count != 1)
        {
            error.WriteLine($"The configuration has {settings.Models.Count} models "
                + $"({string.Join(", ", settings.Models.Select(m => m.Name))}). Name one with --model.");
            return ExitCode.Usage;
        }

        model ??= settings.Models[0].Name;
        using var run = new ReferenceRun(settings, model, error);
        try
        {
            if (run.HasFailed) return ExitCode.Failed;
            if (!run.Used.Contains(model))
            {
                var used = run.Used.Count == 0 ? "none" : string.Join(", ", run.Used);
                error.WriteLine($"No score stage uses a model `{model}`; models used: {used}.");
                return ExitCode.Usage;
            }

            using (var reader = request.Input.Open(settings, error))
            {
                if (reader is null) return ExitCode.Usage;
                if (!run.TryRun(reader)) return ExitCode.Failed;
            }

            use(run);
            return ExitCode.Good;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine(e.Message);
            return ExitCode.Io;
        }
    }

    static void Put(string? path, byte[] bytes)
    {
        if (path is null)
        {
            using var screen = Console.OpenStandardOutput();
            screen.Write(bytes);
            return;
        }

        // A running agent that reloads meanwhile sees the old file or the new one.
        WholeFile.Replace(path, bytes);
    }
}
