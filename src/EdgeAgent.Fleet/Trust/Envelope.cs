using System.Globalization;
using System.Text;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Trust;

/// <summary>A DSSE envelope: exact payload bytes, their type, and signatures over both.</summary>
/// <remarks>
/// <c>{"payloadType": …, "payload": Base64, "signatures": [{"keyid": …, "sig": Base64}, …]}</c>; at most 16 signatures. Signed is
/// <c>"DSSEv1" SP len(type) SP type SP len(payload) SP payload</c> (PAE), lengths as decimal ASCII in bytes
/// (secure-systems-lab/dsse protocol.md v1.0.2). Reading one verifies nothing: <see cref="TrustRoot.Check"/> does. Immutable.
/// </remarks>
public sealed class Envelope
{
    const int MaxSignatures = 16;

    /// <summary>An envelope of these parts.</summary>
    public Envelope(string type, ReadOnlyMemory<byte> payload, IReadOnlyList<EnvelopeSignature> signatures) =>
        (Type, Payload, Signatures) = (type, payload, signatures);

    /// <summary>Type of the payload.</summary>
    public string Type { get; }

    /// <summary>The exact bytes that were signed.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The signatures, good or not.</summary>
    public IReadOnlyList<EnvelopeSignature> Signatures { get; }

    /// <summary>The digest of the payload.</summary>
    public string PayloadDigest => Digest.Of(Payload.Span);

    /// <summary>Reads an envelope of one type.</summary>
    /// <param name="message">As it came; kept by nobody.</param>
    /// <param name="type">The only type taken; one of <see cref="PayloadTypes"/>, or null for any.</param>
    /// <param name="maxBytes">Most bytes of the message; one of <see cref="SizeLimits"/>. A longer one is not looked at.</param>
    public static Parsed<Envelope> Parse(ReadOnlyMemory<byte> message, string? type, int maxBytes) =>
        JsonFields.Read(message, maxBytes, fields =>
        {
            var seen = fields.Text("payloadType", 200);
            if (type is not null && seen != type) fields.Refuse(RefusalReason.WrongType, $"an envelope of `{seen}`; expected `{type}`.");
            var signatures = fields.Objects("signatures", MaxSignatures);
            return new Envelope(seen, fields.Base64("payload", maxBytes),
                [.. signatures.Select(s => new EnvelopeSignature(s.TextOrNull("keyid", 128) ?? "", s.Base64("sig", 256)))]);
        });

    /// <summary>What is signed: the pre-authentication encoding of type and payload.</summary>
    public static byte[] Signed(string type, ReadOnlySpan<byte> payload)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {payload.Length} "));
        var all = new byte[head.Length + payload.Length];
        head.CopyTo(all, 0);
        payload.CopyTo(all.AsSpan(head.Length));
        return all;
    }

    /// <summary>What is signed here.</summary>
    public byte[] Signed() => Signed(Type, Payload.Span);

    /// <summary>An envelope of one signature.</summary>
    public static Envelope Sign(string type, ReadOnlyMemory<byte> payload, SigningKey key) => new Envelope(type, payload, []).With(key);

    /// <summary>The same with one signature more; one that this key made before is replaced.</summary>
    public Envelope With(SigningKey key) => With(new EnvelopeSignature(key.Public.Id, key.Sign(Signed())));

    /// <summary>The same with one signature more; one of the same key is replaced.</summary>
    public Envelope With(EnvelopeSignature signature) =>
        new(Type, Payload, [.. Signatures.Where(s => s.KeyId != signature.KeyId), signature]);

    /// <summary>The message as it is published.</summary>
    public byte[] ToBytes() => JsonText.Object(json =>
    {
        json.WriteString("payloadType", Type);
        json.WriteBase64String("payload", Payload.Span);
        json.WriteStartArray("signatures");
        foreach (var signature in Signatures)
        {
            json.WriteStartObject();
            json.WriteString("keyid", signature.KeyId);
            json.WriteBase64String("sig", signature.Signature.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
