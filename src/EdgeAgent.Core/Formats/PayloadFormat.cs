namespace EdgeAgent.Core.Formats;

/// <summary>Payload format.</summary>
public enum PayloadFormat
{
    /// <summary>JSON: one value, several fields, or an array of samples.</summary>
    Json,

    /// <summary>The payload is one number as text.</summary>
    Number,

    /// <summary>Comma-separated values with named columns.</summary>
    Csv,
}
