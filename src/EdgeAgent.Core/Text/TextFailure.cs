namespace EdgeAgent.Core.Text;

/// <summary>What is wrong inside a text: a topic template, a path, the value of a key.</summary>
/// <param name="Offset">Where, from 0, in UTF-16 units.</param>
/// <param name="Message">What was seen and what to write instead.</param>
public readonly record struct TextFailure(int Offset, string Message);
