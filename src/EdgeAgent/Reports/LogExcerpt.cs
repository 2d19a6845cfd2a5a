using System.Text.Json;
using System.Text;

namespace EdgeAgent.Reports;

/// <summary>The tail of a log without anything that senders sent: no reading, no topic, no label.</summary>
/// <remarks>
/// Lines are shown that begin as the agent begins lines about itself, its peers and its disk; of all others only their length. So a line
/// that a later version adds is not shown before it is known here.
/// </remarks>
static class LogExcerpt
{
    const string Topic = "opic ";

    static readonly string[] s_ofPeers =
    [
        "connected to ", "works again", "Kafka ", "Nothing listens ", "No answer ", "There is no ", "The connection ", "The certificate ",
        "The host name ", "The name server ", "The outbox ", "The file ", "The broker ", "the broker ", "the stored session ",
        "another client ", "commands are taken", "no commands ", "goes on",
    ];

    static readonly string[] s_ofTheAgent =
    [
        .. s_ofPeers, "edge-agent ", "Counts at ", "Stopping: ", "Stuck: ", "What was stuck ", "Commits work again",
            "Nothing is acknowledged ",
        "Sources wait: ", "The gateway's clock ", "The cgroup's ", "The last commit ", "The buffer ", "The database ", "The write-ahead ",
        "The agent ", "The status socket ", "The configuration ", "There was a database ", "Reload", "No space left ", "Stored state of ",
        "Model ", "model ", "agent.data_dir: ", "Started ", "Starting ", "Stopped ", "Stopping ", "Reloading ", "Reloaded ",
        "edge-agent.service: ", "OpenSSL ", "Fleet: ", "The fleet's state ",
    ];

    static readonly string[] s_foreign = ["Payload: ", "It begins: ", "command "];

    /// <summary>One line as it may be shown.</summary>
    public static string Line(string line)
    {
        var head = line[..HeadLength(line)];
        var text = line[head.Length..];
        if (text.StartsWith('{')) (head, text) = Json(text);
        return head + Sentence(text);
    }

    /// <summary>A sentence of the agent as it may be shown, without what comes before it in a log.</summary>
    public static string Sentence(string text)
    {
        if (text.Length == 0) return text;
        // What stands behind these came from outside, whatever the line begins with.
        var end = text.IndexOfAny(['\r', '\n']);
        if (end >= 0) text = text[..end];
        return IsKnown(text) && !Array.Exists(s_foreign, text.Contains) ? Without(Without(text, "://", UserEnd), Topic, TopicEnd)
            : $"(a line of {text.Length} characters that may hold what senders sent)";
    }

    static bool IsKnown(string text)
    {
        var rest = text[ComponentLength(text)..];
        return Array.Exists(rest.Length < text.Length ? s_ofPeers : s_ofTheAgent, start => rest.StartsWith(start, StringComparison.Ordinal))
            || rest == "connected";
    }

    // A line of --log json: time, level and message; other properties are in the message, too.
    static (string Head, string Text) Json(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
                return ($"{Text(root, "time")} {Text(root, "level")} ", message.GetString()!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A record of a console output.
        }

        return ("", "{…");
    }

    static string Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.GetString() is { Length: <= 30 } text ? text : "";

    // journalctl -o short-iso (time, host, program, number), or the agent's own time and level.
    static int HeadLength(string line)
    {
        var rest = line.AsSpan();
        if (!TakeDigits(ref rest, 4) || !Take(ref rest, '-') || !TakeDigits(ref rest, 2) || !Take(ref rest, '-')
            || !TakeDigits(ref rest, 2)) return 0;
        var isGood = Take(ref rest, 'T')
            ? TakeMany(ref rest, c => char.IsAsciiDigit(c) || "+:-.".Contains(c)) && Take(ref rest, ' ')
                && TakeMany(ref rest, c => !char.IsWhiteSpace(c)) && Take(ref rest, ' ')
                && TakeMany(ref rest, c => c is not (' ' or ':')) && Take(ref rest, ':') && Take(ref rest, ' ')
            : Take(ref rest, ' ') && TakeMany(ref rest, c => char.IsAsciiDigit(c) || c is ':' or '.') && Take(ref rest, ' ')
                && rest.IndexOf(' ') == 3 && TakeMany(ref rest, char.IsAsciiLetterUpper) && Take(ref rest, ' ');
        return isGood ? line.Length - rest.Length : 0;
    }

    /// <summary>Length of `source NAME: ` or `output NAME: ` at the front; 0 without it.</summary>
    static int ComponentLength(string text)
    {
        var rest = text.AsSpan();
        if (!text.StartsWith("source ", StringComparison.Ordinal) && !text.StartsWith("output ", StringComparison.Ordinal)) return 0;
        rest = rest[7..];
        return TakeMany(ref rest, c => c != ':' && !char.IsWhiteSpace(c)) && Take(ref rest, ':') && Take(ref rest, ' ')
            ? text.Length - rest.Length : 0;
    }

    /// <summary>Puts `…` in place of what stands behind each mark, up to where <paramref name="hiddenTo"/> says of its start.</summary>
    static string Without(string text, string mark, Func<string, int, int> hiddenTo)
    {
        var shown = new StringBuilder();
        var from = 0;
        for (int at; (at = text.IndexOf(mark, from, StringComparison.Ordinal)) >= 0;)
        {
            var start = at + mark.Length;
            shown.Append(text, from, start - from);
            from = hiddenTo(text, start);
            if (from > start) shown.Append('…');
        }

        return shown.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>The end of the word behind `topic`, which is one word.</summary>
    static int TopicEnd(string text, int start)
    {
        var at = start - Topic.Length;
        var isWord = at > 0 && text[at - 1] is 't' or 'T' && (at == 1 || !char.IsLetterOrDigit(text[at - 2]) && text[at - 2] != '_');
        var end = start;
        while (isWord && end < text.Length && !char.IsWhiteSpace(text[end])) end++;
        return end;
    }

    /// <summary>The end of the user and password of a URL, which may have none.</summary>
    static int UserEnd(string text, int start)
    {
        var end = start;
        while (end < text.Length && text[end] is not ('/' or '@') && !char.IsWhiteSpace(text[end])) end++;
        return end < text.Length && text[end] == '@' ? end : start;
    }

    static bool Take(ref ReadOnlySpan<char> rest, char c)
    {
        if (rest.IsEmpty || rest[0] != c) return false;
        rest = rest[1..];
        return true;
    }

    static bool TakeDigits(ref ReadOnlySpan<char> rest, int count)
    {
        if (rest.Length < count || rest[..count].ContainsAnyExceptInRange('0', '9')) return false;
        rest = rest[count..];
        return true;
    }

    static bool TakeMany(ref ReadOnlySpan<char> rest, Func<char, bool> isOne)
    {
        var count = 0;
        while (count < rest.Length && isOne(rest[count])) count++;
        rest = rest[count..];
        return count > 0;
    }
}
