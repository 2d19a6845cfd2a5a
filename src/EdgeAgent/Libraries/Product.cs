namespace EdgeAgent.Libraries;

/// <summary>What this build is.</summary>
static class Product
{
    /// <summary>The version of this build, as <c>Directory.Build.props</c> has it.</summary>
    public static readonly string Version = typeof(Product).Assembly.GetName().Version!.ToString(3);

    /// <summary>A clock before this moment is certainly wrong [ns since the Unix epoch].</summary>
    public static readonly long MadeAtNs = (new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) * 100;
}
