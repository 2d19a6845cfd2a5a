namespace EdgeAgent.Scenarios.Harness;

/// <summary>Keeps a load going until the scenario has done what it does to the agent, however slow the agent is.</summary>
/// <remarks>
/// The load first publishes what it has, then some more for each look that found too little; so an agent that takes seconds to start (under
/// emulation) still has messages to be killed in.
/// </remarks>
sealed class Tide
{
    const int MostAsked = 4;
    readonly SemaphoreSlim _asked = new(0);
    volatile bool _isOver;

    /// <summary>The scenario looked; asks for more unless that was <paramref name="enough"/>, which it gives back.</summary>
    public bool Ask(bool enough)
    {
        if (!enough && _asked.CurrentCount < MostAsked) _asked.Release();
        return enough;
    }

    /// <summary>No more is wanted.</summary>
    public void End()
    {
        _isOver = true;
        _asked.Release();
    }

    /// <summary>Waits until more is wanted; false when no more will be.</summary>
    public bool IsMoreWanted()
    {
        if (!_isOver) _asked.Wait();
        return !_isOver;
    }
}
