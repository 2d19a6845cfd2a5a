namespace EdgeAgent.Network;

/// <summary>How soon another attempt makes sense.</summary>
public enum RetryAdvice
{
    /// <summary>By the usual backoff.</summary>
    Soon,

    /// <summary>Only slowly: somebody has to change something first, here or at the server.</summary>
    Slowly,

    /// <summary>Not with these options.</summary>
    Never,
}
