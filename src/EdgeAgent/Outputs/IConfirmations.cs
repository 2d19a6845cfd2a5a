using EdgeAgent.Storage;

namespace EdgeAgent.Outputs;

/// <summary>Takes what outputs confirm, for the next commit. Called by output threads.</summary>
public interface IConfirmations
{
    /// <summary>Everything of <paramref name="lane"/> up to <paramref name="throughNumber"/> is delivered or rejected;
    /// from <paramref name="firstNumber"/> on just now.</summary>
    void Confirmed(Lane lane, long firstNumber, long throughNumber);

    /// <summary>As <see cref="Confirmed"/>, and these records of <paramref name="lane"/> go to other lanes in the same commit.</summary>
    void Moved(Lane lane, long firstNumber, long throughNumber, IReadOnlyList<MovedRecords> records);

    /// <summary>The output will never take this record. Called before the number is confirmed.</summary>
    void Rejected(RejectedRecord record);
}
