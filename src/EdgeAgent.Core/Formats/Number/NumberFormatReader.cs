using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace EdgeAgent.Core.Formats.Number;

/// <summary>Reads payloads that are one number or state as text.</summary>
sealed class NumberFormatReader(NumberFormatSettings settings) : FormatReader
{
    readonly bool _isPointNumber = settings.Text.Decimal != DecimalMark.Comma;

    /// <inheritdoc/>
    public override SampleLayout Layout { get; } = new()
    {
        Fields = [new(settings.Field, 0)],
        Text = settings.Text,
    };

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; } = new PayloadValue[1];

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        ref var value = ref Places[0];
        if (_isPointNumber && !payload.IsEmpty
            && DecimalDigits.ScanLoose(ref MemoryMarshal.GetReference(payload), 0, payload.Length, out value.Number) == payload.Length)
        {
            value.Set(0, payload.Length, ValueKind.Number);
            return true;
        }

        CellText.Read(payload, 0, payload.Length, false, ref value, _isPointNumber);
        return value.Kind != ValueKind.String || payload[value.Start] <= (byte)'9' || IsText(payload, ref cursor);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static bool IsText(ReadOnlySpan<byte> payload, ref ReadCursor cursor) => Utf8.IsValid(payload) || cursor.Fail(BadReason.BadUtf8);
}
