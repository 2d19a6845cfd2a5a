using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeAgent.Core.State;
using EdgeAgent.Storage;

namespace EdgeAgent.Host;

/// <summary>Decides at a start which stored units are not restored, because they would not fit.</summary>
/// <remarks>
/// <para>The rule: units with a label longer than <c>max_label_bytes</c> go; of the others those written last stay, up to the room there is
/// for state (<see cref="Gateway"/> says how much under a memory limit). A window that goes leaves as a partial summary;
/// other memory is counted as lost.</para>
/// <para>A pass over all rows gathers 32 bytes a unit; rows are read one by one. When nothing has to go, nothing is held back.</para>
/// </remarks>
sealed class StartShedding
{
    readonly Dictionary<ulong, (long Order, int Bytes, bool IsLong)> _units = [];
    readonly HashSet<ulong> _shed = [];
    readonly int _maxLabelBytes;
    long _order;

    /// <summary>Reads all rows once and decides.</summary>
    public StartShedding(IEnumerable<StateRow> rows, long roomBytes, int maxLabelBytes)
    {
        _maxLabelBytes = maxLabelBytes;
        RoomBytes = roomBytes;
        foreach (var row in rows)
        {
            var entries = new StateEntries(row.Bytes.Span);
            while (entries.Read())
                if (TryName(row.Stage, entries.Current, out var unit, out var isLong))
                    _units[unit] = (++_order, entries.Current.Length, isLong);
        }

        foreach (var (_, bytes, _) in _units.Values) StoredBytes += bytes;
        var left = RoomBytes;
        foreach (var (unit, (_, bytes, isLong)) in _units.OrderByDescending(u => u.Value.Order))
        {
            if (!isLong && left >= bytes) left -= bytes;
            else
            {
                _shed.Add(unit);
                left = isLong ? left : 0;
            }
        }

        _order = 0;
    }

    /// <summary>Units that go.</summary>
    public int Count => _shed.Count;

    /// <summary>Bytes of the newest entries of all units.</summary>
    public long StoredBytes { get; }

    /// <summary>Bytes there is room for.</summary>
    public long RoomBytes { get; }

    /// <summary>Whether this entry, met in the order of the first pass, is restored;
    /// <paramref name="isLast"/> when it does not and is its unit's newest.</summary>
    public bool Admits(string stage, ReadOnlySpan<byte> entry, out bool isLast)
    {
        isLast = false;
        if (!TryName(stage, entry, out var unit, out _)) return true;
        var order = ++_order;
        if (!_shed.Contains(unit)) return true;
        isLast = _units[unit].Order == order;
        return false;
    }

    // Every stage's entry begins with a mark and its labels; a window's has a byte between them.
    bool TryName(string stage, ReadOnlySpan<byte> entry, out ulong unit, out bool isLong)
    {
        (unit, isLong) = (0, false);
        var reader = new StateReader(entry);
        if (!reader.TryByte(out var mark) || mark is not ((byte)'W' or (byte)'A' or (byte)'S' or (byte)'D' or (byte)'R')) return false;
        if ((mark == 'W' && !reader.TryByte(out _)) || !reader.TryBlob(out var labels)) return false;
        var longest = 0;
        for (var at = 0; at < labels.Length; at++)
        {
            if (labels[at] == '\\') at++;
            else if (labels[at] is (byte)'=' or (byte)',') longest = 0;
            isLong |= ++longest > _maxLabelBytes + 1;
        }

        unit = NameHash(stage, labels);
        return true;
    }

    // Of names that senders choose: by a hash that none can make collide.
    static ulong NameHash(string stage, ReadOnlySpan<byte> labels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(stage));
        hash.AppendData(labels);
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }
}
