using EdgeAgent.Clocks;
using EdgeAgent.Logs;
using EdgeAgent.Outputs;
using EdgeAgent.Supervision;

namespace EdgeAgent.Running;

/// <summary>Carries what outputs tell of themselves into the log.</summary>
sealed class OutputNotices(LogLimiter log, IClock clock, ProgressWatch watch)
{
    /// <summary>The health of the output <paramref name="name"/>, before anything is known of it.</summary>
    public OutputHealth HealthOf(string name)
    {
        var subject = $"output {name}";
        return new OutputHealth(
            clock,
            onFailure: text => log.WarnReason(subject, $"{subject}: {text}"),
            onWell: () =>
            {
                log.Clear(subject);
                log.Log.Information("{Subject:l}: works again", subject);
            },
            onDetail: text => log.Log.Debug("{Subject:l}: {Text:l}", subject, text),
            onFirst: () => log.Log.Information("{Subject:l}: connected", subject),
            onRejected: (reason, sample) =>
                log.Warn($"rejected {name}", $"{subject}: a record will never be taken and is set aside: {reason}. It begins: {sample}"))
        {
            OnTooOld = count => log.Warn($"too old {name}",
                $"{subject}: {count} records have waited for longer than max_age and are dropped; others follow"),
            OnHeld = (topic, why) =>
            {
                if (why is null)
                {
                    log.Clear($"{subject} topic {topic}");
                    log.Log.Information("{Subject:l}: the records held for topic {Topic:l} have gone out", subject, topic);
                }
                else log.WarnReason($"{subject} topic {topic}", $"{subject}: {why} Records for other topics go on.");
            },
            Progress = watch.Over(subject),
            Link = watch.Over($"the connection of {subject}"),
        };
    }
}
