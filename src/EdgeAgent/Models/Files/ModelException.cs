namespace EdgeAgent.Models.Files;

/// <summary>A model that cannot be used; the message is one line that names the model, what was expected and what was found.</summary>
public sealed class ModelException(string model, string message, Exception? inner = null) : Exception($"model `{model}`: {message}", inner)
{
    /// <summary>The key that has to be changed, of the model's section or, with <see cref="IsOfStage"/>, of the stage.</summary>
    public string Key { get; init; } = "file";

    /// <summary>Values that <see cref="Key"/> may have, when they are few and known.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether <see cref="Key"/> is one of the stage.</summary>
    public bool IsOfStage { get; init; }
}
