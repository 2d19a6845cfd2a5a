namespace EdgeAgent.Scenarios.Harness;

/// <summary>Counts the MQTT packets of a stream that is given in parts, keeping nothing but where it is in the packet under way.</summary>
struct PacketCount
{
    int _skip;
    int _shift;
    int _length;
    bool _isInLength;

    /// <summary>PUBLISH packets begun.</summary>
    public long Publishes { get; private set; }

    /// <summary>Those with DUP.</summary>
    public long Repeats { get; private set; }

    /// <summary>PUBACK and PUBREC packets begun.</summary>
    public long Acknowledgements { get; private set; }

    /// <summary>Packets begun, apart from PINGREQ and PINGRESP: what moves a session on.</summary>
    public long Steps { get; private set; }

    /// <summary>Takes the next part of the stream.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            if (_skip > 0)
            {
                var part = Math.Min(_skip, bytes.Length - at);
                (at, _skip) = (at + part, _skip - part);
                continue;
            }

            var b = bytes[at++];
            if (!_isInLength)
            {
                if (b >> 4 is not (12 or 13)) Steps++;
                if (b >> 4 is 4 or 5) Acknowledgements++;
                if (b >> 4 == 3)
                {
                    Publishes++;
                    if ((b & 8) != 0) Repeats++;
                }

                (_isInLength, _length, _shift) = (true, 0, 0);
                continue;
            }

            _length |= (b & 127) << _shift;
            _shift += 7;
            if ((b & 128) == 0) (_isInLength, _skip) = (false, _length);
        }
    }
}
