using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Settings;

/// <summary>TLS as a client.</summary>
public static class TlsSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "tls",
        Kind = ComponentKind.Section,
        Doc = "TLS as a client. The server's name is always checked.",
        Fields =
        [
            FieldSpec.Of(FieldType.Path, "ca_file", "PEM file of trusted authorities.")
                with { DefaultDoc = "the system's", Exists = true, Example = "/etc/edge-agent/ca.pem" },
            FieldSpec.Of(FieldType.Path, "cert_file", "PEM file of the client certificate.")
                with { DefaultDoc = "none", Exists = true, Example = "/etc/edge-agent/client.pem" },
            FieldSpec.Of(FieldType.Path, "key_file", "PEM file of the client key.")
                with { DefaultDoc = "in `cert_file`", Exists = true, Example = "/etc/edge-agent/client.key" },
            FieldSpec.Secret("key_password", "What the client key is encrypted with.")
                with { DefaultDoc = "the key is not encrypted", Example = "${file:/etc/edge-agent/key.password}" },
            FieldSpec.Text("server_name", "The name to check in the server's certificate. Not for Kafka: "
                + "its client checks the name under `brokers`.") with { DefaultDoc = "the host", Example = "broker.plant7.example" },
            FieldSpec.List("alpn", "Protocols offered in the handshake (ALPN), the best first: how one port serves several. Not for Kafka.",
                FieldSpec.Text("", "A protocol.") with { Syntax = Protocol })
                with { DefaultDoc = "none", MinCount = 1, MaxCount = 8, Distinct = true, Example = "[x-amzn-mqtt-ca]" },
        ],
        Build = v => new TlsSettings
        {
            CaFile = v.GetOrNull<string>("ca_file"),
            CertFile = v.GetOrNull<string>("cert_file"),
            KeyFile = v.GetOrNull<string>("key_file"),
            KeyPassword = v.GetOrNull<Secret>("key_password"),
            ServerName = v.GetOrNull<string>("server_name"),
            Alpn = v.Texts("alpn"),
        },
        Check = static (v, findings) =>
        {
            if (v.Find("key_file") is { } key && !v.Has("cert_file"))
                findings.Add(FindingCodes.NeedsOneOf, key.KeyAt, key.Path, "`key_file` without `cert_file`. Give both, or none.");
            if (v.Find("key_password") is { } password && !v.Has("cert_file"))
                findings.Add(FindingCodes.NeedsOneOf, password.KeyAt, password.Path,
                    "`key_password` without `cert_file`. Give the certificate and its key, or remove it.");
        },
    };

    // RFC 7301 §3.1: 1 to 255 bytes; registered names are printable.
    static TextFailure? Protocol(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] is <= ' ' or > '~') return new(i, "a protocol's name holds printable ASCII characters without spaces");
        return text.Length is 0 or > 255 ? new(0, "1 to 255 characters are expected") : null;
    }
}
