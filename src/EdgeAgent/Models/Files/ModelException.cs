namespace EdgeAgent.Models.Files;

/// <summary>A model that cannot be used; the message is one line that names the model, what was expected and what was found.</summary>
public sealed class ModelException(string model, string message, Exception? inner = null) : Exception($"model `{model}`: {message}", inner);
