using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleets.Keeping;
using EdgeAgent.Reloads;

namespace EdgeAgent.Fleets;

/// <summary>Checks a document that is kept: its files are brought, and its configuration is bound and planned as for a reload. One at
/// a time, beside the fleet's thread.</summary>
/// <param name="folder">Where documents are kept.</param>
/// <param name="files">Brings files.</param>
/// <param name="start">Starts the work; null for a thread.</param>
sealed class DocumentCheck(FleetFolder folder, FileFetch files, Action<Action>? start = null)
{
    CancellationTokenSource? _running;

    /// <summary>Begins; <paramref name="done"/> hears how it ended, on another thread, unless it was cancelled.</summary>
    public void Begin(KnownDocument document, Func<ReloadRequest, ReloadReport> reload, Action<FleetEvent> done)
    {
        Cancel();
        var stop = _running = new CancellationTokenSource();
        (start ?? OnThread)(() =>
        {
            var result = Check(document, reload, stop.Token);
            if (!stop.IsCancellationRequested && result is not null) done(result);
        });
    }

    static void OnThread(Action work) => new Thread(() => work(), 512 * 1024) { IsBackground = true, Name = "fleet-check" }.Start();

    /// <summary>Nobody waits for it any more.</summary>
    public void Cancel() => Interlocked.Exchange(ref _running, null)?.Cancel();

    FleetEvent? Check(KnownDocument known, Func<ReloadRequest, ReloadReport> reload, CancellationToken stop)
    {
        var digest = known.Digest;
        if (folder.Document(digest) is not { } document)
            return new FleetEvent.CheckFailed(digest, "the document is not kept any more, or its bytes have changed", []);
        foreach (var file in document.Files)
            if (files.Bring(file, stop) is { } failure)
                return stop.IsCancellationRequested ? null
                    : new FleetEvent.CheckFailed(digest, new Refusal(RefusalReason.FileUnavailable, failure).ToString(), []);
        var plan = reload(new ReloadRequest(FleetConfiguration.NameOf(known), IsDryRun: true));
        return plan.Outcome switch
        {
            ReloadOutcome.Planned => new FleetEvent.Checked(digest),
            ReloadOutcome.Stopping => null,
            _ => new FleetEvent.CheckFailed(digest, $"{Refusal.WordOf(RefusalReason.Findings)}: {plan.Sentence}", plan.Findings),
        };
    }
}
