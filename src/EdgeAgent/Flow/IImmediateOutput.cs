using EdgeAgent.Core.Records;

namespace EdgeAgent.Flow;

/// <summary>An output that takes alerts at once, before the commit that holds them.</summary>
public interface IImmediateOutput
{
    /// <summary>Sends the record <paramref name="reader"/> stands on, or leaves it to its lane; never waits. Any thread.</summary>
    void SendNow(scoped in RecordReader reader);
}
