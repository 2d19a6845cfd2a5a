using System.CommandLine;
using System.Text.Json;
using EdgeAgent.Clocks;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Loading;
using EdgeAgent.Models.Onnx;
using EdgeAgent.Status;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent model</c>: what an ONNX file is, with a <c>models</c> section to paste;
/// and changed models into a running agent.</summary>
static class ModelCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Take.TextArgument("file", "The ONNX file.", "the path of an ONNX file, such as model.onnx");
        var inspect = new Command("inspect",
            "Shows inputs, outputs, operator sets, size and producer of a model, and a configuration for it.") { file };
        inspect.SetAction(parsed => Inspect(parsed.GetValue(file)!, Console.Out, Console.Error));
        return new Command("model", "Works with model files.")
            { inspect, ModelScoreCommand.Create(), CreateReload(), ModelReferenceCommand.Create(),
                ModelThresholdCommand.Create() };
    }

    static Command CreateReload()
    {
        var where = new AgentLocation();
        var reload = new Command("reload",
            "Lets a running agent read its configuration again and take over changed models; everything else in it stays as it was.");
        where.AddTo(reload);
        reload.SetAction(parsed => where.DataDirectory(parsed) is { } directory
            ? Reload(directory, Console.Out, Console.Error)
            : ExitCode.Configuration);
        return reload;
    }

    /// <summary>Asks the agent of <paramref name="dataDirectory"/>; one line a model,
    /// the exit code says whether all are as configured.</summary>
    public static int Reload(string dataDirectory, TextWriter output, TextWriter error)
    {
        try
        {
            using var json = StatusClient.ReloadModels(dataDirectory);
            var isGood = true;
            foreach (var finding in json.RootElement.GetProperty("findings").EnumerateArray())
            {
                isGood = false;
                error.WriteLine(finding.GetString());
            }

            foreach (var model in json.RootElement.GetProperty("models").EnumerateArray())
            {
                var isRefused = model.GetProperty("result").GetString() == "refused";
                isGood &= !isRefused;
                if (isRefused) error.WriteLine($"{model.GetProperty("message").GetString()} The old one stays.");
                else output.WriteLine($"model `{model.GetProperty("name").GetString()}`: {model.GetProperty("result").GetString()}");
            }

            return isGood ? ExitCode.Good : ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            error.WriteLine(e.Message);
            return ExitCode.Unavailable;
        }
    }

    /// <summary>Writes the description of <paramref name="file"/>; one line to <paramref name="error"/> when it cannot be used.</summary>
    public static int Inspect(string file, TextWriter output, TextWriter error)
    {
        try
        {
            ModelDescription.Write(file, new SystemClock(), output);
            return ExitCode.Good;
        }
        catch (ModelException e)
        {
            error.WriteLine(e.Message);
            return ExitCode.Failed;
        }
    }
}
