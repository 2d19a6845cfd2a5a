using System.CommandLine;
using EdgeAgent.Cli;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Cli;

/// <summary>An agent is found by its configuration, whatever was made of that since.</summary>
public sealed class AgentLocationTests
{
    [Theory]
    [InlineData("bogus: 1\n")]
    [InlineData("outputs: { o: { type: webhook, url: \"https://h\", headers: { x: \"${env:NOT_SET_HERE}\" } } }\n")]
    public void A_file_with_errors_still_names_the_data_directory(string rest)
    {
        using var directory = new TempDirectory();
        var file = Path.Combine(directory.Path, "agent.yaml");
        File.WriteAllText(file, $"agent: {{ id: gw, data_dir: {directory.Path}/data }}\n{rest}");
        var where = new AgentLocation();
        var command = new Command("status");
        where.AddTo(command);
        Assert.Equal($"{directory.Path}/data", where.DataDirectory(command.Parse([file])));
        Assert.Equal($"{directory.Path}/data", where.Directory(command.Parse([file])));
    }
}
