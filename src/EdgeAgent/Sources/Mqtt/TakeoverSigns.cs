using EdgeAgent.Mqtt.Client;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Recognises a broker that keeps closing connections without a word soon after it accepted them:
/// most often a second client has our client id.</summary>
/// <remarks>
/// 5.0 has a reason code for it (0x8E, <see cref="MqttSource.AfterEnd"/>); 3.1.1 has none, and mosquitto 2.0.11 sends none in 5.0 either.
/// It is a suspicion for the log and no more: a broker or a proxy that restarts looks the same, so the back-off alone says when to return.
/// A broker that could not be reached in between was away, and nobody else had the session. Pure; source thread.
/// </remarks>
sealed class TakeoverSigns
{
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(5);
    const int Suspicious = 4;
    int _inARow;

    /// <summary>Whether the last connection ended that way: one that follows it is not a new failure yet.</summary>
    public bool AreThere => _inARow > 0;

    /// <summary>Whether the log should name the suspicion.</summary>
    public bool IsSuspicious => _inARow >= Suspicious;

    /// <summary>A connection ended for <paramref name="reason"/> after <paramref name="lasted"/>.</summary>
    public void OnEnd(MqttCloseReason? reason, TimeSpan lasted) =>
        _inARow = reason is { Kind: MqttCloseKind.PeerClosed } && lasted < Soon ? _inARow + 1 : 0;

    /// <summary>The broker could not be reached.</summary>
    public void OnUnreachable() => _inARow = 0;

    /// <summary>What to say about such an end.</summary>
    public string Message(string clientId) =>
        $"The broker closed the connection without saying why, {_inARow} times in a row soon after accepting it. "
            + $"Most often another client has the client id {clientId} too: "
            + "a second agent with this configuration, or a copied gateway. Give each its own `client_id`. "
            + "If there is no other, look in the broker's log: some brokers close when a subscription is not allowed.";
}
