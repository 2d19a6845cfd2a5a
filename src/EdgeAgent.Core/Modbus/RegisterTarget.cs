using System.Globalization;

namespace EdgeAgent.Core.Modbus;

/// <summary>A write with everything resolved: the unit, the register and its byte order.</summary>
/// <param name="Unit">Unit id.</param>
/// <param name="Register">Where and how.</param>
/// <param name="Order">Order where the register names none.</param>
/// <param name="Settings">The entry it comes from.</param>
public sealed record RegisterTarget(byte Unit, RegisterSettings Register, ByteOrder Order, RegisterWriteSettings Settings)
{
    /// <summary>The target of a write among units whose profiles are applied.</summary>
    /// <param name="write">The entry.</param>
    /// <param name="units">The source's units, resolved.</param>
    /// <param name="failure">What is wrong, as a sentence; empty when it is found.</param>
    public static RegisterTarget? Find(RegisterWriteSettings write, IEnumerable<ModbusUnitSettings> units, out string failure)
    {
        failure = "";
        if (units.FirstOrDefault(u => u.Device == write.Device) is not { } unit)
        {
            failure = $"no unit of this source has the device `{write.Device}`.";
            return null;
        }

        // A unit's own registers stand behind its profile's and go before them.
        if ((write.Register ?? unit.Registers.LastOrDefault(r => r.Metric == write.Metric)) is not { } register)
        {
            failure = $"{write.Device} has no metric `{write.Metric}`. Name one of its registers or its profile's, or give `register`.";
            return null;
        }

        failure = register switch
        {
            { Table: RegisterTable.Input or RegisterTable.Discrete } =>
                "input registers and discrete inputs cannot be written. Use a holding register or a coil.",
            { Type: RegisterType.Text } => "text cannot be written. Use a number or a coil.",
            { FirstBit: not null } =>
                "a bit field shares its register with others and cannot be written alone. Give the whole register by `register`.",
            _ => "",
        };
        if (failure.Length > 0) return null;
        var target = new RegisterTarget((byte)unit.Unit, register, unit.Order, write);
        foreach (var limit in new[] { write.Min, write.Max })
            if (!target.TryEncode(limit, new byte[8]))
                failure = register.IsBits
                    ? FormattableString.Invariant($"{limit} is no state of a coil. Use 0 and 1, or leave out `min` and `max`.")
                    : string.Create(CultureInfo.InvariantCulture, $"{limit} does not fit {register.Type.ToString().ToLowerInvariant()} "
                        + $"with scale {register.Scale} and offset {register.Offset}. Use other limits or another type.");
        return failure.Length > 0 ? null : target;
    }

    /// <summary>The request that writes <paramref name="value"/>; false when it does not fit the type.</summary>
    /// <param name="value">Physical value.</param>
    /// <param name="request">The request, with data of its own.</param>
    /// <param name="written">The value as the register holds it.</param>
    public bool TryWrite(double value, out ModbusRequest request, out double written)
    {
        var data = new byte[Register.IsBits ? 1 : 2 * Register.Width];
        (request, written) = (default, 0);
        if (!TryEncode(value, data)) return false;
        var function = Register.IsBits
            ? Settings.Multiple ? ModbusFunction.WriteCoils : ModbusFunction.WriteCoil
            : Register.Width > 1 || Settings.Multiple ? ModbusFunction.WriteRegisters : ModbusFunction.WriteRegister;
        request = new(Unit, function, (ushort)Register.Address, (ushort)Register.Width, data);
        Format.Read(data, 0, out written);
        return true;
    }

    /// <summary>The request that reads it back.</summary>
    public ModbusRequest ReadBack => new(Unit, PollPlan.ReadFunction(Register.Table), (ushort)Register.Address, (ushort)Register.Width);

    /// <summary>How its data are read.</summary>
    public RegisterFormat Format => new(Register with { Min = double.NegativeInfinity, Max = double.PositiveInfinity }, Order);

    bool TryEncode(double value, Span<byte> data)
    {
        if (!Register.IsBits) return RegisterEncoder.TryEncode(Register, Order, value, data);
        data[0] = (byte)value;
        return value is 0 or 1;
    }
}
