using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace EdgeAgent.Core.Commands;

/// <summary>The answer to a command.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Id">The command's id, or null when it had none that can be read.</param>
/// <param name="Name">The write's name as the command had it, or null.</param>
/// <param name="Error">Why it is neither done nor sent.</param>
/// <param name="Value">The value asked for.</param>
/// <param name="Written">The value as the device's type and scale can hold it.</param>
/// <param name="ReadBack">The value read back.</param>
public sealed record CommandAnswer(
    CommandResult Result, string? Id, string? Name, string? Error = null, double? Value = null, double? Written = null,
    double? ReadBack = null)
{
    /// <summary>An answer to <paramref name="command"/>.</summary>
    public static CommandAnswer To(Command command, CommandResult result, string? error = null) =>
        new(result, command.Id, command.Name, error, command.TakesValue ? command.Value : null);

    /// <summary>The answer as one flat JSON object; what is null is left out.</summary>
    public byte[] ToJson(long wallNs)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            if (Id is not null) json.WriteString("id", Id);
            if (Name is not null) json.WriteString("write", Name);
            json.WriteString("result", Result.ToString().ToLowerInvariant());
            if (Value is { } value) json.WriteNumber("value", value);
            if (Written is { } written) json.WriteNumber("written", written);
            if (ReadBack is { } read) json.WriteNumber("read_back", read);
            if (Error is not null) json.WriteString("error", Error);
            json.WriteString(
                "time", DateTime.UnixEpoch.AddTicks(wallNs / 100).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }
}
