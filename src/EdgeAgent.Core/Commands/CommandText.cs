using System.Globalization;
using System.Text.Json;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Commands;

/// <summary>The payload of a command, as far as it could be read.</summary>
/// <remarks>
/// <c>{"id": "c-17", "write": "setpoint", "value": 42.5, "time": "2026-01-01T00:00:00Z"}</c>. <c>value</c> is a number, true (1) or
/// false (0); <c>time</c> is RFC 3339 text or milliseconds since the Unix epoch. Other keys and repeated ones are refused: a
/// misspelt one must not be passed over. At most <see cref="MaxBytes"/>; never throws on input.
/// </remarks>
public sealed record CommandText
{
    /// <summary>Longest payload [bytes].</summary>
    public const int MaxBytes = 2048;

    const int MaxIdLength = 64;

    /// <summary>The id, printable ASCII; null when there is none or it cannot be read.</summary>
    public string? Id { get; private set; }

    /// <summary>Name of the write; null when it cannot be read.</summary>
    public string? Write { get; private set; }

    /// <summary>The value, or null when there is none.</summary>
    public double? Value { get; private set; }

    /// <summary>The command's own time [ns since the Unix epoch], or null when there is none.</summary>
    public WallTime? Time { get; private set; }

    /// <summary>What is wrong; null when it is sound.</summary>
    public string? Failure { get; private set; }

    /// <summary>Reads a payload; what could be read is there even with a fault.</summary>
    public static CommandText Read(ReadOnlySpan<byte> payload)
    {
        var text = new CommandText();
        if (payload.Length > MaxBytes) text.Failure = $"the command is longer than {MaxBytes} bytes";
        else
        {
            try
            {
                text.Take(new Utf8JsonReader(payload));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                // The reader throws on syntax, and GetString on bytes that are not UTF-8.
                text.Failure = "the command is not one JSON object";
            }
        }

        return text;
    }

    void Take(Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            Failure = "the command is not one JSON object";
            return;
        }

        var seen = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.ValueTextEquals("id"u8) ? 1 : reader.ValueTextEquals(
                "write"u8) ? 2 : reader.ValueTextEquals("value"u8) ? 4 : reader.ValueTextEquals("time"u8) ? 8 : 0;
            reader.Read();
            if (key == 0) Failure ??= "the command has a key other than id, write, value and time";
            else if ((seen & key) != 0) Failure ??= "the command has a key twice";
            else Failure ??= Take(key, ref reader);
            seen |= key;
            reader.Skip();
        }

        // Anything behind the object throws.
        reader.Read();
        if (Write is null) Failure ??= "the command has no `write`";
    }

    string? Take(int key, ref Utf8JsonReader reader)
    {
        switch (key)
        {
            case 1:
                Id = reader.TokenType switch
                {
                    JsonTokenType.String => reader.GetString(),
                    JsonTokenType.Number when reader.TryGetInt64(out var number) => number.ToString(CultureInfo.InvariantCulture),
                    _ => null,
                };
                if (Id is { Length: > 0 and <= MaxIdLength } && !Id.AsSpan().ContainsAnyExceptInRange('!', '~')) return null;
                Id = null;
                return $"`id` is not 1 to {MaxIdLength} printable ASCII characters without blanks, or a whole number";
            case 2:
                Write = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                return Write is null ? "`write` is not a text" : null;
            case 4:
                if (reader.TokenType is JsonTokenType.True or JsonTokenType.False) Value = reader.TokenType == JsonTokenType.True ? 1 : 0;
                else if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && double.IsFinite(value))
                    Value = value;
                else return "`value` is not a number, true or false";
                return null;
            default:
                if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var ms) && Math.Abs(ms) < long.MaxValue / 1_000_000)
                    Time = new WallTime(ms * 1_000_000);
                else if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped
                    && IsoTime.TryParse(reader.ValueSpan, out var ns)) Time = new WallTime(ns);
                else return "`time` is neither RFC 3339 text nor whole milliseconds since 1970";
                return null;
        }
    }
}
