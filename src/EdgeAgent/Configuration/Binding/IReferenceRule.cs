using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration.Binding;

/// <summary>Which references a configuration may have; asked before anything is read.</summary>
interface IReferenceRule
{
    /// <summary>Whether references are only looked at: nothing is read, and what has one is bound as nothing, without a finding.</summary>
    bool IsDry { get; }

    /// <summary>Why a reference may not stand in a key; null when it may.</summary>
    /// <param name="spec">The key.</param>
    /// <param name="kind"><c>file</c> or <c>env</c>.</param>
    /// <param name="name">The absolute path of the file, or the name of the variable.</param>
    string? WhyNot(FieldSpec spec, string kind, string name);
}
