namespace EdgeAgent.Core.Commands;

/// <summary>What is to be done with a message: a command to carry out, an answer to give, or nothing (a repeat of one under way).</summary>
/// <param name="Command">To carry out, or null.</param>
/// <param name="Answer">To give now, or null.</param>
public readonly record struct CommandVerdict(Command? Command, CommandAnswer? Answer);
