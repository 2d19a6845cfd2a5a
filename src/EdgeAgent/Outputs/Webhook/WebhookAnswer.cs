using System.Globalization;
using EdgeAgent.Web;

namespace EdgeAgent.Outputs.Webhook;

/// <summary>What an answer means for its record.</summary>
enum WebhookOutcome
{
    /// <summary>The server has it.</summary>
    Delivered,

    /// <summary>The server will never take it.</summary>
    Rejected,

    /// <summary>It is kept and tried again.</summary>
    Held,

    /// <summary>Nobody waits for it any more: the agent stops.</summary>
    Stopped,
}

/// <summary>What became of one request.</summary>
/// <param name="Outcome">What it means.</param>
/// <param name="Text">Why, as a sentence or a reason; empty when delivered.</param>
/// <param name="Wait">How long the server asks to be left alone, bounded.</param>
sealed record WebhookAnswer(WebhookOutcome Outcome, string Text = "", TimeSpan Wait = default)
{
    const int LongestShown = 200;

    /// <summary>Reads a status and its headers; RFC 9110 §15.</summary>
    /// <param name="where">Host and port, for the sentence; the path may be a secret.</param>
    /// <param name="response">The answer.</param>
    /// <param name="longestWait">Bound of <see cref="Wait"/>.</param>
    /// <param name="utcNow">For a <c>Retry-After</c> that is a date.</param>
    public static WebhookAnswer Of(string where, HttpAnswer response, TimeSpan longestWait, DateTime utcNow)
    {
        var status = response.Status;
        if (status is >= 200 and < 300) return new(WebhookOutcome.Delivered);
        var wait = RetryAfter.Read(response.RetryAfter, utcNow);
        wait = wait < longestWait ? wait : longestWait;
        return status switch
        {
            < 200 => new(WebhookOutcome.Held,
                $"{where} answers {status}: it wants another protocol. Check that `url` is the address of a web server.", wait),
            >= 300 and < 400 => new(WebhookOutcome.Held, $"{where} answers {status}{To(response.Location)}. A redirect is not followed, "
                + "as it could lead the alert and its headers anywhere: put the final address into `url`.", wait),
            401 or 403 or 407 => new(WebhookOutcome.Held,
                $"{where} answers {status}: it does not accept who we are. Mend `headers` or the rights there; records are kept meanwhile.",
                wait),
            404 => new(WebhookOutcome.Held,
                $"{where} answers 404: there is nothing at this path. Mend `url`, or what should be there; records are kept meanwhile.",
                wait),
            408 or 425 or 429 or >= 500 => new(WebhookOutcome.Held, $"{where} answers {status}"
                + (wait > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $" and asks to wait {wait.TotalSeconds:0} s") : "")
                + ". Records are kept and sent later.", wait),
            _ => new(WebhookOutcome.Rejected, $"the server answered {status}"),
        };
    }

    static string To(string? location)
    {
        if (location is null) return "";
        var printable = new string([.. location.Take(LongestShown).Select(c => c is >= ' ' and <= '~' ? c : '?')]);
        // Where it leads is what has to be mended; what follows the path may be a secret.
        var query = printable.IndexOfAny(['?', '#']);
        return $" to {(query < 0 ? printable : printable[..query])}";
    }
}
