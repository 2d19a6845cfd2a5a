namespace EdgeAgent.Outputs.Kafka;

/// <summary>Lock and wake-up of one output's flights, which counts their delivery reports.</summary>
sealed class KafkaSignal
{
    /// <summary>Delivery reports so far; guarded by the lock on this.</summary>
    public long Reports { get; set; }
}
