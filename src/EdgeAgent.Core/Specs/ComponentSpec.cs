namespace EdgeAgent.Core.Specs;

/// <summary>Everything about one component's configuration; the parser, the findings,
/// the docs and the schema all read this object.</summary>
/// <remarks>
/// It lies in the component's folder beside its settings: fields, <see cref="Build"/> from bound values, <see cref="Check"/> for what
/// several keys say together, and for sources and labelling stages <see cref="Labels"/>; docs/adding.md walks through it. A top-level
/// section is a field of <c>GatewaySpec</c> and a property of <c>GatewaySettings</c>. Immutable.
/// </remarks>
public sealed record ComponentSpec
{
    /// <summary>Name: the value of <c>type</c> or <c>format</c>, the key of a stage, or the key of a section.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required ComponentKind Kind { get; init; }

    /// <summary>What it does; whole sentences.</summary>
    public required string Doc { get; init; }

    /// <summary>Its keys, in the order of the docs.</summary>
    public IReadOnlyList<FieldSpec> Fields { get; init; } = [];

    /// <summary>For a component with free keys (such as <c>keep</c>): the map its whole body is, under the name <c>""</c>.</summary>
    public FieldSpec? Body { get; init; }

    /// <summary>An example as it is written, for the docs; YAML.</summary>
    public string? Example { get; init; }

    /// <summary>Makes the settings record. Called only when every key is good and none that is required is missing.</summary>
    public required Func<SpecValues, object> Build { get; init; }

    /// <summary>Adds findings about what several keys say together. Called even when some key has a finding;
    /// ask <c>Has</c> and <c>TryGet</c>.</summary>
    public Action<SpecValues, FindingList>? Check { get; init; }

    /// <summary>Labels of readings that leave: of a source from nothing, of a stage from those that enter. Null passes them on.</summary>
    public Func<SpecValues, LabelScope, LabelScope>? Labels { get; init; }

    /// <summary>Hosts that it connects to by a library which knows no proxy; null for a component that uses the proxy, or no network.
    /// </summary>
    public Func<SpecValues, IEnumerable<string>>? DirectHosts { get; init; }

    /// <summary>For a stage: what it does with readings, which says where it may stand; null for all else.</summary>
    public StageRole? Role { get; init; }

    /// <summary>The field of this name, or null.</summary>
    public FieldSpec? Field(string name)
    {
        foreach (var field in Fields)
            if (field.Name == name) return field;
        return null;
    }
}
