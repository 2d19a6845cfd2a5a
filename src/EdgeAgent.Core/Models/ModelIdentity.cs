namespace EdgeAgent.Core.Models;

/// <summary>What travels with every score: which model gave it.</summary>
/// <param name="Name">Name under <c>models</c>.</param>
/// <param name="Version">Version by configuration or from the file.</param>
/// <param name="Sha256">SHA-256 of the file, lower-case hexadecimal.</param>
public sealed record ModelIdentity(string Name, string Version, string Sha256);
