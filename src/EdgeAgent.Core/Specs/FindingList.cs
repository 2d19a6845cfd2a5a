namespace EdgeAgent.Core.Specs;

/// <summary>Gathers the findings of one file; holds at most 200 and then says that there are more.</summary>
/// <remarks>Single-threaded.</remarks>
/// <param name="file">The file as findings shall name it.</param>
public sealed class FindingList(string file)
{
    const int Most = 200;
    readonly List<Finding> _findings = [];

    /// <summary>Whether no more are taken; costly searches for suggestions can stop.</summary>
    public bool IsFull => _findings.Count > Most;

    /// <summary>Errors added so far, those past the bound included.</summary>
    public int Errors { get; private set; }

    /// <summary>Adds a finding; past the bound it only counts.</summary>
    public void Add(FindingCode code, TextMark at, string path, string message)
    {
        if (code.Severity == Severity.Error) Errors++;
        if (_findings.Count > Most) return;
        _findings.Add(_findings.Count == Most
            ? new(file, at, FindingCodes.TooManyFindings, "", $"more than {Most} findings; the rest is not shown. Mend these first.")
            : new(file, at, code, path, Clean(message)));
    }

    // Messages quote the file: one line each, whatever it holds.
    static string Clean(string message)
    {
        const int longest = 600;
        if (message.Length > longest) message = message[..longest] + "…";
        return message.AsSpan().ContainsAnyInRange('\0', '\x1f')
            ? string.Create(message.Length, message, static (span, from) =>
            {
                for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(from[i]) ? '\ufffd' : from[i];
            })
            : message;
    }

    /// <summary>The findings in the order of the file.</summary>
    public IReadOnlyList<Finding> Sorted()
    {
        var cut = _findings.Count > Most;
        var sorted = _findings.Take(Most).OrderBy(f => f.At).ThenBy(f => f.Code.Id, StringComparer.Ordinal).ToList();
        if (cut) sorted.Add(_findings[Most]);
        return sorted;
    }
}
