using EdgeAgent.Core.State;

namespace EdgeAgent.Sources.Mqtt.Session;

/// <summary>Reads the in-flight table as versions before 0.2 stored it, whole behind the filters of a source's progress.</summary>
static class OlderTable
{
    const int MostMessages = 200_000;

    /// <summary>Takes the table into <paramref name="session"/>; false when the bytes are not one.</summary>
    public static bool TryImport(ref StateReader reader, SessionTable session)
    {
        if (!reader.TryVarint(out var epoch) || !reader.TryVarint(out var count) || epoch > int.MaxValue || count > MostMessages)
            return false;
        var messages = new (ushort Id, byte Qos, ulong Hash)[count];
        for (var i = 0; i < messages.Length; i++)
        {
            if (!reader.TryVarint(out var id) || !reader.TryByte(out var qos) || !reader.TryInt64(out var hash) || qos is not (1 or 2))
                return false;
            messages[i] = ((ushort)id, qos, (ulong)hash);
        }

        if (!reader.TryVarint(out var open) || open > MostMessages) return false;
        var ids = new HashSet<ushort>();
        for (var i = 0UL; i < open; i++)
        {
            if (!reader.TryVarint(out var id)) return false;
            ids.Add((ushort)id);
        }

        session.Import((long)epoch, messages, ids);
        return true;
    }
}
