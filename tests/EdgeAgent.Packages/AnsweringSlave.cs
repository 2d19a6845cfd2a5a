using EdgeAgent.Native.Serial;

namespace EdgeAgent.Packages;

/// <summary>The far end of a line: answers every request at once with bytes of a length.</summary>
sealed class AnsweringSlave : IDisposable
{
    readonly PseudoTerminal _pty = new();
    readonly Thread _thread;
    volatile bool _ended;

    public AnsweringSlave(int requestBytes, int answerBytes)
    {
        _thread = new Thread(() => Serve(requestBytes, new byte[answerBytes])) { IsBackground = true };
        _thread.Start();
    }

    public string Path => _pty.Path;

    public void Dispose()
    {
        _ended = true;
        _thread.Join();
        _pty.Dispose();
    }

    void Serve(int requestBytes, byte[] answer)
    {
        var buffer = new byte[256];
        var have = 0;
        while (!_ended)
        {
            have += Math.Max(0, _pty.Read(buffer, 50_000_000));
            for (; have >= requestBytes; have -= requestBytes) _pty.Write(answer);
        }
    }
}
