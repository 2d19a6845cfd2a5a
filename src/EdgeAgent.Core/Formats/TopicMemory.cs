namespace EdgeAgent.Core.Formats;

/// <summary>What a reader remembers of one topic between its payloads; gone when the topic's route is dropped.</summary>
/// <remarks>A topic belongs to one reader as long as it has a route, so what it finds here is what it left.</remarks>
struct TopicMemory
{
    /// <summary>Anything of the reader's, or null at first.</summary>
    public object? Kept;

    /// <summary>Payloads still to be read without looking at shapes.</summary>
    public int ShapelessLeft;

    /// <summary>Payloads in a row that had no known shape.</summary>
    public int ShapeMisses;
}
