using EdgeAgent.Core.Specs;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EdgeAgent.Configuration.Binding;

/// <summary>From YAML text to nodes with line and column.</summary>
/// <remarks>
/// Limits: depth 32, 50,000 nodes, one document, no anchors, aliases, merge keys or tags. Walks the parser's events, so that
/// nothing is built past a limit. No text of the file is put into a finding but keys: an alias or a tag may be a secret
/// that someone forgot to quote.
/// </remarks>
sealed class NodeReader
{
    const int MaxDepth = 32;
    const int MaxNodes = 50_000;

    readonly FindingList _findings;
    readonly string _text;
    readonly Parser _parser;
    readonly List<int> _lines = [0];
    int _nodes;
    int _aliasLine;
    TextMark _last = TextMark.Start;

    NodeReader(string text, FindingList findings)
    {
        _text = text;
        for (var end = text.IndexOf('\n'); end >= 0; end = text.IndexOf('\n', end + 1)) _lines.Add(end + 1);
        _findings = findings;
        _parser = new(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>Reads the one document of <paramref name="text"/>; null with findings when there is none to bind.</summary>
    public static ConfigNode? TryRead(string text, FindingList findings)
    {
        var isClean = CheckLines(text, findings);
        var reader = new NodeReader(text, findings);
        try
        {
            return reader.Document();
        }
        catch (YamlException e)
        {
            if (isClean && LineMistakes.Find(text, Mark(e.Start)) is { } mistake)
                findings.Add(FindingCodes.NotYaml, mistake.At, "", $"not well-formed YAML: {mistake.Words}.");
            else if (isClean) findings.Add(FindingCodes.NotYaml, Mark(e.Start), "", SyntaxWords.For(e.Message));
            return null;
        }
        catch (Exception e)
            when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The scanner fails so on some unclosed brackets and quotes instead of reporting them.
            if (isClean) findings.Add(FindingCodes.NotYaml, reader._last, "", SyntaxWords.For("flow"));
            return null;
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    ConfigNode? Document()
    {
        Next<StreamStart>();
        if (_parser.Current is StreamEnd)
        {
            _findings.Add(FindingCodes.Empty, TextMark.Start, "", "the file holds no keys. Start from configs/minimal.yaml.");
            return null;
        }

        Next<DocumentStart>();
        var root = Node(1, "");
        Next<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
            _findings.Add(FindingCodes.SecondDocument, Mark(second.Start), "",
                "a second document starts here. Keep one document in a file.");
        if (root is not ScalarNode { IsNull: true }) return root;
        _findings.Add(FindingCodes.Empty, root.At, "", "the file holds no keys. Start from configs/minimal.yaml.");
        return null;
    }

    ConfigNode Node(int depth, string path)
    {
        // After some mistakes the parser ends the stream in the middle of a list or a map.
        if (_parser.Current is not { } current || current is StreamEnd or DocumentEnd)
            throw Refuse(FindingCodes.NotYaml, _last, path, SyntaxWords.For("block collection"));
        var at = _last = Mark(current.Start);
        if (++_nodes > MaxNodes)
            throw Refuse(FindingCodes.TooManyNodes, at, path,
                $"more than {MaxNodes} keys and values. A configuration holds at most {MaxNodes}; is this the right file?");
        if (depth > MaxDepth)
            throw Refuse(FindingCodes.TooDeep, at, path, $"nested more than {MaxDepth} levels deep. Remove brackets or indentation.");
        var refused = IsRefused(current, at, path);
        ConfigNode read = current switch
        {
            Scalar scalar => new ScalarNode(at, scalar.Value, scalar.Style == ScalarStyle.Plain)
            {
                IsCommented = scalar.Value.Length == 0 && Rest(at).TrimStart(": ").StartsWith('#'),
            },
            SequenceStart => Sequence(at, depth, path),
            MappingStart => Mapping(at, depth, path),
            _ => new RefusedNode(at),
        };
        if (read is not (ListNode or MapNode)) _parser.MoveNext();
        return refused ? new RefusedNode(at) : read;
    }

    ListNode Sequence(TextMark at, int depth, string path)
    {
        _parser.MoveNext();
        var items = new List<ConfigNode>();
        while (_parser.Current is not SequenceEnd) items.Add(Node(depth + 1, $"{path}[{items.Count}]"));
        _parser.MoveNext();
        return new(at, items);
    }

    MapNode Mapping(TextMark at, int depth, string path)
    {
        _parser.MoveNext();
        var entries = new List<(ScalarNode, ConfigNode)>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (_parser.Current is not MappingEnd)
        {
            var key = Node(depth + 1, path);
            var value = Node(depth + 1, Paths.Join(path, key is ScalarNode { Text: var text } ? text : "?"));
            if (key is not ScalarNode name)
            {
                if (key is not RefusedNode)
                    _findings.Add(FindingCodes.KeyNotText, key.At, path,
                        "a key is a list or has keys of its own. Keys are plain words; quote a value that starts with `{` or `[`.");
            }
            else if (IsRest(name, value) && entries is [.., (var cut, ScalarNode { IsPlain: true } start)] && IsNumber(start.Text))
                entries[^1] = (cut, new ScalarNode(start.At, $"{start.Text},{name.Text}", true) { IsCut = true });
            else if (name is { IsPlain: true, Text: "<<" })
                _findings.Add(FindingCodes.Alias, name.At, path, "merge keys are refused. Write the keys out.");
            else if (!lines.TryAdd(name.Text, name.At.Line))
                _findings.Add(FindingCodes.DuplicateKey, name.At, Paths.Join(path, name.Text),
                    $"this key was already given in line {lines[name.Text]}. Remove one of the two.");
            else entries.Add((name, value));
        }

        _parser.MoveNext();
        return new(at, entries);
    }

    /// <summary>Whether a key is what a comma in braces cut from a number: digits, perhaps a unit, and no value.</summary>
    static bool IsRest(ScalarNode key, ConfigNode value) => key.IsPlain && key.Text.Length > 0 && char.IsAsciiDigit(key.Text[0])
        && key.Text.AsSpan().IndexOfAnyExcept("0123456789dhmsuBKMGik") < 0 && value is ScalarNode { IsPlain: true, Text: "" };

    static bool IsNumber(string text) => text.AsSpan().TrimStart("+-") is { Length: > 0 } digits
        && digits.IndexOfAnyExceptInRange('0', '9') < 0;

    bool IsRefused(ParsingEvent current, TextMark at, string path)
    {
        var node = current as NodeEvent;
        if (current is AnchorAlias || node is { Anchor.IsEmpty: false })
        {
            if (at.Line != _aliasLine)
                _findings.Add(FindingCodes.Alias, at, path,
                    "anchors (`&`) and aliases (`*`) are refused. Write the value out; quote a text that starts with `&` or `*`.");
            _aliasLine = at.Line;
            return true;
        }

        // A quoted scalar carries the non-specific tag in some versions of the parser.
        if (node is null || node.Tag.IsEmpty || node.Tag.IsNonSpecific && Written(at) != '!') return false;
        _findings.Add(FindingCodes.Tag, at, path, "tags are refused. Remove the tag; quote a text that starts with `!`.");
        return true;
    }

    char Written(TextMark at) => Rest(at) is { IsEmpty: false } rest ? rest[0] : '\0';

    /// <summary>The text from a place to the end of the file.</summary>
    ReadOnlySpan<char> Rest(TextMark at)
    {
        var index = _lines[Math.Min(at.Line, _lines.Count) - 1] + at.Column - 1;
        return index < _text.Length ? _text.AsSpan(index) : default;
    }

    void Next<T>() where T : ParsingEvent
    {
        if (_parser.Current is null) _parser.MoveNext();
        if (_parser.Current is T) _parser.MoveNext();
    }

    RefusedException Refuse(FindingCode code, TextMark at, string path, string message)
    {
        _findings.Add(code, at, path, message);
        return new();
    }

    static TextMark Mark(in Mark mark) => new((int)Math.Clamp(mark.Line, 1, int.MaxValue), (int)Math.Clamp(mark.Column, 1, int.MaxValue));

    /// <summary>Finds what the parser would pass over or report elsewhere: tabs in the indentation and directives.</summary>
    static bool CheckLines(string text, FindingList findings)
    {
        var errors = findings.Errors;
        var line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            if (content.StartsWith("%")) findings.Add(FindingCodes.NotYaml, new(line, 1), "", SyntaxWords.For("directive"));
            var indent = content.IndexOfAnyExcept(' ', '\t');
            if (indent < 0) continue;
            var tab = content[..indent].IndexOf('\t');
            if (tab < 0 || content[indent] == '#') continue;
            findings.Add(FindingCodes.Tab, new(line, tab + 1), "", "a tab in the indentation. Use spaces.");
        }

        return findings.Errors == errors;
    }

    sealed class RefusedException : Exception;
}
