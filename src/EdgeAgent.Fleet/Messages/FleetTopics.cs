namespace EdgeAgent.Fleet.Messages;

/// <summary>The topics of the protocol below one prefix. Names and ids hold only letters, digits, <c>.</c>, <c>_</c> and <c>-</c>,
/// so none of them has a wildcard or a level more.</summary>
/// <param name="prefix">Without a slash at its end.</param>
public sealed class FleetTopics(string prefix)
{
    /// <summary>The group that every gateway is in, after its own.</summary>
    public const string All = "all";

    /// <summary>The prefix where none is configured.</summary>
    public const string DefaultPrefix = "fleet/1";

    /// <summary>The prefix.</summary>
    public string Prefix => prefix;

    /// <summary>A root of this version.</summary>
    public string Root(long version) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{prefix}/root/{version}");

    /// <summary>A document.</summary>
    public string Document(string digest) => $"{prefix}/doc/{digest}";

    /// <summary>The target of a group.</summary>
    public string Target(string group) => $"{prefix}/target/{group}";

    /// <summary>The target of one gateway, which goes before those of groups.</summary>
    public string GatewayTarget(string id) => $"{prefix}/gw/{id}/target";

    /// <summary>Values of one gateway.</summary>
    public string Vars(string id) => $"{prefix}/gw/{id}/vars";

    /// <summary>How a gateway is.</summary>
    public string Report(string id) => $"{prefix}/gw/{id}/report";

    /// <summary>Questions to a gateway.</summary>
    public string Ask(string id) => $"{prefix}/gw/{id}/ask";

    /// <summary>Its answers.</summary>
    public string Answer(string id) => $"{prefix}/gw/{id}/answer";
}
