namespace EdgeAgent.Fleet.Gateway;

/// <summary>How a document came here.</summary>
public enum DocumentOrigin
{
    /// <summary>A target on the fleet link named it.</summary>
    Link,

    /// <summary><c>edge-agent fleet apply</c>.</summary>
    Hand,
}
