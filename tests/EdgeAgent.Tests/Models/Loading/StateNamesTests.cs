using EdgeAgent.Models.Loading;
using Xunit;

namespace EdgeAgent.Tests.Models.Loading;

public sealed class StateNamesTests
{
    [Theory]
    [InlineData("h", "hn")]
    [InlineData("h", "h_out")]
    [InlineData("h0", "hn")]
    [InlineData("c0", "c_n")]
    [InlineData("state_in", "state_out")]
    [InlineData("input_state", "output_state")]
    [InlineData("past_key", "present_key")]
    [InlineData("H_prev", "H_next")]
    [InlineData("hidden", "new_hidden")]
    public void A_state_and_its_next_value_are_a_pair(string input, string output) => Assert.True(StateNames.IsPair(input, output));

    [Theory]
    [InlineData("c", "score")]
    [InlineData("c", "c")]
    [InlineData("n", "next")]
    [InlineData("h", "cn")]
    [InlineData("acc", "accuracy")]
    [InlineData("temperature", "reconstruction")]
    public void A_letter_in_another_word_is_no_pair(string input, string output) => Assert.False(StateNames.IsPair(input, output));
}
