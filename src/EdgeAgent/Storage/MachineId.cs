using System.Security.Cryptography;
using System.Text;

namespace EdgeAgent.Storage;

/// <summary>A hash that tells this machine from a clone of its disk with another <c>/etc/machine-id</c>.</summary>
/// <remarks>
/// The machine id itself is confidential (machine-id(5)), so only a keyed hash of it is stored. Without the file the hash is that
/// of an empty id: the store id is then bound to the database alone.
/// </remarks>
public static class MachineId
{
    static readonly string[] Files = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

    /// <summary>Lower-case hex, 32 digits; always the same on one machine.</summary>
    public static string Hash()
    {
        foreach (var file in Files)
        {
            try
            {
                return HashOf(File.ReadAllText(file).Trim());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }
        }

        return HashOf("");
    }

    static string HashOf(string id) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(id), "edge-agent store id"u8).AsSpan(0, 16));
}
