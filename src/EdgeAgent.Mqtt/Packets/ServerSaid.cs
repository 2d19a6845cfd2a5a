using System.Text;

namespace EdgeAgent.Mqtt.Packets;

/// <summary>What a server added to a reason code as text, made fit for a log; any thread.</summary>
public static class ServerSaid
{
    const int MaxChars = 200;

    /// <summary>A code's own sentence, what the server says, and which other server it names; null or empty for nothing.</summary>
    public static string Sentence(ReasonText text, string? reason, string? server)
    {
        var sentence = new StringBuilder(text.Sentence);
        if (!string.IsNullOrEmpty(reason)) sentence.Append($" It says: \"{Clean(reason)}\".");
        if (!string.IsNullOrEmpty(server)) sentence.Append($" It names the server {Clean(server)}.");
        if (text.Advice.Length > 0) sentence.Append(' ').Append(text.Advice);
        return sentence.ToString();
    }

    /// <summary>At most 200 characters, control characters replaced by spaces.</summary>
    public static string Clean(string words)
    {
        var text = words.ToCharArray(0, Math.Min(words.Length, MaxChars));
        for (var i = 0; i < text.Length; i++)
            if (char.IsControl(text[i])) text[i] = ' ';
        return words.Length <= MaxChars ? new string(text) : new string(text) + "…";
    }

    internal static string Sentence(ReasonText text, PropertyBlock properties) =>
        Sentence(text, Text(properties, PropertyId.ReasonString), Text(properties, PropertyId.ServerReference));

    static string? Text(PropertyBlock properties, PropertyId id) =>
        properties.TryGetBytes(id, out var utf8) ? Encoding.UTF8.GetString(utf8) : null;
}
