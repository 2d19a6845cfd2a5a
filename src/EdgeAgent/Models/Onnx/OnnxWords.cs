namespace EdgeAgent.Models.Onnx;

/// <summary>Says in a sentence why ONNX Runtime refused a model.</summary>
/// <remarks>ONNX Runtime's messages name source files and C++ signatures; those are left out. Source: <c>model.cc</c>,
/// <c>schema_registry.cc</c>, <c>graph.cc</c> of 1.31.</remarks>
static class OnnxWords
{
    /// <summary>The sentence for a refusal, to follow the model's path.</summary>
    public static string Of(string message, string version)
    {
        var text = Plain(message);
        if (After(text, "Unsupported model IR version: ") is { } ir && After(text, "max supported IR version: ") is { } newestIr)
            return $"has IR version {ir}, which is newer than ONNX Runtime {version} reads ({newestIr}). "
                + $"Set `model.ir_version = {newestIr}` in Python and save it again, or export it with an older `onnx`.";
        if (After(text, "Opset ") is { } opset && After(text, " is till opset ") is { } newest)
            return $"needs operator set {opset}, this ONNX Runtime knows up to {newest}. "
                + $"Export it with `opset_version={newest}` (`target_opset` in skl2onnx) or lower.";
        if (After(text, "No Op registered for ") is { } op || (op = After(text, "Fatal error: ")) is not null)
            return $"uses the operator {op.Split('(')[0]}, which ONNX Runtime {version} does not know. Export the model without it.";
        return $"is refused by ONNX Runtime {version}: {text}";
    }

    /// <summary>A message without its code, source file and signature, in one line.</summary>
    public static string Plain(string message)
    {
        var text = message.ReplaceLineEndings(" ").Trim();
        if (text.StartsWith("[ErrorCode:", StringComparison.Ordinal)) text = text[(text.IndexOf(']') + 1)..].Trim();
        // `/path/file.cc:256 type Class::Function(arguments) words`; a line number may follow a name without a path, too.
        while (text.IndexOf(".cc:", StringComparison.Ordinal) is >= 0 and var at && text.LastIndexOf(' ', at) is var start)
        {
            var end = text.IndexOf(' ', at);
            if (end < 0) return text[..Math.Max(start, 0)].Trim();
            if (text.IndexOf('(', end) is >= 0 and var open && text[end..open].Contains("::", StringComparison.Ordinal)
                && ClosingOf(text, open) is >= 0 and var close) end = close + 1;
            text = (text[..(start + 1)] + text[end..].TrimStart()).Trim();
        }

        return text;
    }

    static int ClosingOf(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            if (text[i] == '(') depth++;
            else if (text[i] == ')' && --depth == 0) return i;
        }

        return -1;
    }

    // The word after a few others, without what ends it.
    static string? After(string text, string words)
    {
        var at = text.IndexOf(words, StringComparison.Ordinal);
        if (at < 0) return null;
        var rest = text.AsSpan(at + words.Length);
        var end = rest.IndexOfAny(' ', ',');
        return (end < 0 ? rest : rest[..end]).TrimEnd('.').ToString();
    }
}
