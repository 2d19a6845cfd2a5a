using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>The <c>status</c> section.</summary>
public static class StatusPageSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "status",
        Kind = ComponentKind.Section,
        Doc = "A web page that shows what the agent does. It can only be looked at: nothing can be changed by it.",
        Example = "status: { listen: 127.0.0.1:8080 }",
        Fields = ListenFields.Of("127.0.0.1:8080"),
        Build = ListenFields.Build,
        Check = static (v, findings) => ListenFields.Check(v, findings, mayBeOpen: false),
    };
}
