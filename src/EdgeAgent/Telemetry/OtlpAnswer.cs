using System.Globalization;
using System.Text.Json;
using EdgeAgent.Web;

namespace EdgeAgent.Telemetry;

/// <summary>What a collector's answer means (OTLP 1.x, "OTLP/HTTP Response").</summary>
/// <param name="Failure">What is wrong, as a sentence; null when all was taken.</param>
/// <param name="IsTaken">Whether it took the metrics, or a part of them.</param>
/// <param name="Retries">Whether to try again before the next push is due.</param>
/// <param name="Wait">How long it asks to be left alone, at most an hour.</param>
sealed record OtlpAnswer(string? Failure, bool IsTaken, bool Retries, TimeSpan Wait)
{
    const int LongestShown = 200;
    static readonly TimeSpan s_longestWait = TimeSpan.FromHours(1);

    /// <summary>Reads an answer.</summary>
    /// <param name="where">Host and port, for the sentence; path and headers may be secrets.</param>
    /// <param name="status">Its status.</param>
    /// <param name="retryAfter">Its <c>Retry-After</c>, or null.</param>
    /// <param name="body">The front of its body.</param>
    /// <param name="utcNow">For a <c>Retry-After</c> that is a date.</param>
    public static OtlpAnswer Of(string where, int status, string? retryAfter, ReadOnlyMemory<byte> body, DateTime utcNow)
    {
        if (status is >= 200 and < 300) return new(Rejected(where, body), true, false, TimeSpan.Zero);
        var retries = status is 429 or 502 or 503 or 504;
        var wait = RetryAfter.Read(retryAfter, utcNow);
        var what = status switch
        {
            401 or 403 => "it does not accept who we are. Mend `telemetry.otlp.headers` or the rights there.",
            404 or 405 => "there is no OTLP at this path; at most collectors it is `/v1/metrics`. Mend `telemetry.otlp.url`.",
            >= 300 and < 400 => "a redirect is not followed. Put the final address into `telemetry.otlp.url`.",
            _ when retries => "it is tried again with newer metrics.",
            _ => "it does not take these metrics.",
        };
        return new($"The collector {where} answers {status}: {what}", false, retries, wait < s_longestWait ? wait : s_longestWait);
    }

    /// <summary>A partial success, as a sentence; null when there is none, or the body is none of OTLP's.</summary>
    static string? Rejected(string where, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("partialSuccess", out var part)
                || part.ValueKind != JsonValueKind.Object) return null;
            var count = part.TryGetProperty("rejectedDataPoints", out var rejected)
                && long.TryParse(rejected.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
            var message = part.TryGetProperty("errorMessage", out var said) ? said.ToString() : "";
            if (count == 0 && message.Length == 0) return null;
            var printable = new string([.. message.Take(LongestShown).Select(c => char.IsControl(c) ? '?' : c)]);
            return string.Create(CultureInfo.InvariantCulture, $"The collector {where} did not take {count} values: {printable}");
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
