using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Roles;

/// <summary>Judges columns by what stands beside them, where their own names say too little or mean different things.</summary>
/// <param name="draft">The columns.</param>
/// <param name="facts">What is known of the log; takes doubts.</param>
internal sealed class RolesInCompany(RoleDraft draft, LogFacts facts)
{
    /// <summary>Changes the roles that names alone gave.</summary>
    public void Judge()
    {
        PairInitials();
        NameLosses();
        TurnNamedByPhase();
        TurnObjectives();
    }

    /// <summary><c>T_Loss</c> beside <c>V_Loss</c> is that of training beside that of validation.</summary>
    private void PairInitials()
    {
        var names = draft.Samples.ConvertAll(sample => ColumnName.Words(sample.Column.Name));
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] is ["t", _, ..] && Twin(names, ["v", .. names[i].Skip(1)]) is { } validation)
            {
                string rest = string.Join(' ', names[i].Skip(1));
                draft.Samples[i].Role = ColumnClassifier.Classify($"train {rest}");
                validation.Role = ColumnClassifier.Classify($"val {rest}");
            }

            // Of the evaluation sets that XGBoost numbers, the first is that of training, where there are several.
            if (names[i] is ["validation", "1", ..] && Twin(names, ["validation", "0", .. names[i].Skip(2)]) is { } first)
            {
                first.Role = ColumnClassifier.Classify($"train {string.Join(' ', names[i].Skip(2))}");
            }
        }
    }

    /// <summary><c>train = 0.61 test = 0.58</c>: what was taken for losses, and rises as scores do, is one.</summary>
    private void TurnNamedByPhase()
    {
        var named = draft.Samples.FindAll(sample => sample.Count > 0 && sample.Role.Metric == Metric.Loss && facts.NamedByPhase.ContainsKey(sample.Column.Name));
        if (named.Count > 1 && NamelessLosses.AreScores(named))
        {
            foreach (var sample in named)
            {
                sample.Role = sample.Role with { Metric = Metric.Accuracy };
                facts.Doubt(sample.Column.Name, "an accuracy, as it rises");
            }
        }
    }

    /// <summary>An objective that is negative throughout and rises is a likelihood, as Kaldi prints it: the loss with its sign turned round.</summary>
    private void TurnObjectives()
    {
        var objectives = draft.Samples.FindAll(sample => sample is { Count: > 0, Maximum: < 0, Role: { Kind: RoleKind.Metric, Metric: Metric.Loss, Sign: NumberSign.AsIs } } && ColumnName.Words(sample.Column.Name).Contains("objective"));
        if (objectives.Exists(sample => sample.Last > sample.First))
        {
            objectives.ForEach(sample => sample.Role = sample.Role with { Sign = NumberSign.Opposite });
        }

        bool hasLoss = draft.Open(Metric.Reward).Any() || draft.Open(Metric.Loss).Any(sample => sample.Role is { Sign: NumberSign.AsIs, Phase: ColumnPhase.Unknown or ColumnPhase.Train });
        foreach (var sample in draft.Open(Metric.Loss).Where(sample => sample.Role.Sign == NumberSign.Opposite).ToList())
        {
            if (hasLoss)
            {
                // Beside a loss of its own it is of something else.
                sample.Role = ColumnRole.None;
            }
            else
            {
                facts.Doubt(sample.Column.Name, "a loss with its sign turned round, as a likelihood is to rise");
            }
        }
    }

    private void NameLosses()
    {
        var before = draft.Samples.ConvertAll(sample => sample.Role);
        NamelessLosses.Name(draft.Samples);
        for (int i = 0; i < before.Count; i++)
        {
            if (draft.Samples[i].Role is { Kind: RoleKind.Metric } role && before[i].Kind == RoleKind.None)
            {
                facts.Doubt(draft.Samples[i].Column.Name, $"{MetricCatalog.NameOf(role.Phase is ColumnPhase.Validation or ColumnPhase.Test ? RoleDraft.ForValidation(role.Metric) : role.Metric)}, which its name does not say");
            }
        }
    }

    private ColumnSample? Twin(List<List<string>> names, List<string> name) => names.FindIndex(other => other.SequenceEqual(name)) is >= 0 and var index ? draft.Samples[index] : null;
}
