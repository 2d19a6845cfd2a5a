namespace EdgeAgent.Core.Stages.Windows;

/// <summary>All panes of a stage in one array; free ones are chained. Numbers stay good until the pane is freed.</summary>
sealed class PanePool
{
    int _free = -1;
    int _limit;

    /// <summary>The panes. Replaced when it grows: read again after <see cref="Take"/>.</summary>
    public Pane[] Items { get; private set; } = new Pane[16];

    /// <summary>Panes in use.</summary>
    public int Used { get; private set; }

    /// <summary>An empty pane.</summary>
    public int Take(long startNs)
    {
        var pane = _free;
        if (pane >= 0) _free = Items[pane].Next;
        else
        {
            pane = _limit++;
            if (pane == Items.Length)
            {
                var items = Items;
                Array.Resize(ref items, 2 * pane);
                Items = items;
            }
        }

        Items[pane] = Pane.Empty(startNs);
        Used++;
        return pane;
    }

    /// <summary>Gives a pane back.</summary>
    public void Return(int pane)
    {
        Items[pane].Next = _free;
        _free = pane;
        Used--;
    }
}
