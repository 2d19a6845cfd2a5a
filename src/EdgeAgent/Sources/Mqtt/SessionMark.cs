namespace EdgeAgent.Sources.Mqtt;

/// <summary>Up to where the broker has acknowledgements: of entries, and PUBCOMPs.</summary>
readonly record struct SessionMark(long Acknowledged, long Completed);
