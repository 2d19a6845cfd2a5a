using EdgeAgent.Configuration;
using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Specs;
using Xunit;

namespace EdgeAgent.Tests.Specs;

/// <summary>A key under its former name: read, told of, and renamed in place.</summary>
public sealed class FormerNameTests
{
    static readonly ComponentSpec Spec = new()
    {
        Name = "file",
        Kind = ComponentKind.Section,
        Doc = "For this test.",
        Fields =
        [
            FieldSpec.Duration("window", "How long.", TimeSpan.Zero, TimeSpan.FromDays(1))
                with { Required = true, Formerly = new("size", "0.3.0", "0.5.0") },
            FieldSpec.Text("name", "What it is called."),
        ],
        Build = v => v.Get<TimeSpan>("window"),
    };

    [Fact]
    public void A_former_name_is_read_with_a_warning_that_names_the_new_one()
    {
        var (root, findings, _) = Bind("size: 10s\nname: a\n");
        Assert.Equal(TimeSpan.FromSeconds(10), root.Settings);
        var only = Assert.Single(findings.Sorted());
        Assert.Equal("f.yaml:1:1  EA2110 warning  size: called `window` since 0.3.0, and refused under this name from 0.5.0 on. "
            + "Rename it; `edge-agent config upgrade` does.", only.ToString());
    }

    [Fact]
    public void Both_names_are_refused()
    {
        var (_, findings, _) = Bind("size: 10s\nwindow: 5s\n");
        var only = Assert.Single(findings.Sorted());
        Assert.Equal(Severity.Error, only.Severity);
        Assert.Contains("the former name of `window`", only.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("size: 10s # size: as ever\n", "config: 1\nwindow: 10s # size: as ever\n")]
    [InlineData("# size\nname: size\n\"size\":   10s\n", "# size\nconfig: 1\nname: size\n\"window\":   10s\n")]
    [InlineData("{ name: size, size: 10s }", "{ config: 1, name: size, window: 10s }")]
    public void Upgrading_renames_the_key_and_nothing_else(string text, string upgraded)
    {
        var (root, findings, renames) = Bind(text);
        Assert.Equal(upgraded, ConfigUpgrade.Of(text, new(null, findings.Sorted()) { Root = root, Renames = renames }));
    }

    static (SpecValues Root, FindingList Findings, IReadOnlyList<KeyRename> Renames) Bind(string text)
    {
        var findings = new FindingList("f.yaml");
        var binder = new SpecBinder(new References("", findings), findings);
        var root = binder.Root(Spec, NodeReader.TryRead(text, findings)!);
        return (root, findings, binder.Renames);
    }
}
