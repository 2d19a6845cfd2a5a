
namespace EdgeAgent.Core.Specs;

/// <summary>What is wrong inside a text.</summary>
/// <param name="Offset">Where, from 0, in UTF-16 units.</param>
/// <param name="Message">What, as a sentence without its full stop.</param>
public sealed record TextFault(int Offset, string Message);
