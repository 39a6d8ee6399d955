using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Lines that tell once more what the last state of a bar told, and nothing else.</summary>
internal sealed class BarSums
{
    private readonly List<Cell> _bar = [];

    /// <summary>Takes down what a line measures.</summary>
    /// <param name="cells">What it measures.</param>
    /// <param name="isBar">Whether it draws a bar.</param>
    /// <param name="hasCounters">Whether it has a counter of its own.</param>
    /// <returns>Whether it only repeats the bar before it.</returns>
    public bool SumsUp(List<Cell> cells, bool isBar, bool hasCounters)
    {
        bool repeats = !isBar && !hasCounters && _bar.Count > 1 && cells.Count == _bar.Count && cells.TrueForAll(_bar.Contains);
        _bar.Clear();
        if (isBar)
        {
            _bar.AddRange(cells);
        }

        return repeats;
    }
}
