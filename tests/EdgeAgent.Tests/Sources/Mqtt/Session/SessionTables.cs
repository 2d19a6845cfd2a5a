using EdgeAgent.Core.State;
using EdgeAgent.Sources.Mqtt.Session;

namespace EdgeAgent.Tests.Sources.Mqtt.Session;

/// <summary>Steps of the tests of a session table.</summary>
static class SessionTables
{
    /// <summary>A table with so many open messages of QoS 1, ids from 1.</summary>
    public static SessionTable Table(int ids = 0, Func<int, ulong>? hash = null)
    {
        var table = new SessionTable(payloadsCarryTime: true);
        for (var id = 1; id <= ids; id++) table.OnPublish((ushort)id, 1, false, hash?.Invoke(id) ?? (ulong)id);
        return table;
    }

    /// <summary>What it keeps, unit by unit.</summary>
    public static List<byte[]> Entries(SessionTable table)
    {
        var (units, entries) = (new List<int>(), new List<byte[]>());
        table.State.TakeDirty(units);
        foreach (var unit in units)
        {
            var writer = new StateWriter();
            table.State.WriteUnit(unit, writer);
            entries.Add(writer.Bytes.ToArray());
        }

        return entries;
    }

    /// <summary>A cut and its commit; then what is ready to be acknowledged.</summary>
    public static List<(ushort Id, byte Qos)> Commit(SessionTable table, bool confirm = false, List<ushort>? completed = null)
    {
        if (confirm) table.Confirm(table.TakeMark());
        table.State.TakeDirty([]);
        table.OnCut();
        table.OnCommitted(completed ?? []);
        return Ready(table);
    }

    /// <summary>What may be acknowledged now.</summary>
    public static List<(ushort Id, byte Qos)> Ready(SessionTable table)
    {
        var ready = new List<(ushort Id, byte Qos)>();
        table.TakeReady(ready);
        return ready;
    }
}
