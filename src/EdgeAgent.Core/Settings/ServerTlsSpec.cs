using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>TLS as a server.</summary>
public static class ServerTlsSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "server tls",
        Kind = ComponentKind.Section,
        Doc = "TLS as a server, 1.2 or 1.3. A certificate file that was renewed is taken for the next connection.",
        Fields =
        [
            FieldSpec.Of(FieldType.Path, "cert_file", "PEM file of the server's certificate, and of those between it and its authority.")
                with { Required = true, Exists = true, Example = "/etc/edge-agent/server.pem" },
            FieldSpec.Of(FieldType.Path, "key_file", "PEM file of its key.")
                with { DefaultDoc = "in `cert_file`", Exists = true, Example = "/etc/edge-agent/server.key" },
            FieldSpec.Of(FieldType.Path, "client_ca_file", "PEM file of authorities: only clients with a certificate of theirs are let in.")
                with { DefaultDoc = "all clients", Exists = true, Example = "/etc/edge-agent/clients.pem" },
        ],
        Build = v => new ServerTlsSettings
        {
            CertFile = v.Get<string>("cert_file"),
            KeyFile = v.GetOrNull<string>("key_file"),
            ClientCaFile = v.GetOrNull<string>("client_ca_file"),
        },
    };
}
