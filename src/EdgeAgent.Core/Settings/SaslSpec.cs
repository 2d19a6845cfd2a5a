using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>SASL as a client.</summary>
public static class SaslSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "sasl",
        Kind = ComponentKind.Section,
        Doc = "SASL as a client.",
        Fields =
        [
            FieldSpec.Enum("mechanism", "How the password is proved.",
                new("PLAIN", "PLAIN", "The password itself; only sensible over TLS."),
                new("SCRAM-SHA-256", "SCRAM-SHA-256", "Challenge and response (RFC 7677)."),
                new("SCRAM-SHA-512", "SCRAM-SHA-512", "Challenge and response.")) with { Required = true },
            FieldSpec.Text("username", "User name.") with { Required = true, Example = "gateway" },
            FieldSpec.Secret("password", "Password.") with { Required = true, Example = "${env:KAFKA_PASSWORD}" },
        ],
        Build = v => new SaslSettings
        {
            Mechanism = v.Get<string>("mechanism"),
            Username = v.Get<string>("username"),
            Password = v.Get<Secret>("password"),
        },
    };
}
