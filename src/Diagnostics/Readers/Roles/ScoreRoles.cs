using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Roles;

/// <summary>Chooses among the columns that may be scores, and tells those of training from those of an evaluation.</summary>
/// <param name="draft">The columns.</param>
/// <param name="facts">What is known of the log.</param>
internal sealed class ScoreRoles(RoleDraft draft, LogFacts facts)
{
    /// <summary>Gives the columns their roles.</summary>
    public void Map()
    {
        MapScore(Metric.Accuracy);
        MapScore(Metric.Error);
    }

    private void MapScore(Metric metric)
    {
        var all = draft.Open(metric).Where(sample => !IsOfParts(sample)).ToList();
        var evaluation = all.Where(IsOfEvaluation).ToList();
        var training = all.Except(evaluation).ToList();
        var validation = RoleDraft.ForValidation(metric);
        var main = RoleDraft.Best(evaluation.Where(sample => sample.Role.Phase != ColumnPhase.Test)) ?? RoleDraft.Best(evaluation.Where(sample => LossRoles.IsCurve(sample, draft.Samples.Max(other => other.Role.Kind == RoleKind.Metric ? other.Count : 0))));
        main ??= facts.IsPrinted ? RoleDraft.Best(evaluation) : null;
        if (main is not null && !draft.Plan.Taken.Contains((validation, 0)))
        {
            draft.Use(main, validation);
            foreach (var sample in evaluation.Where(sample => sample != main && draft.Datasets.Contains(sample.Role.Residual)))
            {
                if (!draft.Plan.Taken.Contains((validation, draft.Plan.ScopeOf(ScopeKind.Dataset, sample.Role.Residual))))
                {
                    draft.Use(sample, validation, ScopeKind.Dataset, sample.Role.Residual);
                }
            }
        }

        // The training score that pairs with the validation score says more than any other.
        int most = training.Select(sample => sample.Count).DefaultIfEmpty().Max();
        var twin = main is null ? null : training.Find(sample => Key(sample) == Key(main) && 4 * sample.Count >= most);
        if ((twin ?? RoleDraft.Best(training)) is { } best && !draft.Plan.Taken.Contains((metric, 0)))
        {
            draft.Use(best, metric);
        }
    }

    private static string Key(ColumnSample sample) =>
        string.Join(' ', ColumnName.Words(sample.Column.Name).Where(word => RoleLexicon.PhaseOf(word) == ColumnPhase.Unknown));

    private bool IsOfEvaluation(ColumnSample sample)
    {
        if (sample.Role.Phase != ColumnPhase.Unknown)
        {
            return sample.Role.Phase != ColumnPhase.Train;
        }

        // No phase in the name: with a twin that says "val" it is of training; so it is when it always comes with the training loss.
        string key = Key(sample);
        if (draft.Samples.Exists(other => other.Role.Phase == ColumnPhase.Validation && other.Role.Metric == sample.Role.Metric && Key(other) == key))
        {
            return false;
        }

        int lossRows = draft.Samples.Select(other => draft.Plan[other.Column.Id] is { Metric: Metric.Loss, Use: ColumnUse.Metric or ColumnUse.Part } ? other.Count : 0).DefaultIfEmpty().Max();
        bool alone = lossRows > 0 && sample.WithLoss == 0;
        bool rare = lossRows >= 10 && 2 * sample.Count < lossRows;
        bool isBehindValidation = IsBehindValidation(sample);
        bool ofUltralytics = facts.SumsLossParts && sample.Column.Name.TrimStart().StartsWith("metrics/", StringComparison.OrdinalIgnoreCase);
        return sample.Role.IsUsuallyEvaluation || alone || rare || isBehindValidation || ofUltralytics;
    }

    /// <summary>Of a printed score that tells no place, and comes more often than the losses that tell theirs, nobody knows what it is of: Darknet prints one for each layer.</summary>
    private bool IsOfParts(ColumnSample sample) => facts.IsPrinted && sample.Placed == 0 && sample.Role.Phase == ColumnPhase.Unknown
        && draft.Samples.Exists(other => draft.Plan[other.Column.Id] is { Metric: Metric.Loss, Use: ColumnUse.Metric } && other.Placed == other.Count && other.Count < sample.Count);

    /// <summary>fastai and Hugging Face head their tables "train_loss valid_loss accuracy": what comes behind both losses was measured with the second.</summary>
    private bool IsBehindValidation(ColumnSample sample)
    {
        var losses = draft.Samples.Where(other => other.Count > 0 && other.Role is { Kind: RoleKind.Metric, Metric: Metric.Loss, Rank: >= 95 }).ToList();
        return losses is [{ Role.Phase: ColumnPhase.Train } train, { Role.Phase: ColumnPhase.Validation } validation] && train.Column.Id < validation.Column.Id && validation.Column.Id < sample.Column.Id
            && validation.Count >= sample.Count && !draft.Samples.Exists(other => other.Role is { Kind: RoleKind.Metric, Metric: Metric.Accuracy or Metric.Error, Phase: not ColumnPhase.Unknown });
    }
}
