namespace EdgeAgent.Sources.Mqtt.Session;

/// <summary>What the answer to a ping proves, as numbers of messages up to which it holds.</summary>
/// <param name="Read">Acknowledgements (PUBACK, PUBREC) have been read.</param>
/// <param name="Settled">Of exchanges PUBCOMP has been read, too.</param>
readonly record struct ReadMark(long Read, long Settled);
