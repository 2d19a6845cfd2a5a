using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EdgeAgent.Core.Formats;

namespace EdgeAgent.Core.Decoding;

/// <summary>Routes by the bytes of their key: open addressing, the keys side by side in one array.</summary>
/// <remarks>
/// At most <c>maxRoutes</c> and <see cref="MaxKeyBytes"/> of keys; when full, the routes without a message in the current tick go, or else
/// all. Single-threaded. Everything a message touches lies side by side: keys and series ids in one array each, and routes are made by
/// the dozen before the labels of their series can come between them (else a message waits for several pages of memory).
/// </remarks>
sealed class RouteTable(int maxRoutes)
{
    /// <summary>Most bytes of all keys. Ordinary topics of 100,000 sensors take half of it.</summary>
    public const int MaxKeyBytes = 8 << 20;

    const int MadeAtOnce = 64;

    Slot[] _slots = new Slot[64];
    Route[] _routes = new Route[16];
    byte[] _keys = new byte[1024];
    int[] _series = new int[64];
    Route[] _fresh = [];
    Route _last = new();
    int _freshLeft;
    int _seriesLength;
    int _shift = 64 - 6;
    int _keysLength;

    /// <summary>Routes held.</summary>
    public int Count { get; private set; }

    /// <summary>The routes held, in no order.</summary>
    public ReadOnlySpan<Route> Routes => _routes.AsSpan(0, Count);

    /// <summary>Whether there is room for another with a key of <paramref name="keyBytes"/>.</summary>
    public bool HasRoom(int keyBytes) => Count < maxRoutes && _keysLength + keyBytes <= MaxKeyBytes;

    /// <summary>The key of a route.</summary>
    public ReadOnlySpan<byte> KeyOf(Route route) => _keys.AsSpan(route.KeyStart, route.KeyLength);

    /// <summary>As <see cref="Find"/>; the route that followed the last one found here is tried first,
    /// since sensors take turns in a steady order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Route? FindNext(ReadOnlySpan<byte> key)
    {
        if (_last.Next is not { } next || !IsKeyOf(next, key)) return FindNextByHash(key);
        _last = next;
        return next;
    }

    /// <summary>The route of <paramref name="key"/>, or null.</summary>
    public Route? Find(ReadOnlySpan<byte> key)
    {
        var hash = Hash(key);
        var slots = _slots;
        var mask = slots.Length - 1;
        for (var i = (int)(hash >> _shift) & mask; ; i = (i + 1) & mask)
        {
            ref readonly var slot = ref slots[i];
            if (slot.Route is not { } route) return null;
            if (slot.Hash == (uint)hash && key.SequenceEqual(_keys.AsSpan(slot.KeyStart, slot.KeyLength))) return route;
        }
    }

    Route? FindNextByHash(ReadOnlySpan<byte> key)
    {
        if (Find(key) is not { } route) return null;
        _last.Next = route;
        _last = route;
        return route;
    }

    /// <summary>Whether <paramref name="key"/> is that of <paramref name="route"/>; keys of 16 bytes and more by vectors,
    /// the last one overlapping.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsKeyOf(Route route, ReadOnlySpan<byte> key)
    {
        if (key.Length != route.KeyLength) return false;
        var known = _keys.AsSpan(route.KeyStart, key.Length);
        if (key.Length < 16) return key.SequenceEqual(known);
        ref var a = ref MemoryMarshal.GetReference(key);
        ref var b = ref MemoryMarshal.GetReference(known);
        var last = (nuint)key.Length - 16;
        var differ = Vector128.LoadUnsafe(ref a, last) ^ Vector128.LoadUnsafe(ref b, last);
        for (nuint at = 0; at < last; at += 16) differ |= Vector128.LoadUnsafe(ref a, at) ^ Vector128.LoadUnsafe(ref b, at);
        return differ == Vector128<byte>.Zero;
    }

    /// <summary>The series ids of a route, by field.</summary>
    public Span<int> SeriesOf(Route route) => _series.AsSpan(route.SeriesStart, route.SeriesLength);

    /// <summary>The series id of a route's first field; a subscription matches and has one.</summary>
    public int FirstSeriesOf(Route route) => _series[route.SeriesStart];

    /// <summary>Adds a new route with <paramref name="fields"/> unresolved series; the key is absent and the table is not full.</summary>
    public Route Add(ReadOnlySpan<byte> key, int fields)
    {
        if (_freshLeft == 0)
        {
            _fresh = new Route[MadeAtOnce];
            foreach (ref var fresh in _fresh.AsSpan()) fresh = new Route();
            _freshLeft = MadeAtOnce;
        }

        var route = _fresh[MadeAtOnce - _freshLeft--];
        Span<int> unresolved = fields <= 64 ? stackalloc int[fields] : new int[fields];
        unresolved.Fill(Route.Unresolved);
        Add(key, route, unresolved);
        return route;
    }

    void Add(ReadOnlySpan<byte> key, Route route, ReadOnlySpan<int> series)
    {
        if (_seriesLength + series.Length > _series.Length)
            Array.Resize(ref _series, Math.Max(2 * _series.Length, _seriesLength + series.Length));
        series.CopyTo(_series.AsSpan(_seriesLength));
        route.SeriesStart = _seriesLength;
        route.SeriesLength = series.Length;
        _seriesLength += series.Length;
        if (2 * (Count + 1) > _slots.Length) Rehash(2 * _slots.Length);
        if (Count == _routes.Length) Array.Resize(ref _routes, 2 * Count);
        if (_keysLength + key.Length > _keys.Length) Array.Resize(ref _keys, Math.Max(2 * _keys.Length, _keysLength + key.Length));
        key.CopyTo(_keys.AsSpan(_keysLength));
        route.KeyStart = _keysLength;
        route.KeyLength = key.Length;
        _keysLength += key.Length;
        _routes[Count++] = route;
        Place(Hash(key), route);
    }

    /// <summary>Drops the routes last seen before <paramref name="tick"/>; all of them when fewer than a quarter would go.</summary>
    public void Evict(int tick)
    {
        var old = 0;
        foreach (var route in Routes)
            if (route.SeenTick < tick) old++;
        var enough = old > 0 && old >= Count / 4;
        Keep(route => enough && route.SeenTick >= tick);
    }

    /// <summary>Drops every route that <paramref name="wanted"/> does not name.</summary>
    public void Keep(Predicate<Route> wanted)
    {
        // In place: routes stand in the order of their keys and series, so what is kept only moves to the front.
        var (routes, kept, keys, series) = (_routes, 0, 0, 0);
        for (var i = 0; i < Count; i++)
        {
            var route = routes[i];
            (route.Next, route.Labelled) = (null, null);
            if (!wanted(route)) continue;
            KeyOf(route).CopyTo(_keys.AsSpan(keys));
            SeriesOf(route).CopyTo(_series.AsSpan(series));
            (route.KeyStart, route.SeriesStart) = (keys, series);
            (keys, series) = (keys + route.KeyLength, series + route.SeriesLength);
            routes[kept++] = route;
        }

        Array.Clear(routes, kept, Count - kept);
        (_last, Count, _keysLength, _seriesLength) = (new Route(), kept, keys, series);
        // What a flood made large is given back.
        if (_keys.Length > 1 << 16 && keys < _keys.Length / 4) Array.Resize(ref _keys, Math.Max(1 << 16, 2 * keys));
        Rehash(Math.Max(64, (int)BitOperations.RoundUpToPowerOf2((uint)(2 * (kept + 1)))));
    }

    void Rehash(int length)
    {
        _slots = new Slot[length];
        _shift = 64 - BitOperations.Log2((uint)length);
        for (var i = 0; i < Count; i++) Place(Hash(KeyOf(_routes[i])), _routes[i]);
    }

    void Place(ulong hash, Route route)
    {
        var mask = _slots.Length - 1;
        var i = (int)(hash >> _shift) & mask;
        while (_slots[i].Route is not null) i = (i + 1) & mask;
        _slots[i] = new() { Hash = (uint)hash, KeyStart = route.KeyStart, KeyLength = route.KeyLength, Route = route };
    }

    /// <summary>Multiply and fold over 8-byte words, the last one overlapping; the high bits choose the slot,
    /// the low ones are compared.</summary>
    static ulong Hash(ReadOnlySpan<byte> key)
    {
        const ulong K = 0x9E3779B97F4A7C15;
        ref var bytes = ref MemoryMarshal.GetReference(key);
        var length = key.Length;
        var a = (ulong)(uint)length * K;
        var b = ~a;
        var at = 0;
        for (; at + 16 <= length; at += 16)
        {
            a = Mix(a ^ Word(ref bytes, at));
            b = Mix(b ^ Word(ref bytes, at + 8));
        }

        if (length >= 8)
        {
            if (at + 8 <= length) a = Mix(a ^ Word(ref bytes, at));
            b = Mix(b ^ Word(ref bytes, length - 8));
        }
        else a = Mix(a ^ DecimalDigits.EightBytes(ref bytes, 0, length));
        return Mix(a ^ BitOperations.RotateLeft(b, 32));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static ulong Mix(ulong x)
        {
            x *= K;
            return x ^ (x >> 32);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static ulong Word(ref byte bytes, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, at));
    }

    /// <summary>One entry; empty without a route. The key's position stands here too,
    /// so that comparing it need not wait for the route.</summary>
    struct Slot
    {
        public Route? Route;
        public uint Hash;
        public int KeyStart;
        public int KeyLength;
    }
}
