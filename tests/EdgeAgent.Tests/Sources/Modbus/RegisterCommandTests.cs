using System.Collections.Concurrent;
using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Commands;
using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Flow;
using EdgeAgent.Native.Serial;
using EdgeAgent.Sources.Commands;
using EdgeAgent.Sources.Modbus;
using EdgeAgent.Sources.Wires;
using EdgeAgent.Status;
using Xunit;

namespace EdgeAgent.Tests.Sources.Modbus;

/// <summary>Commands among polls, on a pseudo terminal with a slave that writes down what it is asked.</summary>
public sealed class RegisterCommandTests : IDisposable
{
    const int Registers = 200;
    readonly PseudoTerminal _pty = new();
    readonly ModbusSlave _slave = new(Registers);
    readonly BlockingCollection<CommandAnswer?> _answers = [];
    readonly List<byte[]> _asked = [];
    readonly CancellationTokenSource _stop = new();
    readonly CommandInbox _inbox;
    readonly ModbusPoller _poller;
    readonly Thread _slaveThread;
    readonly Thread _pollThread;
    Exception? _lost;
    volatile bool _ended;

    public RegisterCommandTests()
    {
        var clock = new SystemClock(alwaysTrusted: true);
        var log = new LogLines(clock).Limiter;
        var level = new RegisterSettings { Metric = "", Address = 100, Type = RegisterType.U16 };
        RegisterWriteSettings Write(string name, string device, RegisterSettings register) =>
            new() { Name = name, Device = device, Register = register, Min = 0, Max = 1000 };
        var commands = new CommandsSettings
        {
            Broker = new BrokerSettings { Host = "h", Port = 1883 },
            Topic = "c",
            Answers = "a",
            Rules = new CommandRules
            {
                Writes =
                [
                    Write("level", "one", level), Write("dead", "dead", level), Write("beyond", "one", level with { Address = 300 }),
                    Write("stubborn", "one", level with { Address = 50 }),
                    new RegisterWriteSettings { Name = "pump", Device = "one", Metric = "pump", Max = 1, Verify = false },
                ],
            },
        };
        RegisterSettings[] map =
        [
            new() { Metric = "x", Address = 0 },
            new() { Metric = "pump", Table = RegisterTable.Coil, Address = 3, Type = RegisterType.Bit },
        ];
        var settings = new ModbusSourceSettings
        {
            Name = "bus",
            Line = new SerialLineSettings { Path = _pty.Path, Baud = 115200 },
            AnswerTimeout = TimeSpan.FromMilliseconds(150),
            Units =
            [
                new() { Unit = 1, Device = "one", Interval = TimeSpan.FromMilliseconds(1), Registers = map },
                new() { Unit = 9, Device = "dead", Interval = TimeSpan.FromDays(1), Registers = [] },
            ],
            Commands = commands,
        };
        _inbox = new CommandInbox("bus", commands.Rules, clock, log) { Finished = (_, answer) => _answers.Add(answer) };
        var series = new SeriesTable(100);
        _poller = new ModbusPoller(settings, new SourceFeed(0, [], clock, null!, new Tap(series, ["bus"])), series, clock, log, _inbox);
        _inbox.Wake = _poller.Wake;
        _slaveThread = new Thread(Answer);
        _slaveThread.Start();
        var opened = new ManualResetEventSlim();
        _pollThread = new Thread(() =>
        {
            try
            {
                _poller.Serve(opened.Set, () => { }, _stop.Token);
            }
            catch (WireException e)
            {
                _lost = e;
            }
        });
        _pollThread.Start();
        Assert.True(opened.Wait(30_000));
        Until(() => Asked().Count > 5);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _poller.Wake();
        _pollThread.Join();
        _ended = true;
        _pty.Wake.Set();
        _slaveThread.Join();
        _pty.Dispose();
    }

    [Fact]
    public void A_write_is_done_and_read_back_and_polls_have_their_turn_between()
    {
        var before = Asked().Count;
        for (var i = 0; i < 5; i++) Command(i, "level", 10 + i);
        for (var i = 0; i < 5; i++)
            Assert.Equal((CommandResult.Done, 10.0 + i, 10.0 + i), Next() is var a ? (a.Result, a.Written, a.ReadBack) : default);
        Assert.Equal(14, _slave.Registers(RegisterTable.Holding, 100)[1]);
        var after = Asked()[before..];
        bool IsPoll(byte[] frame) => frame[1] is 3 or 1 && frame[3] < 100;
        Assert.InRange(after.FindIndex(f => !IsPoll(f)), 0, 2);
        var last = after.FindLastIndex(f => !IsPoll(f));
        for (var i = 1; i <= last; i++) Assert.True(IsPoll(after[i]) || IsPoll(after[i - 1]), $"two commands in a row at {i}");
        Assert.Equal(5, after.Count(f => f[1] == 6));
    }

    [Fact]
    public void A_dead_unit_a_refusal_and_a_value_that_does_not_stay_are_told_apart()
    {
        Command(1, "dead", 7);
        var dead = Next();
        Assert.Equal(CommandResult.Unknown, dead.Result);
        Assert.Contains("did not answer in time; it may have been carried out", dead.Error, StringComparison.Ordinal);
        Command(2, "beyond", 7);
        var beyond = Next();
        Assert.Equal((CommandResult.Failed, "the device refuses: illegal data address"), (beyond.Result, beyond.Error));
        Command(3, "stubborn", 7);
        var stubborn = Next();
        Assert.Equal((CommandResult.Failed, 42.0), (stubborn.Result, stubborn.ReadBack));
        Command(4, "pump", 1);
        Assert.Equal((CommandResult.Done, null), Next() is var pump ? (pump.Result, pump.ReadBack) : default);
        Assert.True(_slave.Bits(RegisterTable.Coil)[3]);
        Assert.Single(Asked(), f => f[0] == 9);
        var count = Asked().Count;
        Until(() => Asked().Count > count + 5);
    }

    [Fact]
    public void A_wire_that_is_lost_answers_what_waits_and_refuses_what_comes()
    {
        _ended = true;
        _pty.Wake.Set();
        _slaveThread.Join();
        Command(1, "level", 7);
        Command(2, "level", 8);
        _pty.Dispose();
        Assert.NotEqual(CommandResult.Done, Next().Result);
        Assert.NotEqual(CommandResult.Done, Next().Result);
        _pollThread.Join();
        Assert.IsType<WireException>(_lost);
        Command(3, "level", 9);
        Assert.Contains("was lost", Next().Error, StringComparison.Ordinal);
    }

    void Command(int id, string write, double value) =>
        _inbox.Receive(Encoding.UTF8.GetBytes($$"""{"id":{{id}},"write":"{{write}}","value":{{value}}}"""), false,
            new CommandRoute(this, 0, [], "a"));

    CommandAnswer Next() => _answers.TryTake(out var answer, 30_000) ? answer! : throw new TimeoutException("no answer");

    List<byte[]> Asked()
    {
        lock (_asked) return [.. _asked];
    }

    static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, 30_000));

    void Answer()
    {
        var received = new byte[1024];
        var frame = new byte[RtuCodec.MaxBytes];
        var kept = 0;
        while (!_ended)
        {
            var n = _pty.Read(received.AsSpan(kept), 1_000_000_000);
            if (n <= 0) continue;
            kept += n;
            while (RtuRequestReader.TryFind(received.AsSpan(0, kept), out var start, out var length, out _))
            {
                var request = received.AsSpan(start, length).ToArray();
                lock (_asked) _asked.Add(request);
                frame[0] = request[0];
                var answerBytes = RtuCodec.Seal(frame, 1 + _slave.Answer(request.AsSpan()[1..^2], frame.AsSpan(1)));
                _slave.Registers(RegisterTable.Holding, 50)[1] = 42;
                if (request[0] == 1) _pty.Write(frame.AsSpan(0, answerBytes));
                received.AsSpan(start + length, kept - start - length).CopyTo(received);
                kept -= start + length;
            }
        }
    }
}
