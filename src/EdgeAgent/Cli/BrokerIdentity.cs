using EdgeAgent.Core.Specs;

namespace EdgeAgent.Cli;

/// <summary>As whom a command goes to a broker.</summary>
/// <param name="Username">User name, or null.</param>
/// <param name="Password">Password, or null.</param>
/// <param name="PasswordReference">How a configuration names it.</param>
/// <param name="CaFile">PEM file of trusted authorities, or null for the system's.</param>
sealed record BrokerIdentity(string? Username, Secret? Password, string? PasswordReference, string? CaFile);
