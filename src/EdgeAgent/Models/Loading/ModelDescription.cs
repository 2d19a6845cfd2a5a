using System.Globalization;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Models;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Models.Loading;

/// <summary>Describes an ONNX file for people: what it is, and a <c>models</c> section to paste.</summary>
static class ModelDescription
{
    /// <summary>Writes the description of <paramref name="file"/>.</summary>
    /// <exception cref="ModelException">It cannot be used.</exception>
    public static void Write(string file, IClock clock, TextWriter output)
    {
        var name = NameOf(file);
        var (settings, pool) = (new ModelSettings { Name = name, File = file, MaxSizeBytes = 2L << 30, Budget = TimeSpan.Zero },
            new SessionPool());
        using var unnamed = ModelLoader.Load(settings, file, clock, pool);
        // Of two classes the second is the one that is looked for, by all conventions.
        var labels = StageDescription.LabelsOf(unnamed, name);
        using var loader = ModelLoader.Load(settings with { Label = labels.Count > 0 ? labels[^1] : null }, file, clock, pool);
        Describe(loader, file, output);
        WriteSection(loader.Session, name, file, loader.Identity.Sha256, labels, output);
        StageDescription.Write(loader, name, output);
    }

    static void Describe(ModelLoader loader, string file, TextWriter output)
    {
        var (session, header) = (loader.Session, loader.Header);
        output.WriteLine($"file       {file} ({new FileInfo(file).Length.ToString(CultureInfo.InvariantCulture)} bytes)");
        output.WriteLine($"sha256     {loader.Identity.Sha256}");
        var producer = header.Producer.Length == 0 ? "not told" : $"{header.Producer} {header.ProducerVersion}".TrimEnd();
        output.WriteLine($"producer   {producer}");
        output.WriteLine($"version    {loader.Identity.Version}");
        if (header.IsOrtFormat) output.WriteLine("format     ONNX Runtime's own (.ort): it does not say its operator sets");
        else output.WriteLine($"opset      {string.Join(", ", header.Opsets.Select(o => $"{o.Key} {o.Value}"))} (IR {header.IrVersion})");
        output.WriteLine($"runtime    ONNX Runtime {session.Library.Version}; providers {string.Join(", ", session.Library.Providers)}");
        foreach (var input in session.Inputs) output.WriteLine($"input      {input.Name}: {input.Describe()}");
        foreach (var result in session.Outputs) output.WriteLine($"output     {result.Name}: {result.Describe()}");
        foreach (var pair in session.Metadata.CustomMetadataMap) output.WriteLine($"metadata   {pair.Key} = {pair.Value}");
        output.WriteLine();
    }

    static void WriteSection(OnnxSession session, string name, string file, string sha256, IReadOnlyList<string> labels,
        TextWriter output)
    {
        output.WriteLine("models:");
        output.WriteLine($"  {name}:");
        output.WriteLine($"    file: {Yaml(file)}");
        output.WriteLine($"    sha256: {sha256}");
        var states = session.Inputs.Skip(1).Select(i => (Input: i, Output: StateOf(i, session))).Where(p => p.Output is not null).ToList();
        if (states.Count > 0)
        {
            output.WriteLine("    inputs:");
            foreach (var (input, state) in states) output.WriteLine($"      {Yaml(input.Name)}: {{ state: {Yaml(state!)} }}");
        }

        var chosen = session.Outputs.LastOrDefault(o => !states.Any(s => s.Output == o.Name)
            && o.Type is TensorElementType.Float or TensorElementType.Double or TensorElementType.Float16) ?? session.Outputs[0];
        if (session.Outputs.Count > 1) output.WriteLine($"    output: {Yaml(chosen.Name)}");
        if (chosen.Kind != OnnxValueKind.SequenceOfMaps) return;
        var label = labels.Count == 0 ? "\"1\"" : labels[^1] is var last && Yaml(last) == last ? last : $"\"{last}\"";
        var others = labels.Count == 0 ? "" : $"; there are {string.Join(", ", labels)}";
        output.WriteLine($"    label: {label}  # the class whose probability is the score{others}");
    }

    // A later input of the shape of an output that is named like it: most likely a state that goes round. Where the first input has
    // such an output, too, all are columns.
    static string? StateOf(OnnxValueInfo input, OnnxSession session) =>
        NextOf(session.Inputs[0], session) is null ? NextOf(input, session) : null;

    static string? NextOf(OnnxValueInfo input, OnnxSession session) =>
        session.Outputs.FirstOrDefault(o => o.Kind == OnnxValueKind.Tensor && o.Type == input.Type
            && o.Dimensions.Length >= 2 && o.Dimensions.Length == input.Dimensions.Length && o.Dimensions[^1] == input.Dimensions[^1]
            && StateNames.IsPair(input.Name, o.Name))?.Name;

    // Exporters name inputs like `serving_default_x:0`; a plain word stays one.
    internal static string Yaml(string text)
    {
        var isPlain = text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '_' or '.')
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '.' or '-')
            && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n");
        return isPlain ? text : $"'{text.Replace("'", "''").Replace("${", "$${")}'";
    }

    static string NameOf(string file)
    {
        var stem = Path.GetFileNameWithoutExtension(file);
        var name = string.Concat(stem.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));
        return name.Length == 0 ? "model" : name[..Math.Min(name.Length, 64)];
    }
}
