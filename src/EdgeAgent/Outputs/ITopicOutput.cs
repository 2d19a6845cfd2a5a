namespace EdgeAgent.Outputs;

/// <summary>An output with several topics of which one may be in trouble while the others are well. Output thread.</summary>
/// <remarks>Records of such a topic come back as <see cref="SendReport.Held"/> without being sent, until <see cref="Release"/>;
/// those in a lane of held records are sent.</remarks>
public interface ITopicOutput
{
    /// <summary>Records of <paramref name="topic"/> lie in a lane of their own.</summary>
    void Hold(string topic);

    /// <summary>None of its records wait any more: the next ones are sent at once.</summary>
    void Release(string topic);

    /// <summary>Whether its records may be tried now. Blocks for some seconds at most.</summary>
    bool MayTry(string topic);
}
