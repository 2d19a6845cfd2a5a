namespace EdgeAgent.Core.Formats;

/// <summary>Why a message, a sample of it or one of its fields gave no reading.</summary>
public enum BadReason
{
    /// <summary>Nothing was wrong.</summary>
    None,

    /// <summary>The payload breaks the grammar of RFC 8259.</summary>
    NotJson,

    /// <summary>Arrays and objects nested deeper than 64.</summary>
    TooDeep,

    /// <summary>The topic or the payload is not valid UTF-8.</summary>
    BadUtf8,

    /// <summary>The value is neither a number, a boolean nor a named state.</summary>
    WrongType,

    /// <summary>There is no value (or null) where one must be.</summary>
    NoField,

    /// <summary>The value is NaN or infinite.</summary>
    NotFinite,

    /// <summary>The number is too large for a double.</summary>
    OutOfRangeNumber,

    /// <summary>The time is there but cannot be read, or is outside the years 1677 to 2262.</summary>
    BadTime,

    /// <summary>There is no time (or null) where one must be.</summary>
    MissingTime,

    /// <summary>A CSV line with an unclosed quote or text after a closing quote.</summary>
    BadCsv,

    /// <summary>A row with more values than there are columns, or a header that names a wanted column twice.</summary>
    BadColumns,

    /// <summary>No subscription matches the topic.</summary>
    NoRoute,

    /// <summary>The series table is full.</summary>
    TooManySeries,

    /// <summary>A label's value is longer than <c>agent.max_label_bytes</c>.</summary>
    LabelTooLong,

    /// <summary>The message is larger than the source takes; its payload was not read.</summary>
    TooLarge,

    /// <summary>The payload is shorter than its fields need.</summary>
    Truncated,

    /// <summary>The payload's own check is wrong or missing.</summary>
    BadCheck,

    /// <summary>The payload says itself that its values are not valid (no fix, status V).</summary>
    NotValid,

    /// <summary>The payload is not of the format's shape.</summary>
    Malformed,

    /// <summary>The pattern does not match, or no group of it is a number.</summary>
    NoMatch,

    /// <summary>A text with a comma that may be a decimal comma or stand between thousands.</summary>
    AmbiguousNumber,

    /// <summary>A unit after the number that is not among those named.</summary>
    WrongUnit,

    /// <summary>The value is outside the field's bounds.</summary>
    OutsideRange,

    /// <summary>More values in one document than are held.</summary>
    TooManyValues,

    /// <summary>The payload is not in the configured encoding, or is larger than allowed when it is decoded.</summary>
    BadEncoding,

    /// <summary>A metric without a name, only an alias.</summary>
    OnlyAlias,

    /// <summary>Bytes on a port of LoRaWAN that no entry of <c>uplinks</c> names.</summary>
    UnknownPort,

    /// <summary>Sound, but nothing of it is asked for, or it says that there is no value; good, and counted nowhere.</summary>
    NotAsked,
}
