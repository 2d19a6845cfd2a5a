using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>SASL as a client.</summary>
public static class SaslSpec
{
    static readonly string[] s_ofPassword = ["username", "password"];
    static readonly string[] s_ofToken = ["client_id", "client_secret", "token_url"];
    static readonly string[] s_maybeOfToken = ["scope", "token_ca_file", "extensions"];

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "sasl",
        Kind = ComponentKind.Section,
        Doc = "SASL as a client.",
        Fields =
        [
            FieldSpec.Enum("mechanism", "How the client proves who it is.",
                new("PLAIN", "PLAIN", "The password itself; only sensible over TLS."),
                new("SCRAM-SHA-256", "SCRAM-SHA-256", "Challenge and response (RFC 7677)."),
                new("SCRAM-SHA-512", "SCRAM-SHA-512", "Challenge and response."),
                new("OAUTHBEARER", SaslSettings.OAuth, "A token of an OAuth 2.0 server, asked for with client id and secret."))
                with { Required = true },
            FieldSpec.Text("username", "User name.") with { DefaultDoc = "none; needed by PLAIN and SCRAM", Example = "gateway" },
            FieldSpec.Secret("password", "Password.")
                with { DefaultDoc = "none; needed by PLAIN and SCRAM", Example = "${env:KAFKA_PASSWORD}" },
            FieldSpec.Text("client_id", "The client's id at the token server.")
                with { DefaultDoc = "none; needed by OAUTHBEARER", Example = "gateway-17" },
            FieldSpec.Secret("client_secret", "The client's secret at the token server.")
                with { DefaultDoc = "none; needed by OAUTHBEARER", Example = "${file:/etc/edge-agent/kafka.secret}" },
            FieldSpec.Text("token_url", "Where a token is asked for (client credentials grant).") with
            {
                DefaultDoc = "none; needed by OAUTHBEARER",
                Example = "\"https://login.example/oauth2/token\"",
                Syntax = text => text.StartsWith("https://", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out _)
                    ? null
                    : new(0, "not an `https://` URL"),
            },
            FieldSpec.Text("scope", "What the token shall be for.") with { DefaultDoc = "the server's choice", Example = "kafka" },
            FieldSpec.Of(FieldType.Path, "token_ca_file", "PEM file of the authorities of the token server.")
                with { DefaultDoc = "the system's", Exists = true, Example = "/etc/edge-agent/login-ca.pem" },
            FieldSpec.Map("extensions", "SASL extensions sent with the token.", FieldType.Text, FieldSpec.Text("", "A value."))
                with { DefaultDoc = "none", Example = "{ logicalCluster: lkc-1 }" },
        ],
        Build = v => v.Get<string>("mechanism") == SaslSettings.OAuth
            ? new SaslSettings
            {
                Mechanism = SaslSettings.OAuth,
                Username = v.Get<string>("client_id"),
                Password = v.Get<Secret>("client_secret"),
                TokenUrl = v.Get<string>("token_url"),
                Scope = v.GetOrNull<string>("scope"),
                TokenCaFile = v.GetOrNull<string>("token_ca_file"),
                Extensions = v.Entries("extensions").ToDictionary(e => e.Key, e => (string)e.Value.Value!),
            }
            : new SaslSettings
            {
                Mechanism = v.Get<string>("mechanism"),
                Username = v.Get<string>("username"),
                Password = v.Get<Secret>("password"),
            },
        Check = static (v, findings) =>
        {
            if (!v.TryGet("mechanism", out string mechanism)) return;
            var isToken = mechanism == SaslSettings.OAuth;
            foreach (var key in isToken ? s_ofToken : s_ofPassword)
                if (!v.Has(key))
                    findings.Add(FindingCodes.MissingKey, v.At, v.Path, $"missing `{key}`, which mechanism {mechanism} needs. Add it.");
            string[] strange = isToken ? s_ofPassword : [.. s_ofToken, .. s_maybeOfToken];
            foreach (var key in strange)
                if (v.Find(key) is { } value)
                    findings.Add(FindingCodes.Exclusive, value.KeyAt, value.Path,
                        $"mechanism {mechanism} has no `{key}`. Remove it, or change the mechanism.");
        },
    };
}
