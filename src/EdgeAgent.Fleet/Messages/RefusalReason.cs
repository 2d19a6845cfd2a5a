namespace EdgeAgent.Fleet.Messages;

/// <summary>Why a message of the fleet protocol is not taken. The words of <see cref="Refusal.Word"/> are part of the protocol:
/// docs/fleet.md.</summary>
/// <remarks><see cref="NotAllowed"/> and <see cref="FailedBefore"/> are words of the protocol that this version never says.</remarks>
public enum RefusalReason
{
    /// <summary>It is taken.</summary>
    None,

    /// <summary>More bytes than a message of this kind may have; not read.</summary>
    TooLarge,

    /// <summary>Not JSON of the expected form, or bytes follow its end.</summary>
    Malformed,

    /// <summary>Base64 that is none, or not the only way to write these bytes.</summary>
    BadBase64,

    /// <summary>An envelope of another type of payload.</summary>
    WrongType,

    /// <summary>A form (<c>v</c>) that this version does not know.</summary>
    UnknownVersion,

    /// <summary>A key of another algorithm than ES256.</summary>
    UnknownAlgorithm,

    /// <summary>A key that is none, or whose id is not that of its bytes.</summary>
    BadKey,

    /// <summary>Signed only by keys that the root does not name.</summary>
    UnknownKey,

    /// <summary>Signed by keys that the root names for other roles.</summary>
    WrongRole,

    /// <summary>A signature of a key of the role does not fit the bytes.</summary>
    BadSignature,

    /// <summary>Fewer good signatures than the role's threshold.</summary>
    TooFewSignatures,

    /// <summary>Fewer good signatures than the threshold because one key signed more than once; it counts once.</summary>
    KeyTwice,

    /// <summary>A root that is not the pinned one.</summary>
    NotPinned,

    /// <summary>A root whose version is not the next one.</summary>
    WrongRootVersion,

    /// <summary>Past its <c>expires</c>.</summary>
    Expired,

    /// <summary>For another group or gateway than the topic or this gateway.</summary>
    WrongAddress,

    /// <summary>A sequence number below the highest one seen.</summary>
    OldSequence,

    /// <summary>The highest sequence number again, with other content.</summary>
    SequenceReused,

    /// <summary>A document version below the highest that ran well here, and not among the last good ones.</summary>
    OldVersion,

    /// <summary>The highest good version again, with other content.</summary>
    VersionReused,

    /// <summary>A document version below the root's <c>min_version</c>.</summary>
    BelowMinimum,

    /// <summary>Content that has not the digest it was asked for by.</summary>
    WrongDigest,

    /// <summary>A document that is for other groups than this gateway's.</summary>
    NotForThisGroup,

    /// <summary>A document that wants a newer agent.</summary>
    NeedsNewerAgent,

    /// <summary>A document that changes or reaches what this gateway does not allow.</summary>
    NotAllowed,

    /// <summary>A document whose configuration has findings.</summary>
    Findings,

    /// <summary>A document that failed here and is not tried again.</summary>
    FailedBefore,

    /// <summary>A file that the document names cannot be had, or has another hash or size.</summary>
    FileUnavailable,
}
