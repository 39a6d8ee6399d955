using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Reads lists within lists: TensorBoard exports <c>[wall time, step, value]</c>; others write <c>[step, value]</c>, and pandas rows whose names stand elsewhere.</summary>
/// <param name="facts">What is known of the log.</param>
/// <param name="cells">Takes the numbers of rows.</param>
/// <param name="curves">Takes what stands at a place of its own, and knows the names of rows.</param>
/// <param name="takesCurves">Whether places and values count.</param>
internal sealed class JsonTupleReader(LogFacts facts, JsonCells cells, JsonCurves curves, bool takesCurves)
{
    private readonly List<double> _numbers = [];
    private readonly List<string> _words = [];

    /// <summary>Reads a list whose beginning was read.</summary>
    /// <param name="json">The document.</param>
    /// <param name="name">What the list around it is called.</param>
    /// <param name="accepts">Whether rows count here.</param>
    /// <returns>Whether it made a row, which is to be ended.</returns>
    public bool TryRead(CountingJsonReader json, string name, bool accepts)
    {
        JsonNumbers.ReadList(json, _numbers, _words);
        if (curves.NamesOfRows is null && _words.Count > 1 && _words.Count == _numbers.Count)
        {
            // The names of the rows below stand in the first of them.
            _words.ForEach(word => curves.AddName("columns", word));
            return false;
        }

        if (curves.NamesOfRows is { } names && _numbers.Count == names.Count)
        {
            for (int i = 0; i < names.Count; i++)
            {
                cells.Put(names[i], _numbers[i]);
            }

            return true;
        }

        if (_numbers is [> 1e8, var step, var number] && accepts)
        {
            facts.Account?.Take("wall time", NumberUse.Time, "it is a time since 1970", json.LineNumber);
            cells.Put("step", step);
            cells.Put(name, number);
            return true;
        }

        if (_numbers is [var place, var placed] && takesCurves && double.IsFinite(place))
        {
            curves.Add(name, place, placed);
            return false;
        }

        foreach (double value in _numbers.Where(value => !double.IsNaN(value)))
        {
            json.Forget(name, "its list is of no shape that tells what its numbers are");
        }

        return false;
    }
}
