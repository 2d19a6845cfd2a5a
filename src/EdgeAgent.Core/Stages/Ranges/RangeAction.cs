using System.Globalization;

namespace EdgeAgent.Core.Stages.Ranges;

/// <summary>What a range stage does with a value outside.</summary>
public enum RangeAction
{
    /// <summary>The reading is dropped and counted.</summary>
    Drop,

    /// <summary>The value becomes the nearer limit.</summary>
    Clamp,

    /// <summary>The reading passes with its quality marked.</summary>
    Mark,
}
