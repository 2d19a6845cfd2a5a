namespace EdgeAgent.Core.Specs;

/// <summary>One thing wrong, or doubtful, in a configuration.</summary>
/// <remarks>No finding ever holds the text of a secret: not one from a file or the environment, not one written literally.</remarks>
/// <param name="File">The file as it was named.</param>
/// <param name="At">Where.</param>
/// <param name="Code">What kind.</param>
/// <param name="Path">Path of keys, such as <c>window.size</c>; empty for the file as a whole.</param>
/// <param name="Message">What was seen, what is expected and what to do, in whole sentences.</param>
public sealed record Finding(string File, TextMark At, FindingCode Code, string Path, string Message)
{
    /// <summary>Line, from 1.</summary>
    public int Line => At.Line;

    /// <summary>Column, from 1.</summary>
    public int Column => At.Column;

    /// <summary>Whether it refuses the configuration.</summary>
    public Severity Severity => Code.Severity;

    /// <summary><c>file:line:column  EAnnnn  path: message</c>; a warning has the word after its code.</summary>
    public override string ToString() =>
        $"{File}:{Line}:{Column}  {Code.Id}{(Severity == Severity.Warning ? " warning" : "")}  "
            + $"{(Path.Length > 0 ? Path + ": " : "")}{Message}";
}
