namespace EdgeAgent.Storage;

/// <summary>The tables, and how a key is made of an owner and a number.</summary>
/// <remarks>
/// State and segment rows are keyed by one integer (owner id in the upper 15 bits, sequence or number in the lower 48), so an
/// append touches one B-tree page and no second index. Page and reasons: docs/decisions/disk-format.md.
/// </remarks>
static class Schema
{
    public const int NumberBits = 48;
    public const long MaxNumber = (1L << NumberBits) - 1;
    public const long MaxOwner = (1L << 15) - 1;

    /// <summary>"EdgA".</summary>
    public const int ApplicationId = 0x45646741;

    /// <summary>Raised when an older program could not read the file any more.</summary>
    public const int Version = 3;

    /// <summary>The format of a file whose tables hold all, as an orderly stop leaves it: no record beside it counts.</summary>
    public const int TablesVersion = 1;

    public const string Create = """
        CREATE TABLE meta(id INTEGER PRIMARY KEY, store_id TEXT NOT NULL, machine TEXT NOT NULL, crc INTEGER NOT NULL);
        CREATE TABLE stage(id INTEGER PRIMARY KEY, name TEXT NOT NULL, crc INTEGER NOT NULL);
        CREATE TABLE state(key INTEGER PRIMARY KEY, format INTEGER NOT NULL, crc INTEGER NOT NULL, bytes BLOB NOT NULL);
        CREATE TABLE progress(id INTEGER PRIMARY KEY, source TEXT NOT NULL, crc INTEGER NOT NULL, bytes BLOB NOT NULL);
        CREATE TABLE lane(id INTEGER PRIMARY KEY, output TEXT NOT NULL, priority INTEGER NOT NULL, next INTEGER NOT NULL,
            confirmed INTEGER NOT NULL, dropped INTEGER NOT NULL, rejected INTEGER NOT NULL, bytes INTEGER NOT NULL,
            segments INTEGER NOT NULL, crc INTEGER NOT NULL);
        CREATE TABLE segment(key INTEGER PRIMARY KEY, count INTEGER NOT NULL, committed_at INTEGER NOT NULL, crc INTEGER NOT NULL,
            bytes BLOB NOT NULL);
        CREATE TABLE rejected(id INTEGER PRIMARY KEY, lane INTEGER NOT NULL, number INTEGER NOT NULL, rejected_at INTEGER NOT NULL,
            reason TEXT NOT NULL, payload BLOB NOT NULL, head BLOB NOT NULL DEFAULT x'');
        """ + AddMark;

    /// <summary>What format 1 lacks; its programs read and write a file that has it.</summary>
    public const string AddMark = "DROP TABLE IF EXISTS pending; "
        + "CREATE TABLE mark(id INTEGER PRIMARY KEY, round INTEGER NOT NULL, crc INTEGER NOT NULL);";

    /// <summary>What the first programs of this format lack; they read and write a file that has it.</summary>
    public const string AddHead = "ALTER TABLE rejected ADD COLUMN head BLOB NOT NULL DEFAULT x''";

    public static long Key(long owner, long number)
    {
        if ((ulong)owner > MaxOwner || (ulong)number > MaxNumber)
            throw new InvalidOperationException($"key of owner {owner}, number {number} does not fit the disk format");
        return owner << NumberBits | number;
    }

    public static long Owner(long key) => key >> NumberBits;

    public static long Number(long key) => key & MaxNumber;
}
