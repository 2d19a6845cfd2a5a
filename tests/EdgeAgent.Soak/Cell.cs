namespace EdgeAgent.Soak;

/// <summary>One value of every dimension of a scenario, in the order of its dimensions; its text is <c>name=value,…</c>.</summary>
sealed record Cell(IReadOnlyList<Dimension> Dimensions, int[] Choice)
{
    /// <summary>The value of a dimension.</summary>
    public string this[string name]
    {
        get
        {
            var at = Dimensions.Select(d => d.Name).ToList().IndexOf(name);
            return Dimensions[at].Values[Choice[at]].Text;
        }
    }

    /// <summary>Whether busy loops run beside it.</summary>
    public bool IsBusy => Dimensions.Any(d => d.Name == "machine") && this["machine"] == "busy";

    /// <summary>The value of a dimension whose values are whole numbers.</summary>
    public int Number(string name) => int.Parse(this[name]);

    /// <summary>Reads the text of a cell.</summary>
    public static Cell Parse(IReadOnlyList<Dimension> dimensions, string text)
    {
        var given = text.Split(',').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p.ElementAtOrDefault(1) ?? "");
        var choice = new int[dimensions.Count];
        for (var d = 0; d < choice.Length; d++)
        {
            var (name, values) = (dimensions[d].Name, dimensions[d].Values);
            choice[d] = given.Remove(name, out var value) ? values.ToList().FindIndex(v => v.Text == value) : -1;
            if (choice[d] < 0)
                throw new FormatException($"--cell: {name} has to be one of {string.Join(", ", values.Select(v => v.Text))}");
        }

        return given.Count == 0 ? new(dimensions, choice) : throw new FormatException($"--cell: no dimension {given.Keys.First()}");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Dimensions.Select((d, i) => $"{d.Name}={d.Values[Choice[i]].Text}"));
}
