using System.CommandLine;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Models;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Loading;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent model score</c>: what a model gives for rows of a file, to compare with Python's.</summary>
static class ModelScoreCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Take.TextArgument("model", "The ONNX file.", "the path of an ONNX file, such as model.onnx");
        var rows = Take.TextArgument("rows", "Rows of features as the model takes them, scaled where it wants them scaled: CSV, with or "
            + "without a line of names, or JSON lines. Use - for standard input.", "a file of rows, such as rows.csv");
        var output = Take.Text("--output", "The output to show; without it the one a stage would read.",
            "the name of an output, such as --output scores");
        var label = Take.Text("--label", "The label to show, for an output of maps (ZipMap).", "a label, such as --label worn");
        var command = new Command("score", "Shows what a model gives for each row of a file, by the code that stages use: "
            + "numbers to compare with Python's.") { file, rows, output, label };
        command.SetAction(parsed => Run(new ModelSettings
        {
            Name = "model",
            File = parsed.GetValue(file)!,
            MaxSizeBytes = 2L << 30,
            Output = parsed.GetValue(output),
            Label = parsed.GetValue(label),
        }, parsed.GetValue(rows)!, Console.Out, Console.Error));
        return command;
    }

    /// <summary>Does so; what went wrong goes to <paramref name="error"/>.</summary>
    public static int Run(ModelSettings model, string rows, TextWriter output, TextWriter error)
    {
        try
        {
            using var reader = rows == "-" ? Console.In : new StreamReader(rows);
            HandScore.Write(model, RowsFile.Read(reader), new SystemClock(), output);
            return ExitCode.Good;
        }
        catch (ModelException e)
        {
            error.WriteLine(e.Message);
            return ExitCode.Failed;
        }
        catch (FormatException e)
        {
            error.WriteLine($"{rows}: {e.Message}");
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine(e.Message);
            return ExitCode.Io;
        }
    }
}
