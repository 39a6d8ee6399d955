using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>
/// Knows rows that were printed before at the same place: by a second logger, by another process, or by a bar that is drawn again. A run that starts over with the same numbers is none:
/// it has left the place.
/// </summary>
internal sealed class RepeatedRows
{
    /// <summary>How many places rows of several processes may lie apart.</summary>
    private const int Places = 3;

    /// <summary>Rows of one place that are compared: more processes than that write into no one log.</summary>
    private const int RowsOfPlace = 256;

    private readonly (double Place, HashSet<ulong> Rows)[] _recent = [.. Enumerable.Range(0, Places).Select(_ => (double.NaN, new HashSet<ulong>()))];
    private readonly List<Cell> _last = [];
    private (double Step, double Epoch) _lastPlace = (double.NaN, double.NaN);
    private int _next;

    /// <summary>Leaves out numbers that the row before told of the same step: an evaluation that prints the loss of training once more.</summary>
    /// <param name="cells">What a row measures, without its step and epoch.</param>
    /// <param name="step">Its step; NaN where it has none.</param>
    /// <param name="epoch">Its epoch; NaN where it has none.</param>
    /// <returns>Whether there was anything to leave out.</returns>
    public bool Thin(List<Cell> cells, double step, double epoch)
    {
        int left = 0;
        if (step == _lastPlace.Step && epoch.Equals(_lastPlace.Epoch))
        {
            left = cells.RemoveAll(cell => _last.Exists(other => other.Column == cell.Column && other.Value.Equals(cell.Value)));
        }
        else
        {
            _last.Clear();
            _lastPlace = (step, epoch);
        }

        _last.AddRange(cells);
        return left > 0;
    }

    /// <summary>Tells whether a row repeats one of its place.</summary>
    /// <param name="row">The row, with its step and epoch.</param>
    /// <param name="place">Its step; of rows of an epoch alone, the epoch.</param>
    /// <param name="leastCells">How many numbers have to be the same, those of the place among them.</param>
    public bool IsRepeat(ReadOnlySpan<Cell> row, double place, int leastCells)
    {
        if (row.Length < leastCells)
        {
            return false;
        }

        // The order of the cells does not matter.
        ulong sum = 1;
        foreach (var cell in row)
        {
            ulong mixed = ((ulong)BitConverter.DoubleToInt64Bits(cell.Value) * 0x9E3779B97F4A7C15) ^ ((ulong)(cell.Column + 1) * 0xC2B2AE3D27D4EB4F);
            sum += mixed ^ (mixed >> 29);
        }

        foreach (var (known, rows) in _recent)
        {
            if (known == place)
            {
                return rows.Count < RowsOfPlace && !rows.Add(sum);
            }
        }

        var oldest = _recent[_next].Rows;
        oldest.Clear();
        oldest.Add(sum);
        _recent[_next] = (place, oldest);
        _next = (_next + 1) % Places;
        return false;
    }
}
