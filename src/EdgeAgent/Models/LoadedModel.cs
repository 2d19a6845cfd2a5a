using EdgeAgent.Core.Models;

namespace EdgeAgent.Models;

/// <summary>The model a stage was given last.</summary>
/// <param name="Pipeline">The stage's pipeline.</param>
/// <param name="Stage">Its name.</param>
/// <param name="Model">The model.</param>
readonly record struct LoadedModel(string Pipeline, string Stage, ModelIdentity Model);
