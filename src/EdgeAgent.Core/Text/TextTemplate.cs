using System.Text;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Text;

/// <summary>Text with <c>{label}</c> holes, for keys and topics; <c>{{</c> and <c>}}</c> stand for braces. Immutable.</summary>
public sealed class TextTemplate
{
    // Text pieces at even places, label names at odd ones.
    readonly string[] _parts;

    TextTemplate(string[] parts) => _parts = parts;

    /// <summary>Whether there are no holes.</summary>
    public bool IsConstant => _parts.Length == 1;

    /// <summary>Parses a template; never throws.</summary>
    public static bool TryParse(string text, out TextTemplate template, out TextFailure error)
    {
        template = new TextTemplate([""]);
        error = default;
        var parts = new List<string>();
        var piece = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '{' or '}' && i + 1 < text.Length && text[i + 1] == c)
            {
                piece.Append(c);
                i++;
            }
            else if (c == '}')
            {
                error = new(i, "`}` without a `{` before it; write `}}` for a brace.");
                return false;
            }
            else if (c == '{')
            {
                var end = text.IndexOfAny(['{', '}'], i + 1);
                if (end < 0 || text[end] == '{')
                {
                    error = new(i, "`{` is not closed; write `{label}`, or `{{` for a brace.");
                    return false;
                }

                var name = text[(i + 1)..end];
                if (name.Length == 0 || name.AsSpan().Trim().Length != name.Length)
                {
                    error = new(i + 1, "there is no label name in `{" + name + "}`; write `{label}` without spaces, or `{{` for a brace.");
                    return false;
                }

                parts.Add(piece.ToString());
                parts.Add(name);
                piece.Clear();
                i = end;
            }
            else piece.Append(c);
        }

        parts.Add(piece.ToString());
        template = new TextTemplate([.. parts]);
        return true;
    }

    /// <summary>The text with every hole filled; an absent label gives nothing.</summary>
    public string Expand(LabelSet labels)
    {
        if (IsConstant) return _parts[0];
        var text = new StringBuilder();
        for (var i = 0; i < _parts.Length; i++) text.Append(i % 2 == 0 ? _parts[i] : labels[_parts[i]]);
        return text.ToString();
    }
}
