using EdgeAgent.Core.Alerts;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>Takes the rows of a <see cref="ScoreEngine"/> when they are done, in the order they came.</summary>
interface IScoreReceiver
{
    /// <summary>One row is done.</summary>
    /// <param name="row">Its number, as <see cref="ScoreEngine.Push"/> gave it.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="score">The score; NaN for <see cref="ScoreOutcome.Null"/> and <see cref="ScoreOutcome.None"/>.</param>
    /// <param name="change">What it did to the alert.</param>
    void Done(int row, ScoreOutcome outcome, double score, AlertChange change);
}
