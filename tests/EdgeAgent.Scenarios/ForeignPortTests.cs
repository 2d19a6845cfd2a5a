using System.IO.Ports;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The native binary at one end of a line and System.IO.Ports at the other: the serial code nobody here wrote.</summary>
public sealed class ForeignPortTests
{
    public static TheoryData<string> Kinds => [.. LineKind.All.Keys];

    [Theory, MemberData(nameof(Kinds))]
    public void Every_frame_a_foreign_port_sends_is_read(string name)
    {
        var kind = LineKind.All[name];
        using var workspace = new Workspace();
        using var cable = new Cable();
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure($$"""
              line:
                type: serial
                line: { path: {{cable.One}}, baud: 115200 }
                labels: { device: line }
                {{kind.Yaml}}
            """, ["line"])).Start();
        agent.WaitForStatus(s => s.Source().Text("state") == "reading", "the line open");
        using var port = new SerialPort(cable.Other, 115200) { WriteTimeout = 10_000 };
        port.Open();
        var sent = new List<double>();
        for (var n = 1; n <= 1000; n++)
        {
            var frame = kind.Frame(n);
            port.Write(frame, 0, frame.Length);
            sent.Add(n);
        }

        readings.WaitFor("line", v => v.Count == sent.Count, "every frame", agent);
        Assert.Equal(0, readings.Judge("line", sent));
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Fact]
    public void A_slave_behind_a_foreign_port_is_polled()
    {
        using var workspace = new Workspace();
        using var cable = new Cable();
        using var port = new SerialPort(cable.Other, 115200) { ReadTimeout = 50, WriteTimeout = 10_000 };
        port.Open();
        using var slave = new Slave(buffer =>
        {
            try
            {
                return port.Read(buffer.Array!, buffer.Offset, buffer.Count);
            }
            catch (TimeoutException)
            {
                return 0;
            }
        }, frame => port.Write(frame, 0, frame.Length));
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure($$"""
              bus:
                type: modbus
                line: { path: {{cable.One}}, baud: 115200 }
                answer_timeout: 2s
                units:
                  - { unit: 1, device: d1, interval: 10ms, registers: [{ metric: n, address: 0, type: u32 }] }
                  - { unit: 2, device: d2, interval: 10ms, registers: [{ metric: n, address: 0, type: u32 }] }
            """, ["bus"])).Start();
        foreach (var (device, unit) in new[] { ("d1", 1), ("d2", 2) })
        {
            readings.WaitFor(device, v => v.Count >= 100, $"a hundred readings of {device}", agent);
            readings.Judge(device, slave.Sent(unit));
        }

        var source = agent.Status().Source();
        Assert.Equal(0, source.Number("corrupt") + source.Number("timeouts"));
        agent.AssertNoErrors();
        agent.Stop();
    }
}
