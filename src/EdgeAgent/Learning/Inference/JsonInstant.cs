namespace EdgeAgent.Learning.Inference;

/// <summary>A number or a text of a payload, which may be a time.</summary>
/// <param name="isNumber">Whether it is a number.</param>
/// <param name="text">As it stands in the payload, without quotes.</param>
/// <param name="atNs">When the payload arrived [ns since the Unix epoch].</param>
/// <param name="isRetained">Whether it had lain at the broker.</param>
sealed class JsonInstant(bool isNumber, string text, long atNs, bool isRetained)
{
    const int MostChars = 64;

    /// <summary>Tells it to <paramref name="signs"/>.</summary>
    public void Tell(TimeSigns signs)
    {
        if (isNumber && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number))
            signs.Add(number, atNs, isRetained);
        else if (!isNumber && text.Length <= MostChars) signs.Add(text, atNs, isRetained);
    }
}
