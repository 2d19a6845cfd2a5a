namespace EdgeAgent.Reloads;

/// <summary>Who is told around every reload, a refused one too, such as a supervisor. On the reload's thread; not of plans alone.</summary>
sealed class ReloadEvents
{
    /// <summary>One begins: nothing has changed yet.</summary>
    public Action? Began { get; set; }

    /// <summary>It is over; always follows <see cref="Began"/>.</summary>
    public Action<ReloadReport>? Ended { get; set; }
}
