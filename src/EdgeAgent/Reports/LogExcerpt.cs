using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeAgent.Reports;

/// <summary>The tail of a log without anything that senders sent: no reading, no topic, no label.</summary>
/// <remarks>
/// Lines are shown that begin as the agent begins lines about itself, its peers and its disk; of all others only their length. So a line
/// that a later version adds is not shown before it is known here.
/// </remarks>
static partial class LogExcerpt
{
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
        "edge-agent.service: ", "OpenSSL ",
    ];

    /// <summary>One line as it may be shown.</summary>
    public static string Line(string line)
    {
        var head = Head().Match(line).Value;
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
        return IsKnown(text) && !Foreign().IsMatch(text) ? Names().Replace(UserInfo().Replace(text, "$1…@"), "$1…")
            : $"(a line of {text.Length} characters that may hold what senders sent)";
    }

    static bool IsKnown(string text)
    {
        var rest = Component().Match(text) is { Success: true } component ? text[component.Length..] : text;
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
    [GeneratedRegex(@"^(\d{4}-\d\d-\d\dT[0-9:+\-.]+ \S+ [^ :]+: |\d{4}-\d\d-\d\d [0-9:.]+ [A-Z]{3} )?")]
    private static partial Regex Head();

    [GeneratedRegex(@"^(source|output) [^\s:]+: ", RegexOptions.CultureInvariant)]
    private static partial Regex Component();

    [GeneratedRegex("Payload: |It begins: |command ", RegexOptions.CultureInvariant)]
    private static partial Regex Foreign();

    [GeneratedRegex(@"(\b[tT]opic )\S+", RegexOptions.CultureInvariant)]
    private static partial Regex Names();

    [GeneratedRegex(@"(://)[^/@\s]+@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
