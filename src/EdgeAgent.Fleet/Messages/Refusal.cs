namespace EdgeAgent.Fleet.Messages;

/// <summary>That a message is taken, or the named reason why not. A value, never an exception.</summary>
/// <param name="Reason">The reason; <see cref="RefusalReason.None"/> when taken.</param>
/// <param name="Detail">What was seen and what is expected, one line for people; nothing of a secret.</param>
public readonly record struct Refusal(RefusalReason Reason, string Detail)
{
    static readonly string[] Words =
    [
        "none", "too-large", "malformed", "bad-base64", "wrong-type", "unknown-version", "unknown-algorithm", "bad-key", "unknown-key",
        "wrong-role", "bad-signature", "too-few-signatures", "key-twice", "not-pinned", "wrong-root-version", "expired", "wrong-address",
        "old-sequence", "sequence-reused", "old-version", "version-reused", "below-minimum", "wrong-digest", "not-for-this-group",
        "needs-newer-agent", "not-allowed", "findings", "failed-before", "file-unavailable",
    ];

    /// <summary>Taken.</summary>
    public static readonly Refusal None = new(RefusalReason.None, "");

    /// <summary>Whether it is taken.</summary>
    public bool IsNone => Reason == RefusalReason.None;

    /// <summary>The reason as reports and the JSON of commands have it, such as <c>too-few-signatures</c>.</summary>
    public string Word => WordOf(Reason);

    /// <summary>The word of a reason.</summary>
    public static string WordOf(RefusalReason reason) => Words[(int)reason];

    /// <summary>The reason of a word; false for one that this version does not know.</summary>
    public static bool TryReason(string word, out RefusalReason reason)
    {
        var index = Array.IndexOf(Words, word);
        reason = (RefusalReason)Math.Max(0, index);
        return index >= 0;
    }

    /// <inheritdoc/>
    public override string ToString() => Detail.Length == 0 ? Word : $"{Word}: {Detail}";
}
