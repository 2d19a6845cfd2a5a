namespace EdgeAgent.Storage;

/// <summary>One output and one priority; the outbox keeps order inside a lane.</summary>
/// <param name="Output">Name of the output.</param>
/// <param name="Priority">0 is ordinary, higher is sent first and dropped last.</param>
public readonly record struct Lane(string Output, int Priority);
