using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>What lies between broker and agent: counts messages and acknowledgements that pass, and cuts connections at chosen counts, in
/// one of several ways and at any byte.</summary>
/// <remarks>
/// The ways, by the seed: a reset or an orderly end after a part of what one side sent; a reset after a few more bytes of acknowledgements;
/// acknowledgements swallowed for up to 400 ms before a reset; messages held up while acknowledgements pass, then a reset. Each connection
/// has two threads; counts are of all connections together.
/// </remarks>
sealed class Wire : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Lock _lock = new();
    readonly Queue<long> _cutsAtPublishes;
    readonly Queue<long> _cutsAtAcknowledgements;
    readonly Random _random;
    readonly int _target;
    long _publishes;
    long _repeats;
    long _acknowledgements;
    long _steps;
    int _connections;
    int _cuts;
    (long At, int Connection)? _fault;
    volatile Line? _last;
    volatile byte[]? _hello; // what the last connection began with: CONNECT
    bool _isSwallowing;

    /// <summary>Listens for connections to a broker on the loopback; cuts when the counts get to the <paramref name="cuts"/>.</summary>
    public Wire(int target, int seed, IReadOnlyList<WireCount>? cuts = null)
    {
        (_target, _random) = (target, new Random(seed));
        _cutsAtPublishes = new((cuts ?? []).Where(c => !c.IsOfAcknowledgements).Select(c => c.At).Order());
        _cutsAtAcknowledgements = new((cuts ?? []).Where(c => c.IsOfAcknowledgements).Select(c => c.At).Order());
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>Where to connect.</summary>
    public int Port { get; }

    /// <summary>PUBLISH packets that came from the broker.</summary>
    public long Publishes => Interlocked.Read(ref _publishes);

    /// <summary>Those with DUP.</summary>
    public long Repeats => Interlocked.Read(ref _repeats);

    /// <summary>PUBACK and PUBREC packets that came from the agent.</summary>
    public long Acknowledgements => Interlocked.Read(ref _acknowledgements);

    /// <summary>Packets of both sides, apart from PINGREQ and PINGRESP.</summary>
    public long Steps => Interlocked.Read(ref _steps);

    /// <summary>Whether a count has been reached.</summary>
    public bool HasReached(WireCount count) => (count.IsOfAcknowledgements ? Acknowledgements : Publishes) >= count.At;

    /// <summary>Connections made.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Connections cut.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>Longest time from a fault to the next message.</summary>
    public TimeSpan LongestRecovery { get; private set; }

    /// <summary>Whether what agents send is swallowed.</summary>
    public bool IsSwallowing
    {
        get => Volatile.Read(ref _isSwallowing);
        set => Volatile.Write(ref _isSwallowing, value);
    }

    /// <summary>Resets the last connection made.</summary>
    public void Cut()
    {
        Interlocked.Increment(ref _cuts);
        NoteFault();
        _last?.Reset();
    }

    /// <summary>Sends the broker the CONNECT of the last connection once more and closes at once, as a client that gave up.</summary>
    public void ConnectAndGo()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, _target);
        SendAll(socket, _hello);
    }

    /// <summary>Notes a fault from now on; with <paramref name="ends"/> only a message of a later connection ends it.</summary>
    public void NoteFault(bool ends = true)
    {
        lock (_lock) _fault ??= (Environment.TickCount64, ends ? _connections + 1 : 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    void Accept()
    {
        try
        {
            while (true)
            {
                var agent = _listener.AcceptSocket();
                new Thread(() => Serve(agent)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
    }

    void Serve(Socket agent)
    {
        var broker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        agent.NoDelay = true;
        try
        {
            broker.Connect(IPAddress.Loopback, _target);
        }
        catch (SocketException)
        {
            agent.Dispose();
            return;
        }

        var line = new Line(agent, broker, Interlocked.Increment(ref _connections));
        _last = line;
        var up = new Thread(() => CopyUp(line)) { IsBackground = true };
        up.Start();
        CopyDown(line);
        up.Join();
        agent.Dispose();
        broker.Dispose();
    }

    void CopyDown(Line line)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (line.Broker.Receive(buffer.AsSpan(0, line.ReadSize)) is var n and > 0)
            {
                Count(line, buffer.AsSpan(0, n));
                if (NextCut(_cutsAtPublishes, Publishes) is { } cut)
                {
                    CutNow(line, cut, buffer.AsSpan(0, n));
                    return;
                }

                SendAll(line.Agent, buffer.AsSpan(0, n));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other direction ended it.
        }

        line.End();
    }

    void CopyUp(Line line)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (line.Agent.Receive(buffer) is var n and > 0)
            {
                if (line.Up.Steps == 0) _hello = buffer[..n];
                var (before, steps) = (line.Up.Acknowledgements, line.Up.Steps);
                line.Up.Take(buffer.AsSpan(0, n));
                var passed = Interlocked.Add(ref _acknowledgements, line.Up.Acknowledgements - before);
                Interlocked.Add(ref _steps, line.Up.Steps - steps);
                if (IsSwallowing || line.IsSwallowing) continue;
                if (line.MostUp < 0 && NextCut(_cutsAtAcknowledgements, passed) is { } cut)
                {
                    SendAll(line.Broker, buffer.AsSpan(0, (int)(cut.Part * n)));
                    // Messages still come meanwhile.
                    if (cut.Way is 3 or 4) line.Ended.Wait(cut.Milliseconds);
                    Interlocked.Increment(ref _cuts);
                    NoteFault();
                    if (cut.Way == 1) line.End();
                    else line.Reset();
                    return;
                }

                SendAll(line.Broker, buffer.AsSpan(0, line.MostUp < 0 ? n : Math.Min(n, line.MostUp)));
                if (line.MostUp < 0) continue;
                line.Reset();
                return;
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other direction ended it.
        }

        line.End();
    }

    // A cut and how: 0 and 1 in what the broker sends, 2 in what the agent sends, 3 swallows acknowledgements first,
    // 4 holds messages up first.
    (int Way, double Part, int Milliseconds)? NextCut(Queue<long> cutsAt, long passed)
    {
        lock (_lock)
        {
            if (!cutsAt.TryPeek(out var at) || passed < at) return null;
            cutsAt.Dequeue();
            return (_random.Next(5), _random.NextDouble(), _random.Next(20, 400));
        }
    }

    void CutNow(Line line, (int Way, double Part, int Milliseconds) cut, Span<byte> bytes)
    {
        var part = bytes[..(int)(cut.Part * bytes.Length)];
        switch (cut.Way)
        {
            case 2:
                line.MostUp = (int)(cut.Part * 40);
                SendAll(line.Agent, bytes);
                line.Ended.Wait(cut.Milliseconds);
                break;
            case 3:
                line.IsSwallowing = true;
                SendAll(line.Agent, bytes);
                Forward(line, cut.Milliseconds);
                break;
            case 4:
                line.Ended.Wait(cut.Milliseconds);
                SendAll(line.Agent, part);
                break;
            default:
                SendAll(line.Agent, part);
                break;
        }

        Interlocked.Increment(ref _cuts);
        NoteFault();
        if (cut.Way == 1) line.End();
        else line.Reset();
    }

    // What the broker sends while it gets no acknowledgements.
    void Forward(Line line, int milliseconds)
    {
        var buffer = new byte[64 * 1024];
        var until = Environment.TickCount64 + milliseconds;
        while (until - Environment.TickCount64 is var left and > 0)
        {
            if (!line.Broker.Poll((int)left * 1000, SelectMode.SelectRead) || line.Broker.Receive(buffer) is not (var n and > 0)) return;
            Count(line, buffer.AsSpan(0, n));
            SendAll(line.Agent, buffer.AsSpan(0, n));
        }
    }

    void Count(Line line, ReadOnlySpan<byte> bytes)
    {
        var (publishes, repeats, steps) = (line.Down.Publishes, line.Down.Repeats, line.Down.Steps);
        line.Down.Take(bytes);
        Interlocked.Add(ref _steps, line.Down.Steps - steps);
        if (line.Down.Publishes == publishes) return;
        Interlocked.Add(ref _repeats, line.Down.Repeats - repeats);
        Interlocked.Add(ref _publishes, line.Down.Publishes - publishes);
        EndFault(line.Number);
    }

    void EndFault(int connection)
    {
        lock (_lock)
        {
            if (_fault is not { } fault || connection < fault.Connection) return;
            var took = TimeSpan.FromMilliseconds(Environment.TickCount64 - fault.At);
            if (took > LongestRecovery) LongestRecovery = took;
            _fault = null;
        }
    }

    static void SendAll(Socket to, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[to.Send(bytes)..];
    }

    sealed class Line(Socket agent, Socket broker, int number)
    {
        // Changing sizes, so that packets are torn everywhere.
        readonly Random _sizes = new(number);

        public Socket Agent => agent;

        public Socket Broker => broker;

        public int Number => number;

        public ManualResetEventSlim Ended { get; } = new();

        public int ReadSize => _sizes.Next(4096, 65_536);

        public PacketCount Down;

        public PacketCount Up;

        public volatile bool IsSwallowing;

        /// <summary>Bytes of the agent that still pass before a reset; negative for no end.</summary>
        public volatile int MostUp = -1;

        public void Reset()
        {
            Ended.Set();
            agent.Close(0);
            broker.Close(0);
        }

        public void End()
        {
            Ended.Set();
            foreach (var socket in (Socket[])[agent, broker])
            {
                try
                {
                    socket.Shutdown(SocketShutdown.Both);
                }
                catch (Exception error) when (error is SocketException or ObjectDisposedException)
                {
                    // Already gone.
                }
            }
        }
    }
}
