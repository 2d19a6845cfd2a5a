using System.Runtime.CompilerServices;
using EdgeAgent.Models.Onnx;

namespace EdgeAgent.Tests;

/// <summary>The committed models under <c>tests/models</c> and the library beside the tests.</summary>
static class TestModels
{
    static readonly string Root = FindRoot();

    /// <summary>The library; loaded once.</summary>
    public static OnnxLibrary Library { get; } = OnnxLibrary.Load();

    /// <summary>Full path of a file under <c>tests/models</c>.</summary>
    public static string PathOf(string name) => Path.Combine(Root, "tests", "models", name);

    /// <summary>Loads a model with default options.</summary>
    public static OnnxSession Open(string name, OnnxSessionOptions? options = null) =>
        new(Library, File.ReadAllBytes(PathOf(name + ".onnx")), options ?? new OnnxSessionOptions());

    static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
