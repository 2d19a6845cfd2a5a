using EdgeAgent.Storage;

namespace EdgeAgent.Outputs;

/// <summary>A place records go to. Made, called and disposed by one thread at a time,
/// the output thread of its <see cref="OutputPump"/>.</summary>
/// <remarks>
/// The promise: a segment counted in <see cref="SendReport.Delivered"/> is durable at the other side, in order, records of
/// one key in the order of their numbers. A segment that was not counted may have arrived in part; it is sent again whole, so
/// a reader drops repeats by <c>ce_id</c>. Every implementation and its in-memory twin pass one contract suite.
/// </remarks>
public interface IOutput : IDisposable
{
    /// <summary>Starts connecting, so that a wrong password shows before the first record, and a good one too. Never throws.</summary>
    /// <remarks>Called again from time to time while the other side is not reached and there is nothing to send: as often as sending would
    /// be tried, or, when it <see cref="ConnectsByItself"/>, every 30 s.</remarks>
    void Open();

    /// <summary>Whether it goes on trying to reach the other side without being called.</summary>
    bool ConnectsByItself => false;

    /// <summary>Sends <paramref name="segments"/> in order and waits until all are delivered, one fails,
    /// or <paramref name="stop"/>.</summary>
    /// <remarks>World errors are in the report, never thrown. Segments are not kept. Of a damaged segment its readable front is sent;
    /// the pump rejects the rest.</remarks>
    SendReport Send(IReadOnlyList<Segment> segments, CancellationToken stop);
}
