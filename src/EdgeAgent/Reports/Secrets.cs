using EdgeAgent.Core.Specs;

namespace EdgeAgent.Reports;

/// <summary>Texts that must not be in a report, wherever they turn up: what a configuration keeps secret, headers and parts of
/// URLs.</summary>
sealed class Secrets
{
    const int Shortest = 4;
    const string Shown = "(secret)";
    readonly SortedSet<string> _texts = new(Comparer<string>.Create((a, b) =>
        a.Length != b.Length ? b.Length.CompareTo(a.Length) : string.CompareOrdinal(a, b))); // the longest first: one may hold another

    /// <summary>Takes what <paramref name="value"/>, which a report does not show, may have in it.</summary>
    public void Take(SpecValue value)
    {
        switch (value.Value)
        {
            case Secret secret:
                Take(secret.Reveal());
                break;
            case Uri url:
                foreach (var part in (string[])[.. url.UserInfo.Split(':'), .. url.AbsolutePath.Split('/'),
                    .. url.Query.Split('?', '&', '=')])
                    Take(Uri.UnescapeDataString(part));
                break;
            case string text:
                Take(text);
                foreach (var word in text.Split(' ')) Take(word); // `Bearer …`
                break;
        }
    }

    /// <summary><paramref name="text"/> without any of them.</summary>
    public string Without(string text)
    {
        foreach (var secret in _texts) text = text.Replace(secret, Shown, StringComparison.Ordinal);
        return text;
    }

    void Take(string text)
    {
        if (text.Length >= Shortest) _texts.Add(text);
    }
}
