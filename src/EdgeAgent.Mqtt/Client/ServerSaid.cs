using System.Text;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt.Client;

/// <summary>Joins a code's own sentence with what the server added as text.</summary>
static class ServerSaid
{
    public static string Sentence(ReasonText text, PropertyBlock properties)
    {
        var sentence = new StringBuilder(text.Sentence);
        if (properties.TryGetBytes(PropertyId.ReasonString, out var reason)) sentence.Append($" It says: \"{Clean(reason)}\".");
        if (properties.TryGetBytes(PropertyId.ServerReference, out var server)) sentence.Append($" It names the server {Clean(server)}.");
        if (text.Advice.Length > 0) sentence.Append(' ').Append(text.Advice);
        return sentence.ToString();
    }

    /// <summary>At most 200 characters, control characters replaced: the text goes to a log.</summary>
    static string Clean(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8).ToCharArray();
        for (var i = 0; i < text.Length; i++)
            if (char.IsControl(text[i])) text[i] = ' ';
        return text.Length <= 200 ? new string(text) : new string(text, 0, 200) + "…";
    }
}
