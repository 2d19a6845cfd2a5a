namespace EdgeAgent.Storage;

/// <summary>One output and one priority; the outbox keeps order inside a lane.</summary>
/// <remarks>Records whose topic is in trouble wait in a lane of their own, <c>output&gt;topic</c>: no output has <c>&gt;</c> in its name.
/// </remarks>
/// <param name="Output">Name of the output; for a lane of held records with the topic behind it.</param>
/// <param name="Priority">0 is ordinary, higher is sent first and dropped last.</param>
public readonly record struct Lane(string Output, int Priority)
{
    const char Mark = '>';

    /// <summary>The topic whose records are held here; null for an ordinary lane.</summary>
    public string? HeldTopic => Output.IndexOf(Mark) is var at and >= 0 ? Output[(at + 1)..] : null;

    /// <summary>Whether records held for a topic are here.</summary>
    public bool IsHeld => Output.Contains(Mark);

    /// <summary>The lane that holds records of this one for <paramref name="topic"/>.</summary>
    public Lane Held(string topic) => new($"{Output}{Mark}{topic}", Priority);

    /// <summary>Whether this is a lane of <paramref name="output"/>, held or not.</summary>
    public bool IsOf(string output) => Output.StartsWith(output, StringComparison.Ordinal)
        && (Output.Length == output.Length || Output[output.Length] == Mark);
}
