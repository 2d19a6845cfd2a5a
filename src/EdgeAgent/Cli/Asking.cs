namespace EdgeAgent.Cli;

/// <summary>Asks a person at a terminal for what the options did not say; without a terminal the proposal is taken.</summary>
/// <param name="input">Where answers come from.</param>
/// <param name="output">Where questions go.</param>
/// <param name="isAsking">Whether someone is there to answer.</param>
sealed class Asking(TextReader input, TextWriter output, bool isAsking)
{
    /// <summary>What was <paramref name="given"/>, or the answer; an empty one takes the proposal.</summary>
    /// <param name="given">From the options, or null.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="proposal">What is taken without an answer.</param>
    /// <param name="wrong">What is wrong with an answer, or null.</param>
    public string For(string? given, string question, string proposal, Func<string, string?> wrong)
    {
        if (given is not null) return given;
        while (isAsking)
        {
            output.Write($"{question} [{proposal}]: ");
            output.Flush();
            if (input.ReadLine() is not { } line) break;
            var answer = line.Trim();
            if (answer.Length == 0) break;
            if (wrong(answer) is not { } failure) return answer;
            output.WriteLine($"  {failure.TrimEnd('.')}.");
        }

        return proposal;
    }
}
