using EdgeAgent.Storage;

namespace EdgeAgent.Outputs;

/// <summary>Takes what outputs confirm, for the next commit. Called by output threads.</summary>
public interface IConfirmations
{
    /// <summary>Everything of <paramref name="lane"/> up to <paramref name="throughNumber"/> is delivered or rejected.</summary>
    void Confirmed(Lane lane, long throughNumber);

    /// <summary>The output will never take this record. Called before the number is confirmed.</summary>
    void Rejected(RejectedRecord record);
}
