namespace EdgeAgent.Learning.Inference;

/// <summary>What a payload looks like.</summary>
enum PayloadKind
{
    /// <summary>No bytes: on a retained topic they delete what lay there.</summary>
    Empty,

    /// <summary>A JSON object or array.</summary>
    Json,

    /// <summary>A number, a boolean or one word.</summary>
    Plain,

    /// <summary>Lines of separated values.</summary>
    Csv,

    /// <summary>Names with numbers, such as <c>T=21.5;H=40</c>.</summary>
    Pairs,

    /// <summary>Other text.</summary>
    Text,

    /// <summary>Not text.</summary>
    Binary,

    /// <summary>Too large to be kept.</summary>
    Large,

    /// <summary>Lines of InfluxDB's protocol.</summary>
    Influx,

    /// <summary>CBOR of objects.</summary>
    Cbor,

    /// <summary>MessagePack of objects.</summary>
    MessagePack,

    /// <summary>SenML in JSON, with base names or values.</summary>
    Senml,
}
