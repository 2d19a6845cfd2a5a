namespace EdgeAgent.Fleet.Documents;

/// <summary>A value that a document takes from its gateway by <c>${var:name}</c>.</summary>
/// <param name="Type">What it is; a value of another type refuses the document.</param>
/// <param name="Default">The value where the gateway has none; null when it has to have one.</param>
public sealed record VarDeclaration(VarType Type, object? Default)
{
    /// <summary>The words of the types.</summary>
    public static readonly string[] Types = ["text", "integer", "number", "boolean"];

    /// <summary>Whether a value is of this type.</summary>
    public bool Takes(object value) => (Type, value) switch
    {
        (VarType.Text, string) or (VarType.Integer, long) or (VarType.Number, long or double) or (VarType.Boolean, bool) => true,
        _ => false,
    };
}
