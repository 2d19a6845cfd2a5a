namespace EdgeAgent.Core.Modbus;

/// <summary>Merges the registers of a unit into as few reads as its limits allow.</summary>
public static class PollPlan
{
    /// <summary>Plans the reads of one unit: per table and interval, in order of address.</summary>
    /// <param name="unit">The unit.</param>
    /// <returns>Reads that together hold every value exactly once. Values are never split over two reads, and no read
    /// touches an unnamed gap longer than <see cref="ModbusUnitSettings.MaxGap"/>.</returns>
    public static IReadOnlyList<PlannedRead> For(ModbusUnitSettings unit)
    {
        var reads = new List<PlannedRead>();
        foreach (var group in unit.Registers.GroupBy(r => (r.Table, Interval: IntervalOf(unit, r)))
                     .OrderBy(g => g.Key.Interval).ThenBy(g => g.Key.Table))
        {
            var sorted = group.OrderBy(r => r.Address).ThenBy(r => r.Width).ToList();
            for (var from = 0; from < sorted.Count;)
            {
                var end = sorted[from].Address + sorted[from].Width;
                var to = from + 1;
                for (; to < sorted.Count && CanJoin(unit, sorted[from], end, sorted[to]); to++)
                    end = Math.Max(end, sorted[to].Address + sorted[to].Width);
                reads.Add(Read(unit, sorted[from..to], end, group.Key.Interval));
                from = to;
            }
        }

        return reads;
    }

    /// <summary>The function that reads a table.</summary>
    public static ModbusFunction ReadFunction(RegisterTable table) => table switch
    {
        RegisterTable.Coil => ModbusFunction.ReadCoils,
        RegisterTable.Discrete => ModbusFunction.ReadDiscreteInputs,
        RegisterTable.Input => ModbusFunction.ReadInputRegisters,
        _ => ModbusFunction.ReadHoldingRegisters,
    };

    static TimeSpan IntervalOf(ModbusUnitSettings unit, RegisterSettings r) =>
        r.Type == RegisterType.Text ? TimeSpan.Zero : r.Interval ?? unit.Interval;

    static bool CanJoin(ModbusUnitSettings unit, RegisterSettings first, int end, RegisterSettings next)
    {
        var limit = first.IsBits ? Math.Min(16 * unit.MaxRegisters, ModbusPdu.MaxReadBits) : unit.MaxRegisters;
        var gap = next.Address - end;
        return gap <= (first.IsBits ? 16 * unit.MaxGap : unit.MaxGap) && Math.Max(end, next.Address + next.Width) - first.Address <= limit;
    }

    static PlannedRead Read(ModbusUnitSettings unit, List<RegisterSettings> registers, int end, TimeSpan interval)
    {
        var start = registers[0].Address;
        var values = new List<PlannedValue>(registers.Count);
        foreach (var r in registers)
            values.Add(new(r, r.IsBits ? r.Address - start : 2 * (r.Address - start), new RegisterFormat(r, unit.Order)));
        return new(new((byte)unit.Unit, ReadFunction(registers[0].Table), (ushort)start, (ushort)(end - start)), interval, values);
    }
}
