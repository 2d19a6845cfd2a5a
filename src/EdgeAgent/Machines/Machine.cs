using System.Security.Cryptography;
using System.Text;

namespace EdgeAgent.Machines;

/// <summary>What a machine tells of itself that its copies do not share: for <c>${machine:…}</c> in a configuration.</summary>
/// <remarks>
/// <c>serial</c>: of the board's device tree, or else of DMI, which only root may read unless the kernel's file is opened to others.
/// <c>id</c>: a hash of <c>/etc/machine-id</c>, which is itself confidential (machine-id(5)). <c>hostname</c>: the host's name. There is no
/// falling back from one to another: an identity that changes with a user's rights is none. All but letters, digits, <c>.</c>, <c>_</c>
/// and <c>-</c> becomes <c>-</c>. The machine's files are read each time; any thread.
/// </remarks>
/// <param name="root">Where the machine's files are; <c>/</c> but in tests.</param>
sealed class Machine(string root = "/")
{
    const int IdDigits = 16;
    const int MostBytes = 256;

    static readonly string[] DeviceTree = ["proc/device-tree/serial-number", "sys/firmware/devicetree/base/serial-number"];
    static readonly string[] Dmi = ["sys/class/dmi/id/product_serial", "sys/class/dmi/id/board_serial"];
    static readonly string[] Ids = ["etc/machine-id", "var/lib/dbus/machine-id"];

    // What makers of boards leave there instead of a number.
    static readonly string[] Placeholders = ["to be filled", "default string", "system serial", "not specified", "none", "n/a", "unknown",
        "not applicable", "o.e.m", "serial number", "empty"];

    static readonly string[] Counting = ["123456789", "0123456789", "1234567890"];

    /// <summary>The names there are.</summary>
    public static readonly string[] Names = ["serial", "id", "hostname"];

    /// <summary>What <paramref name="name"/> stands for.</summary>
    public MachineName Find(string name) => name switch
    {
        "serial" => Serial(),
        "id" => Id(),
        _ => First(["proc/sys/kernel/hostname"], out _) is { } host ? new(host, "host name") : new(null, "the kernel gives no host name"),
    };

    MachineName Serial()
    {
        if (First(DeviceTree, out _) is { } board) return new(board, "serial number in the device tree");
        if (First(Dmi, out var isClosed) is { } number) return new(number, "serial number in DMI");
        return new(null, isClosed
            ? "the machine's serial number may be read by root only. Let the agent's group read it (docs/install.md), or take "
                + "`${machine:id}`"
            : "the machine has no serial number, neither in a device tree nor in DMI. Take `${machine:id}` or `${machine:hostname}`");
    }

    MachineName Id()
    {
        if (First(Ids, out _) is not { } id || id == "uninitialized")
            return new(null, "/etc/machine-id is missing or empty. `systemd-machine-id-setup` makes it");
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(id), "edge-agent machine id"u8);
        return new(Convert.ToHexStringLower(hash)[..IdDigits], "hash of /etc/machine-id");
    }

    string? First(string[] files, out bool isClosed)
    {
        isClosed = false;
        foreach (var file in files)
        {
            try
            {
                using var stream = new FileStream(Path.Combine(root, file), FileMode.Open, FileAccess.Read);
                var bytes = new byte[MostBytes];
                var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                var text = Cleaned(Encoding.UTF8.GetString(bytes, 0, length));
                if (IsTelling(text)) return text;
            }
            catch (UnauthorizedAccessException)
            {
                isClosed = true;
            }
            catch (IOException)
            {
                // Not there.
            }
        }

        return null;
    }

    static bool IsTelling(string text) => text.Trim('-', '0', '.', '_').Length > 0 && text.Distinct().Count() > 1
        && !Counting.Contains(text) && !Placeholders.Any(p => text.Replace('-', ' ').Contains(p, StringComparison.OrdinalIgnoreCase));

    static string Cleaned(string text)
    {
        var clean = string.Concat(text.Trim('\0', ' ', '\n', '\r', '\t')
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-'));
        return clean.Length > 64 ? clean[..64] : clean;
    }
}
