using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Commands;

/// <summary>The answer to a command.</summary>
public sealed record CommandAnswer
{
    /// <summary>What became of it.</summary>
    public required CommandResult Result { get; init; }

    /// <summary>The command's id, or null when it had none that can be read.</summary>
    public string? Id { get; init; }

    /// <summary>The write's name as the command had it, or null.</summary>
    public string? Name { get; init; }

    /// <summary>Why it is neither done nor sent.</summary>
    public string? Error { get; init; }

    /// <summary>The value asked for.</summary>
    public double? Value { get; init; }

    /// <summary>The value as the device's type and scale can hold it.</summary>
    public double? Written { get; init; }

    /// <summary>The value read back.</summary>
    public double? ReadBack { get; init; }

    /// <summary>An answer to <paramref name="command"/>.</summary>
    public static CommandAnswer To(Command command, CommandResult result, string? error = null) =>
        new() { Result = result, Id = command.Id, Name = command.Name, Error = error, Value = command.TakesValue ? command.Value : null };

    /// <summary>The answer as one flat JSON object; what is null is left out.</summary>
    public byte[] ToJson(WallTime now)
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
                "time", now.Utc.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }
}
