namespace EdgeAgent.Models.Loading;

/// <summary>What the rows of one run do to each other's results.</summary>
enum RowEffect
{
    /// <summary>Nothing but rounding.</summary>
    None,

    /// <summary>They change them.</summary>
    Some,

    /// <summary>They alone make them: a row alone gives the same whatever is in it.</summary>
    Only,

    /// <summary>The model did not run rows made up to try it.</summary>
    Unknown,
}
