namespace EdgeAgent.Soak;

/// <summary>The first columns of a row of docs/reliability.md.</summary>
readonly record struct TableKey(string Fault, string Load, string Broker);
