using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>
/// Rows of training whose epoch only the evaluation behind them tells, as where a program sends both to a tracker one after the other: each is held back until then, so that folds within one log are told apart by their epochs.
/// </summary>
internal sealed class LateEpochs
{
    private const int LeastRows = 3;

    /// <summary>Share of the rows of training that have to stand so.</summary>
    private const double Share = 0.8;

    private PlacedRow? _held;

    private LateEpochs()
    {
    }

    /// <summary>Looks for such rows among the first; null where epochs stand as usual.</summary>
    public static LateEpochs? Find(RowBatch first, RolePlan plan)
    {
        int trained = 0;
        int told = 0;
        var row = new PlacedRow();
        bool isOpen = false;
        for (int i = 0; i < first.RowCount; i++)
        {
            row.Read(first[i], plan, roundsLearningRate: false);
            if (row.IsTraining && double.IsFinite(row.Epoch))
            {
                return null;
            }

            told += isOpen && !row.IsTraining && double.IsFinite(row.Epoch) ? 1 : 0;
            trained += row.IsTraining ? 1 : 0;
            isOpen = row.IsTraining;
        }

        return trained >= LeastRows && told >= Share * trained ? new LateEpochs() : null;
    }

    /// <summary>Hands out the row that was held back, with the epoch of the next.</summary>
    /// <param name="next">The next row; null at the end.</param>
    /// <returns>Null when none was held back.</returns>
    public PlacedRow? Release(PlacedRow? next)
    {
        var held = _held;
        _held = null;
        if (held is not null && next is { IsTraining: false })
        {
            held.TellEpoch(next.Epoch);
        }

        return held;
    }

    /// <summary>Holds a row of training back.</summary>
    public void Hold(PlacedRow row) => _held = row.Clone();
}
