using System.Text.Json;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Managing;

/// <summary>The manager's list of gateways: what <c>fleet enroll</c> printed on each, a line each, as JSON.</summary>
/// <remarks><c>{"id": "gw-a", "key": {"id": …, "alg": "ES256", "spki": Base64}, "groups": ["press"]}</c>; <c>key</c> may be the Base64
/// alone. Empty lines
/// and such that begin with <c>#</c> are passed over.</remarks>
static class GatewayList
{
    /// <summary>Reads the list.</summary>
    /// <exception cref="IOException">It cannot be read, or a line is none; the message says which.</exception>
    public static Dictionary<string, EnrolledGateway> Read(string path)
    {
        var all = new Dictionary<string, EnrolledGateway>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            if (Read(line, out var failure) is not { } gateway) throw new IOException(
                $"{path}:{number}: {failure} Expected a line of `edge-agent fleet enroll`.");
            if (!all.TryAdd(gateway.Id, gateway)) throw new IOException(
                $"{path}:{number}: {gateway.Id} stands in the list twice. Remove the older line.");
        }

        return all;
    }

    static EnrolledGateway? Read(string line, out string failure)
    {
        failure = "not a JSON object with `id` and `key`.";
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String
                || !JsonFields.IsId(id.GetString()!)) return null;
            FleetKey? key = null;
            if (root.TryGetProperty("key", out var given))
            {
                var text = given.ValueKind == JsonValueKind.Object && given.TryGetProperty("spki", out var spki) ? spki : given;
                if (text.ValueKind != JsonValueKind.String || !text.TryGetBytesFromBase64(out var bytes)
                    || (key = FleetKey.TryParse(bytes)) is null)
                {
                    failure = $"the key of {id.GetString()} is no ECDSA key on P-256.";
                    return null;
                }
            }

            string[]? groups = null;
            if (root.TryGetProperty("groups", out var list))
            {
                if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(g => g.ValueKind != JsonValueKind.String))
                    return null;
                groups = [.. list.EnumerateArray().Select(g => g.GetString()!)];
            }

            return new(id.GetString()!, key, groups);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
