
namespace EdgeAgent.Core.Specs;

/// <summary>One allowed value of an <see cref="FieldType.Enum"/> key.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Value">What it binds to.</param>
/// <param name="Doc">What it does.</param>
public sealed record Choice(string Name, object Value, string Doc);
