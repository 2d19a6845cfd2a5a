using System.Text;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Records;

/// <summary>Encodes the records of one pipeline as flat JSON objects, with topic and key for each of its outputs.</summary>
/// <remarks>
/// A summary is labels (sorted), <c>pipeline</c>, <c>window_start</c>, <c>window_end</c>, <c>revision</c>, <c>partial</c> when
/// true, then its fields. A reading is labels, <c>pipeline</c>, <c>time</c>, <c>value</c>, <c>quality</c> when not 0; one that came too
/// late has <c>watermark</c> instead of a quality. Single-threaded.
/// </remarks>
public sealed class RecordEncoder
{
    readonly JsonBuffer _json = new();
    readonly string _pipeline;
    readonly TextTemplate[] _topics;
    readonly TextTemplate?[] _keys;
    readonly byte[]?[] _constantTopics;
    readonly List<(string Name, byte[] Json)> _names = [];
    readonly byte[] _times = new byte[256];
    int _timesLength;
    (long Start, long End) _timesOf = (1, 0);

    /// <summary>For <paramref name="pipeline"/> and its outputs in order.</summary>
    /// <exception cref="ArgumentException">A template is malformed; the configuration's checks find that first.</exception>
    public RecordEncoder(string pipeline, IReadOnlyList<OutputSettings> outputs)
    {
        _pipeline = pipeline;
        _topics = [.. outputs.Select(o => Compile(o.Topic))];
        _keys = [.. outputs.Select(o => o.Key is null ? null : Compile(o.Key))];
        _constantTopics = [.. _topics.Select(t => t.IsConstant ? Encoding.UTF8.GetBytes(t.Expand(LabelSet.Empty)) : null)];
    }

    /// <summary>Encodes what all records with <paramref name="labels"/> share. Allocates; once a group or series.</summary>
    public RecordHead HeadOf(LabelSet labels)
    {
        _json.Clear();
        _json.Raw("{"u8);
        foreach (ref readonly var pair in labels.Pairs)
        {
            _json.Text(pair.Key);
            _json.Raw(":"u8);
            _json.Text(pair.Value);
            _json.Raw(","u8);
        }

        _json.Raw("\"pipeline\":"u8);
        _json.Text(_pipeline);
        _json.Raw(","u8);
        var topics = new byte[_topics.Length][];
        var keys = new byte[]?[_keys.Length];
        for (var i = 0; i < topics.Length; i++)
        {
            topics[i] = _constantTopics[i] ?? Encoding.UTF8.GetBytes(_topics[i].Expand(labels));
            keys[i] = _keys[i] is { } key ? Encoding.UTF8.GetBytes(key.Expand(labels)) : null;
        }

        return new RecordHead(labels, _json.Bytes.ToArray(), RecordIdentity.LabelBytes(labels), topics, keys);
    }

    /// <summary>The payload of a summary; valid until the next call.</summary>
    public ReadOnlySpan<byte> Encode(RecordHead head, Summary summary)
    {
        _json.Clear();
        _json.Raw(head.Json);
        WriteTimes(summary);
        _json.Raw(",\"revision\":"u8);
        _json.Integer(summary.Revision);
        if (summary.IsPartial) _json.Raw(",\"partial\":true"u8);
        foreach (ref readonly var field in summary.Fields)
        {
            WriteName(field.Name);
            if (field.Text is { } text) _json.Text(text);
            else _json.Number(field.Value);
        }

        _json.Raw("}"u8);
        return _json.Bytes;
    }

    /// <summary>The payload of a reading; valid until the next call. Allocates nothing.</summary>
    public ReadOnlySpan<byte> Encode(RecordHead head, long timeNs, double value, byte quality)
    {
        _json.Clear();
        _json.Raw(head.Json);
        _json.Raw("\"time\":"u8);
        _json.Time(timeNs);
        _json.Raw(",\"value\":"u8);
        _json.Number(value);
        if (quality != 0)
        {
            _json.Raw(",\"quality\":"u8);
            _json.Integer(quality);
        }

        _json.Raw("}"u8);
        return _json.Bytes;
    }

    /// <summary>The payload of a reading that came too late; valid until the next call. Allocates nothing.</summary>
    public ReadOnlySpan<byte> EncodeLate(RecordHead head, long timeNs, double value, long watermarkNs)
    {
        _json.Clear();
        _json.Raw(head.Json);
        _json.Raw("\"time\":"u8);
        _json.Time(timeNs);
        _json.Raw(",\"value\":"u8);
        _json.Number(value);
        _json.Raw(",\"watermark\":"u8);
        _json.Time(watermarkNs);
        _json.Raw("}"u8);
        return _json.Bytes;
    }

    // Windows of many groups close together and have the same times.
    void WriteTimes(Summary summary)
    {
        if (_timesOf == (summary.StartNs, summary.EndNs))
        {
            _json.Raw(_times.AsSpan(0, _timesLength));
            return;
        }

        var from = _json.Length;
        _json.Raw("\"window_start\":"u8);
        _json.Time(summary.StartNs);
        _json.Raw(",\"window_end\":"u8);
        _json.Time(summary.EndNs);
        _timesOf = (summary.StartNs, summary.EndNs);
        _timesLength = _json.Length - from;
        _json.Bytes[from..].CopyTo(_times);
    }

    // Names come from few places and are the same objects each time.
    void WriteName(string name)
    {
        foreach (var (known, json) in _names)
        {
            if (!ReferenceEquals(known, name)) continue;
            _json.Raw(json);
            return;
        }

        var from = _json.Length;
        _json.Raw(","u8);
        _json.Text(name);
        _json.Raw(":"u8);
        if (_names.Count < 32) _names.Add((name, _json.Bytes[from..].ToArray()));
    }

    static TextTemplate Compile(string text) =>
        TextTemplate.TryParse(text, out var template, out var error)
            ? template
            : throw new ArgumentException($"template `{text}`, column {error.Offset + 1}: {error.Message}");
}
