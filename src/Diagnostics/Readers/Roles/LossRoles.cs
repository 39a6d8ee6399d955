using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Roles;

/// <summary>Chooses among the columns that may be losses.</summary>
/// <param name="draft">The columns.</param>
/// <param name="facts">What is known of the log.</param>
internal sealed class LossRoles(RoleDraft draft, LogFacts facts)
{
    /// <summary>Finds the loss of training, or its parts.</summary>
    /// <returns>The columns; none where there is no loss.</returns>
    public List<ColumnSample> MapTraining()
    {
        if (draft.Plan.Taken.Contains((Metric.Loss, 0)))
        {
            return [.. draft.Samples.Where(sample => draft.Plan[sample.Column.Id] is { Use: ColumnUse.Metric, Metric: Metric.Loss })];
        }

        var candidates = draft.Open(Metric.Loss).Where(sample => sample.Role.Phase is ColumnPhase.Unknown or ColumnPhase.Train).ToList();
        return MapLoss(candidates, Metric.Loss, count => draft.Plan.TrainingParts = count);
    }

    private List<ColumnSample> MapLoss(List<ColumnSample> candidates, Metric metric, Action<int> parts)
    {
        if (candidates.Count == 0)
        {
            return [];
        }

        // A column with next to no values, such as a closing summary, must not stand for the curve.
        int most = candidates.Max(sample => sample.Count);
        var curves = candidates.Where(sample => 10 * sample.Count >= most || sample.Role.Rank >= 95).ToList();
        var best = curves.OrderByDescending(sample => Fit(sample, most)).ThenByDescending(sample => 2 * sample.Placed >= sample.Count).ThenByDescending(sample => sample.Count).ThenByDescending(sample => sample.Role.Phase == ColumnPhase.Train)
            .ThenBy(sample => sample.Column.Name.Length).ThenBy(sample => sample.Column.Name, StringComparer.Ordinal).First();
        if (best.Role.Rank < 50)
        {
            var pieces = curves.Where(sample => sample.Count == best.Count && RoleLexicon.IsPart(sample.Role.Residual)).ToList();
            if (facts.SumsLossParts && pieces.Count > 1)
            {
                pieces.ForEach(piece => draft.Use(piece, metric, use: ColumnUse.Part));
                parts(pieces.Count);
                return pieces;
            }

            best = curves.Where(sample => 2 * sample.Count >= most).OrderByDescending(sample => sample.Role.Rank).ThenByDescending(sample => sample.Count).First();
        }

        draft.Use(best, metric);
        return [best];
    }

    private static int Fit(ColumnSample sample, int most) => Math.Min(sample.Role.Rank, 98) - (3 * sample.Count < most ? 45 : 0);

    /// <summary>Counts in how many of the rows with a loss each column stands.</summary>
    public void CountCompany(RowBatch rows, List<ColumnSample> losses)
    {
        if (losses.Count == 0)
        {
            return;
        }

        int loss = losses[0].Column.Id;
        for (int row = 0; row < rows.RowCount; row++)
        {
            var cells = rows[row];
            bool has = false;
            foreach (var cell in cells)
            {
                has |= cell.Column == loss;
            }

            for (int i = 0; has && i < cells.Length; i++)
            {
                draft.Samples[cells[i].Column].WithLoss++;
            }
        }
    }

    /// <summary>Finds the loss of validation, and those of further sets.</summary>
    /// <param name="training">The columns of the training loss.</param>
    public void MapValidation(List<ColumnSample> training)
    {
        if (draft.Plan.Taken.Contains((Metric.ValidationLoss, 0)))
        {
            return;
        }

        var validation = draft.Open(Metric.Loss).Where(sample => sample.Role.Phase == ColumnPhase.Validation).ToList();
        var test = draft.Open(Metric.Loss).Where(sample => sample.Role.Phase == ColumnPhase.Test).ToList();
        int rows = training.Select(sample => sample.Count).DefaultIfEmpty().Max();

        // Test sets that were looked at all along serve as validation where there is none; one look at the end does not.
        var candidates = validation.Count > 0 ? validation : test.Where(sample => IsCurve(sample, rows) || facts.IsPrinted).ToList();
        if (candidates.Count == 0)
        {
            return;
        }

        var trainingResiduals = draft.Samples.Where(sample => sample.Role is { Metric: Metric.Loss, Kind: RoleKind.Metric, Phase: ColumnPhase.Train or ColumnPhase.Unknown })
            .Select(sample => sample.Role.Residual).ToHashSet();
        var whole = candidates.Where(sample => sample.Role.Rank >= 50).ToList();
        var twins = candidates.Where(sample => training.Exists(t => t.Role.Residual == sample.Role.Residual)).ToList();
        var main = MapLoss(whole.Count > 0 ? whole : twins.Count > 0 ? twins : candidates, Metric.ValidationLoss, count => draft.Plan.ValidationParts = count);
        foreach (var sample in candidates.Concat(validation.Count > 0 ? test : []).Except(main))
        {
            string name = sample.Role.Phase == ColumnPhase.Test && sample.Role.Residual.Length == 0 ? "test" : sample.Role.Residual;
            if (name.Length > 0 && IsDataset(sample) && !(trainingResiduals.Contains(name) && main.TrueForAll(m => m.Role.Rank >= 50)))
            {
                draft.Datasets.Add(name);
                draft.Use(sample, Metric.ValidationLoss, ScopeKind.Dataset, name);
            }
        }

        foreach (var sample in main.Where(sample => IsDataset(sample) && sample.Role.Residual.Length > 0))
        {
            draft.Datasets.Add(sample.Role.Residual);
        }
    }

    /// <summary>A look or two at a test set after training is no curve.</summary>
    public static bool IsCurve(ColumnSample sample, int rows) => sample.Count > 2 ? 20 * sample.Count >= rows : rows < 5;

    /// <summary>Tells whether what the name has besides its metric is of a set, and no part of a loss.</summary>
    public static bool IsDataset(ColumnSample sample) => !sample.Role.Residual.Split('_').Any(RoleLexicon.IsPart);
}
