using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>The <c>buffer</c> section.</summary>
public static class BufferSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "buffer",
        Kind = ComponentKind.Section,
        Doc = "Bounds of the outbox, which keeps records on disk until they are confirmed.",
        Fields =
        [
            FieldSpec.Size("max_size", "Bound of the outbox and of rejected payloads on disk. State and the database's log have their own.",
                1L << 20, 1L << 40)
                with { Default = 64L << 20 },
            FieldSpec.Enum("on_full", "What happens when the outbox is full.",
                new("block", OverflowPolicy.Block, "Sources wait; nothing is lost."),
                new("drop_oldest", OverflowPolicy.DropOldest, "The oldest records go, lowest priority first, and are counted."),
                new("drop_newest", OverflowPolicy.DropNewest,
                    "New records are not taken, and are counted; the oldest of a lower priority make room."))
                    with { Default = OverflowPolicy.DropOldest },
        ],
        Build = v => new BufferSettings { MaxSizeBytes = v.Get<long>("max_size"), OnFull = v.Get<OverflowPolicy>("on_full") },
    };
}
