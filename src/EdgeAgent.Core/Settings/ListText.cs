using System.Text;

namespace EdgeAgent.Core.Settings;

/// <summary>Joins texts so that different lists give different text: <c>[a,b]</c> with <c>\</c>, <c>,</c>,
/// <c>[</c> and <c>]</c> escaped by <c>\</c>.</summary>
public static class ListText
{
    /// <summary>The list as one text.</summary>
    public static string Of(IEnumerable<string> items)
    {
        var text = new StringBuilder("[");
        foreach (var item in items)
        {
            if (text.Length > 1) text.Append(',');
            foreach (var c in item)
            {
                if (c is '\\' or ',' or '[' or ']') text.Append('\\');
                text.Append(c);
            }
        }

        return text.Append(']').ToString();
    }
}
