namespace EdgeAgent.Fleet.Documents;

/// <summary>What a value of a gateway is. In brackets: its type in .NET and in JSON.</summary>
public enum VarType
{
    /// <summary>One line [string].</summary>
    Text,

    /// <summary>A whole number [long].</summary>
    Integer,

    /// <summary>A finite number [double or long].</summary>
    Number,

    /// <summary>A boolean [bool].</summary>
    Boolean,
}
