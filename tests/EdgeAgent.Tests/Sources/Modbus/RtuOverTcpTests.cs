using System.Net;
using System.Net.Sockets;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Sources.Modbus;
using Xunit;

namespace EdgeAgent.Tests.Sources.Modbus;

/// <summary>RTU frames over TCP, as a serial device server passes them on.</summary>
public sealed class RtuOverTcpTests
{
    [Fact]
    public void Questions_are_answered_and_late_bytes_thrown_away()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = new Thread(() =>
        {
            using var socket = listener.AcceptSocket();
            var slave = new ModbusSlave();
            slave.Registers(RegisterTable.Holding, 5)[1] = 42;
            var (bytes, frame, kept) = (new byte[512], new byte[RtuCodec.MaxBytes], 0);
            while (socket.Receive(bytes.AsSpan(kept)) is > 0 and var n)
            {
                kept += n;
                while (RtuRequestReader.TryFind(bytes.AsSpan(0, kept), out var start, out var length, out _))
                {
                    frame[0] = bytes[start];
                    var answerBytes = RtuCodec.Seal(frame, 1 + slave.Answer(bytes.AsSpan(start + 1, length - 3), frame.AsSpan(1)));

                    // Unit 2 does not answer, but leaves noise.
                    socket.Send(frame[0] == 2 ? [0xFF, 0x00, 0x02] : frame.AsSpan(0, answerBytes));
                    kept -= start + length;
                }
            }
        });
        server.Start();
        var settings = new ModbusSourceSettings
        {
            Name = "m",
            Host = "127.0.0.1",
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            RtuOverTcp = true,
            AnswerTimeout = TimeSpan.FromMilliseconds(200),
            Units = [],
        };
        using (var master = ModbusMaster.Open(settings, new SystemClock()))
        {
            Assert.Equal(AnswerStatus.Ok, master.Ask(new(1, ModbusFunction.ReadHoldingRegisters, 5, 1)).Status);
            Assert.Equal([0, 42], master.Data.ToArray());
            Assert.Equal(AnswerStatus.Corrupt, master.Ask(new(2, ModbusFunction.ReadHoldingRegisters, 5, 1)).Status);
            Assert.Equal(AnswerStatus.Exception, master.Ask(new(1, ModbusFunction.ReadHoldingRegisters, 65535, 2)).Status);
            Assert.Equal(AnswerStatus.Ok, master.Ask(new(1, ModbusFunction.WriteRegister, 5, 1, new byte[] { 1, 2 })).Status);
        }

        server.Join();
    }
}
