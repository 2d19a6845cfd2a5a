namespace EdgeAgent.Core.Formats.Documents;

/// <summary>One value of a document and what it is called by the value it stands in.</summary>
struct DocumentNode
{
    /// <summary>What it is.</summary>
    public PayloadValue Value;

    /// <summary>Start of its name in the text; 0 for an element of an array.</summary>
    public int NameStart;

    /// <summary>End of its name.</summary>
    public int NameEnd;

    /// <summary>One past the last node inside it: the next one of the same parent, if there is one.</summary>
    public int End;

    /// <summary>Whether its name has escapes.</summary>
    public bool NameHasEscapes;

    /// <summary>Whether its name is the whole number <see cref="NameNumber"/>, as CBOR and protobuf have them.</summary>
    public bool HasNumber;

    /// <summary>Its name as a number.</summary>
    public long NameNumber;
}
