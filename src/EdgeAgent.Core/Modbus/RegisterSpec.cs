using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Modbus;

/// <summary>One entry of <c>registers</c>.</summary>
public static class RegisterSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "register",
        Kind = ComponentKind.Section,
        Doc = "One value of a register map.",
        Example = "{ metric: voltage_l1, table: input, address: 0, type: f32, unit: V, min: 0, max: 500 }",
        Fields =
        [
            FieldSpec.Text("metric", "What it measures: the value of the label `metric`; for text the name of the label.")
                with { Required = true, Example = "voltage_l1", Syntax = Words.Name },
            FieldSpec.Enum("table", "Which of the four tables.",
                new("holding", RegisterTable.Holding, "Writable registers, function 3."),
                new("input", RegisterTable.Input, "Read-only registers, function 4."),
                new("coil", RegisterTable.Coil, "Writable bits, function 1."),
                new("discrete", RegisterTable.Discrete, "Read-only bits, function 2.")) with { Default = RegisterTable.Holding },
            FieldSpec.Integer("address", "Protocol address from 0: 40001 of a data sheet is `table: holding, address: 0`.", 0, 65535)
                with { Required = true },
            FieldSpec.Enum("type", "How registers make a value.",
                new("u16", RegisterType.U16, "Unsigned, 1 register."),
                new("i16", RegisterType.I16, "Signed, 1 register."),
                new("u32", RegisterType.U32, "Unsigned, 2 registers."),
                new("i32", RegisterType.I32, "Signed, 2 registers."),
                new("u64", RegisterType.U64, "Unsigned, 4 registers."),
                new("i64", RegisterType.I64, "Signed, 4 registers."),
                new("f32", RegisterType.F32, "IEEE 754, 2 registers."),
                new("f64", RegisterType.F64, "IEEE 754, 4 registers."),
                new("bcd16", RegisterType.Bcd16, "4 decimal digits."),
                new("bcd32", RegisterType.Bcd32, "8 decimal digits."),
                new("bcd64", RegisterType.Bcd64, "16 decimal digits."),
                new("text", RegisterType.Text, "ASCII, two characters a register: a serial number or firmware version. "
                        + "Read once after connecting; it becomes a label of every series of the unit, named by `metric`."))
                    with { Default = RegisterType.U16, DefaultDoc = "`u16`; a coil or discrete input is a bit" },
            OrderField("of the unit or profile"),
            FieldSpec.Integer("length", "`text`: its registers, up to the first NUL.", 1, 60)
                with { DefaultDoc = "none; needed for text", Unit = "registers" },
            FieldSpec.Integer("first_bit", "First bit of a bit field, 0 the lowest.", 0, 63) with { DefaultDoc = "the whole value" },
            FieldSpec.Integer("bit_count", "Bits of a bit field.", 1, 64) with { Default = 1L },
            FieldSpec.Factor("scale", "Factor from the raw to the physical value, as exact as decimals on paper.")
                with { Default = 1.0, Example = "0.1" },
            FieldSpec.Number("offset", "Added after scaling.") with { Default = 0.0 },
            FieldSpec.Text("unit", "Engineering unit, added as label `unit`.") with { DefaultDoc = "none", Example = "V" },
            FieldSpec.Number("min", "Lowest valid value; below it a reading is dropped and counted.") with { DefaultDoc = "none" },
            FieldSpec.Number("max", "Highest valid value.") with { DefaultDoc = "none" },
            FieldSpec.Duration("interval", "Poll interval of this value.", TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(7))
                with { DefaultDoc = "that of the unit" },
        ],
        Build = v => new RegisterSettings
        {
            Metric = v.Get<string>("metric"),
            Table = v.Get<RegisterTable>("table"),
            Address = v.Int("address"),
            Type = v.Get<RegisterTable>("table") is RegisterTable.Coil or RegisterTable.Discrete ? RegisterType.Bit
                : v.Get<RegisterType>("type"),
            Order = v.GetNullable<ByteOrder>("order"),
            LengthRegisters = (int)(v.GetNullable<long>("length") ?? 1),
            FirstBit = (int?)v.GetNullable<long>("first_bit"),
            BitCount = v.Int("bit_count"),
            Scale = v.Get<double>("scale"),
            Offset = v.Get<double>("offset"),
            Unit = v.GetOrNull<string>("unit"),
            Min = v.GetNullable<double>("min") ?? double.NegativeInfinity,
            Max = v.GetNullable<double>("max") ?? double.PositiveInfinity,
            Interval = v.GetNullable<TimeSpan>("interval"),
        },
        Check = Check,
    };

    /// <summary>The key <c>order</c>.</summary>
    public static FieldSpec OrderField(string otherwise) =>
        FieldSpec.Enum("order", "Order of bytes in registers; A is the most significant of 32 bits.",
            new("abcd", ByteOrder.Abcd, "High word first, as the specification says."),
            new("cdab", ByteOrder.Cdab, "Low word first."),
            new("badc", ByteOrder.Badc, "High word first, bytes of each word swapped."),
            new("dcba", ByteOrder.Dcba, "Little-endian throughout.")) with { DefaultDoc = otherwise };

    /// <summary>Labels every Modbus reading can have.</summary>
    public static readonly string[] Labels = [LabelSet.Metric, "device", "unit"];

    /// <summary>Adds findings about registers that cannot be read together: two of one metric, or ranges that overlap in part.</summary>
    internal static void CheckMap(IReadOnlyList<SpecValue> items, FindingList findings)
    {
        var seen = new List<(RegisterSettings Register, SpecValue At)>();
        foreach (var item in items)
        {
            if (item.Nested?.Settings is not RegisterSettings r) continue;
            foreach (var (other, at) in seen)
            {
                if (other.Metric == r.Metric)
                    findings.Add(FindingCodes.BadCount, item.At, item.Path,
                        $"metric {r.Metric} is also in line {at.At.Line}. Give each its own name.");
                else if (other.Table == r.Table && r.Address != other.Address && r.Address < other.Address + other.Width
                    && other.Address < r.Address + r.Width)
                    findings.Add(FindingCodes.BadCount, item.At, item.Path,
                        $"registers {r.Address} to {r.Address + r.Width - 1} overlap {other.Metric} in line {at.At.Line} ({other.Address} "
                            + $"to {other.Address + other.Width - 1}). Check address and type.");
            }

            seen.Add((r, item));
        }
    }

    static void Check(SpecValues v, FindingList findings)
    {
        CheckPlace(v, findings);
        CheckText(v, findings);
        if (v.TryGet("type", out RegisterType type) && v.Find("first_bit") is { Value: long first } bits
            && v.TryGet("bit_count", out long count))
        {
            var register = new RegisterSettings { Metric = "", Address = 0, Type = IsBit(v) ? RegisterType.Bit : type };
            if (type is RegisterType.F32 or RegisterType.F64 or RegisterType.Bcd16 or RegisterType.Bcd32 or RegisterType.Bcd64)
                findings.Add(FindingCodes.Exclusive, bits.KeyAt, bits.Path, "bit fields are of whole numbers. Use a type such as u16.");
            else if (first + count > 16 * register.Width)
                findings.Add(FindingCodes.OutOfRange, bits.At, bits.Path,
                    $"bits {first} to {first + count - 1} of a value with {16 * register.Width} bits. Use a lower bit or a wider type.");
        }

        if (v.TryGet("min", out double min) && v.TryGet("max", out double max) && min > max)
            findings.Add(FindingCodes.OutOfRange, v.Find("min")!.At, v.Find("min")!.Path, "`min` is above `max`. Swap them.");
    }

    /// <summary>Adds findings about one register's place and type.</summary>
    internal static void CheckPlace(SpecValues v, FindingList findings)
    {
        foreach (var key in new[] { "type", "order", "first_bit" })
            if (IsBit(v) && v.Spec.Field(key) is not null && v.Find(key) is { } extra)
                findings.Add(FindingCodes.Exclusive, extra.KeyAt, extra.Path,
                    $"a coil or discrete input is one bit and has no `{key}`. Remove it.");
        if (!v.TryGet("type", out RegisterType type)) return;
        var length = v.Spec.Field("length") is null ? 1 : (int)(v.GetNullable<long>("length") ?? 1);
        var register =
            new RegisterSettings { Metric = "", Address = 0, Type = IsBit(v) ? RegisterType.Bit : type, LengthRegisters = length };
        if (v.TryGet("address", out long address) && address + register.Width > 65536)
            findings.Add(FindingCodes.OutOfRange, v.Find("address")!.At, v.Find("address")!.Path,
                $"{register.Width} registers from {address} end past 65535. Check address and type.");
    }

    static void CheckText(SpecValues v, FindingList findings)
    {
        var isText = !IsBit(v) && v.TryGet("type", out RegisterType type) && type == RegisterType.Text;
        if (!isText)
        {
            if (v.Find("length") is { } length)
                findings.Add(FindingCodes.Exclusive, length.KeyAt, length.Path,
                    "`length` is for `type: text`; other types have their own. Remove it.");
            return;
        }

        if (!v.Has("length")) findings.Add(FindingCodes.MissingKey, v.At, v.Path, "`length` is missing: how many registers the text has.");
        foreach (var key in new[] { "first_bit", "bit_count", "scale", "offset", "unit", "min", "max", "interval" })
            if (v.Find(key) is { } extra)
                findings.Add(FindingCodes.Exclusive, extra.KeyAt, extra.Path,
                    $"`{key}` has no meaning for text, which is read once and becomes a label. Remove it.");
        if (v.Find("metric") is not { Value: string label } at) return;
        if (Labels.Contains(label))
            findings.Add(FindingCodes.BadText, at.At, at.Path,
                $"text becomes a label, and `{label}` is one that Modbus readings have already. Use another name.");
        else if (Words.Label(label) is { } failure)
            findings.Add(FindingCodes.BadText, at.Inside(failure.Offset), at.Path,
                $"text becomes a label of this name: {failure.Message}.");
    }

    static bool IsBit(SpecValues v) => v.TryGet("table", out RegisterTable table) && table is RegisterTable.Coil or RegisterTable.Discrete;
}
