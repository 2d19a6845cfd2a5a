using System.Text;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Tests.Mqtt.Packets;

/// <summary>Reads any packet into one line of words and writes it again from the fields it read.</summary>
static class PacketWords
{
    public static DecodeStatus TryRead(ReadOnlySpan<byte> bytes, MqttVersion version, int maxPacketBytes, out string words,
        PacketBuffer again)
    {
        words = "";
        var line = new StringBuilder();
        if (!bytes.IsEmpty && bytes[0] >> 4 == (int)PacketType.Publish)
        {
            var read = PublishPacket.TryRead(bytes, version, maxPacketBytes, out var p);
            if (read != DecodeStatus.Ok) return read;
            line.Append($"PUBLISH q{p.Qos}{(p.Dup ? " dup" : "")}{(p.Retain ? " retain" : "")} id={p.PacketId} topic={Hex.Text(p.Topic)} "
                + $"alias={p.TopicAlias} payload={Hex.Text(p.Payload)}");
            p.WriteTo(again, version);
            words = line.Append(Properties(p.Properties)).ToString();
            return p.LengthBytes == bytes.Length ? read : throw new InvalidOperationException("wrong length");
        }
        var status = PacketFrame.TryRead(bytes, maxPacketBytes, out var frame);
        if (status != DecodeStatus.Ok) return status;
        if (frame.LengthBytes != bytes.Length) throw new InvalidOperationException("wrong length");
        status = Read(frame, version, line, again);
        words = line.ToString();
        return status;
    }

    static DecodeStatus Read(PacketFrame frame, MqttVersion version, StringBuilder line, PacketBuffer again)
    {
        DecodeStatus status;
        switch (frame.Type)
        {
            case PacketType.Connect:
                status = ConnectReader.TryRead(frame, out var c);
                if (status != DecodeStatus.Ok) return status;
                line.Append(
                    $"CONNECT v{(int)c.Version}{(c.CleanStart ? " clean" : "")} keep={c.KeepAliveSeconds} id={Hex.Text(c.ClientId)}");
                if (c.HasWill)
                    line.Append($" will({Hex.Text(c.WillTopic)} q{c.WillQos}{(c.WillRetain ? " retain" : "")} "
                        + $"{Hex.Text(c.WillPayload)}{Properties(c.WillProperties)})");
                if (c.HasUsername) line.Append($" user={Hex.Text(c.Username)}");
                if (c.HasPassword) line.Append($" password={Hex.Of(c.Password)}");
                line.Append(Properties(c.Properties));
                c.WriteTo(again);
                return status;
            case PacketType.ConnAck:
                status = ConnAckPacket.TryRead(frame, version, out var a);
                if (status != DecodeStatus.Ok) return status;
                line.Append($"CONNACK{(a.SessionPresent ? " present" : "")} code={a.ReasonCode:X2}{Properties(a.Properties)}");
                a.WriteTo(again, version);
                return status;
            case PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp:
                status = AckPacket.TryRead(frame, version, out var ack);
                if (status != DecodeStatus.Ok) return status;
                line.Append($"{ack.Type} id={ack.PacketId} code={ack.ReasonCode:X2}{Properties(ack.Properties)}");
                ack.WriteTo(again, version);
                return status;
            case PacketType.Subscribe:
                status = SubscribeReader.TryRead(frame, version, out var s);
                if (status != DecodeStatus.Ok) return status;
                line.Append($"SUBSCRIBE id={s.PacketId}");
                for (var e = new SubscribeReader(s.Entries); e.MoveNext();)
                    line.Append($" {Hex.Text(e.Filter)}:q{e.Qos}{(e.NoLocal ? " nolocal" : "")}{(e.RetainAsPublished ? " rap" : "")} "
                        + $"rh{e.RetainHandling}");
                line.Append(Properties(s.Properties));
                s.WriteTo(again, version);
                return status;
            case PacketType.SubAck or PacketType.UnsubAck:
                status = SubAckPacket.TryRead(frame, version, out var sa);
                if (status != DecodeStatus.Ok) return status;
                line.Append($"{sa.Type} id={sa.PacketId} codes={Hex.Of(sa.Codes)}{Properties(sa.Properties)}");
                sa.WriteTo(again, version);
                return status;
            case PacketType.Unsubscribe:
                status = UnsubscribeReader.TryRead(frame, version, out var u);
                if (status != DecodeStatus.Ok) return status;
                line.Append($"UNSUBSCRIBE id={u.PacketId}");
                foreach (var filter in UnsubscribeReader.Filters(u)) line.Append($" {filter}");
                line.Append(Properties(u.Properties));
                u.WriteTo(again, version);
                return status;
            case PacketType.PingReq or PacketType.PingResp:
                status = PingPacket.Check(frame);
                line.Append(frame.Type);
                if (frame.Type == PacketType.PingReq) PingPacket.WriteRequest(again);
                else again.WriteHeader((byte)PacketType.PingResp << 4, 0);
                return status;
            default:
                status = DisconnectPacket.TryRead(frame, version, out var d);
                if (status != DecodeStatus.Ok) return status;
                line.Append($"{d.Type} code={d.ReasonCode:X2}{Properties(d.Properties)}");
                d.WriteTo(again, version);
                return status;
        }
    }

    static string Properties(ReadOnlySpan<byte> encoded)
    {
        var line = new StringBuilder();
        foreach (var p in new PropertyBlock(encoded))
        {
            line.Append(line.Length == 0 ? " {" : " ").Append(p.Id);
            line.Append(p.Id == PropertyId.UserProperty ? $"={Hex.Text(p.Name)}:{Hex.Text(p.Bytes)}"
                : p.Bytes.IsEmpty ? $"={p.Number}"
                : $"={Hex.Text(p.Bytes)}");
        }
        return line.Length == 0 ? "" : line.Append('}').ToString();
    }
}
