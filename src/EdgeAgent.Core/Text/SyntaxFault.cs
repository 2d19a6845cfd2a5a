namespace EdgeAgent.Core.Text;

/// <summary>What is wrong in a topic template or a path: a sentence that says what to do, and where.</summary>
/// <param name="Message">What was seen and what was expected.</param>
/// <param name="Column">Character position inside the text, from 1.</param>
public readonly record struct SyntaxFault(string Message, int Column);
