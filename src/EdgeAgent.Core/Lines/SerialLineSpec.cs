using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Lines;

/// <summary>The <c>line</c> section of serial sources.</summary>
public static class SerialLineSpec
{
    static readonly ComponentSpec Rs485 = new()
    {
        Name = "rs485",
        Kind = ComponentKind.Section,
        Doc = "RS-485 switched by the driver (`TIOCSRS485`). Leave it out for adapters that switch by themselves, as most on USB do.",
        Fields =
        [
            FieldSpec.Enum("rts_on_send", "Level of RTS while sending.", new("high", true, "High."), new("low", false, "Low."))
                with { Default = true },
            FieldSpec.Boolean("receive_while_sending", "Whether what is sent is also received.", otherwise: false),
            FieldSpec.Duration("delay_before_send", "From RTS to the first bit.", TimeSpan.Zero, TimeSpan.FromMilliseconds(100))
                with { Default = TimeSpan.Zero },
            FieldSpec.Duration("delay_after_send", "From the last bit to RTS off.", TimeSpan.Zero, TimeSpan.FromMilliseconds(100))
                with { Default = TimeSpan.Zero },
        ],
        Build = v => new Rs485Settings
        {
            RtsOnSend = v.Get<bool>("rts_on_send"),
            ReceiveWhileSending = v.Get<bool>("receive_while_sending"),
            DelayBeforeSend = v.Get<TimeSpan>("delay_before_send"),
            DelayAfterSend = v.Get<TimeSpan>("delay_after_send"),
        },
    };

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "line",
        Kind = ComponentKind.Section,
        Doc = "A serial port and its settings.",
        Example = "line: { path: /dev/serial/by-id/usb-FTDI_USB-RS485_Cable_FT1234-if00-port0, baud: 9600, parity: even }",
        Fields =
        [
            FieldSpec.Of(FieldType.Path, "path", "Device path; one under `/dev/serial/by-id` stays the same over renumbering.")
                with { Required = true, Use = PathUse.Device, Example = "/dev/ttyUSB0" },
            FieldSpec.Integer("baud", "Bits per second; any number the driver takes.", 50, 12_000_000) with { Default = 9600L },
            FieldSpec.Integer("data_bits", "Data bits.", 5, 8) with { Default = 8L },
            FieldSpec.Enum("parity", "Parity.",
                new("none", LineParity.None, "No parity bit."),
                new("even", LineParity.Even, "Even."),
                new("odd", LineParity.Odd, "Odd."),
                new("mark", LineParity.Mark, "Always one."),
                new("space", LineParity.Space, "Always zero.")) with { Default = LineParity.None },
            FieldSpec.Integer("stop_bits", "Stop bits.", 1, 2) with { Default = 1L },
            FieldSpec.Enum("flow", "Flow control.",
                new("none", LineFlow.None, "None."),
                new("rts_cts", LineFlow.RtsCts, "By RTS and CTS."),
                new("xon_xoff", LineFlow.XonXoff, "By XON and XOFF characters; for text only.")) with { Default = LineFlow.None },
            FieldSpec.Nested("rs485", "RS-485 by the driver.", Rs485) with { DefaultDoc = "off" },
            FieldSpec.Duration("inter_byte_timeout", "Silence after which a started frame is given up.", TimeSpan.FromMilliseconds(1),
                TimeSpan.FromMinutes(1)) with { DefaultDoc = "none" },
        ],
        Build = v => new SerialLineSettings
        {
            Path = v.Get<string>("path"),
            Baud = v.Int("baud"),
            DataBits = v.Int("data_bits"),
            Parity = v.Get<LineParity>("parity"),
            StopBits = v.Int("stop_bits"),
            Flow = v.Get<LineFlow>("flow"),
            Rs485 = v.Nested<Rs485Settings>("rs485"),
            InterByteTimeout = v.GetNullable<TimeSpan>("inter_byte_timeout"),
        },
        Check = static (v, findings) =>
        {
            if (v.Find("rs485") is { } rs485 && v.TryGet("flow", out LineFlow flow) && flow == LineFlow.RtsCts)
                findings.Add(FindingCodes.Exclusive, rs485.KeyAt, rs485.Path,
                    "RS-485 uses RTS for its direction, so `flow: rts_cts` cannot. Remove one of them.");
        },
    };
}
