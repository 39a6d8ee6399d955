using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Roles;

/// <summary>
/// Gives roles to columns whose names say less than a metric: <c>train</c> beside <c>val</c>, <c>total</c> beside its parts, <c>validation_0</c> beside <c>validation_1</c>, and squared errors where no loss is named.
/// Only what other columns leave open is taken.
/// </summary>
internal static class NamelessLosses
{
    /// <summary>How well a bare name fits a loss: better than a part of one, worse than any that says so.</summary>
    private const int BareRank = 60;

    /// <summary>What fits less is a part of a loss.</summary>
    private const int LeastOfWholes = 50;

    /// <summary>Judges the columns together, once each has been judged by its own name.</summary>
    public static void Name(IReadOnlyList<ColumnSample> samples)
    {
        var open = samples.Where(sample => sample.Count > 0 && sample.Column.Given is null && sample.Role.Kind is RoleKind.None or RoleKind.Metric).ToList();
        TakeFirstSetForTraining(open);
        if (!open.Exists(IsLoss))
        {
            NameBarePhases(open);
        }

        if (!open.Exists(sample => IsLoss(sample) && sample.Role.Rank >= LeastOfWholes) && open.Find(sample => sample.Role.Kind == RoleKind.None && ColumnName.Words(sample.Column.Name) is ["total" or "overall" or "objective"]) is { } total)
        {
            total.Role = Loss(ColumnPhase.Unknown);
        }

        if (!open.Exists(IsLoss))
        {
            TakeSquaredErrors(open);
        }
    }

    /// <summary>Tells whether numbers are scores: what rises to the end and never leaves 0 to 1 is one, as no loss of a network that learns does.</summary>
    /// <param name="samples">The columns.</param>
    public static bool AreScores(List<ColumnSample> samples) => samples.TrueForAll(sample => sample is { Minimum: >= 0, Maximum: <= 1 } && sample.Last > sample.First + (0.1 * (1 - sample.First)));

    private static bool IsLoss(ColumnSample sample) => sample.Role is { Kind: RoleKind.Metric, Metric: Metric.Loss };

    /// <summary>Boosting libraries number what they evaluate on, and those who name no training set evaluate on it first.</summary>
    private static void TakeFirstSetForTraining(List<ColumnSample> open)
    {
        if (open.Exists(sample => sample.Role.Phase == ColumnPhase.Train))
        {
            return;
        }

        var second = open.Where(sample => NumberOfSet(sample) == 1).Select(Rest).ToHashSet(StringComparer.Ordinal);
        foreach (var sample in open.Where(sample => NumberOfSet(sample) == 0 && second.Contains(Rest(sample))))
        {
            sample.Role = sample.Role with { Phase = ColumnPhase.Train, IsUsuallyEvaluation = false };
        }
    }

    /// <summary>Finds 0 in <c>validation_0-logloss</c> and 1 in <c>valid_1/rmse</c>; null in names that number no set.</summary>
    private static int? NumberOfSet(ColumnSample sample) => ColumnName.Words(sample.Column.Name) is [var phase, "0" or "1", ..] words && RoleLexicon.PhaseOf(phase) == ColumnPhase.Validation
        && sample.Role.Kind == RoleKind.Metric ? words[1][0] - '0' : null;

    private static string Rest(ColumnSample sample) => string.Join(' ', ColumnName.Words(sample.Column.Name).Skip(2));

    private static void NameBarePhases(List<ColumnSample> open)
    {
        var bare = open.Where(sample => sample.Role.Kind == RoleKind.None).Select(sample => (Sample: sample, Phase: PhaseAlone(sample.Column.Name))).Where(item => item.Phase != ColumnPhase.Unknown).ToList();
        bool training = bare.Exists(item => item.Phase == ColumnPhase.Train);
        bool evaluation = bare.Exists(item => item.Phase != ColumnPhase.Train);
        if (!training || !evaluation)
        {
            return;
        }

        bool isScore = AreScores(bare.ConvertAll(item => item.Sample));
        foreach (var (sample, phase) in bare)
        {
            sample.Role = Loss(phase) with { Metric = isScore ? Metric.Accuracy : Metric.Loss };
        }
    }

    private static ColumnPhase PhaseAlone(string name)
    {
        var words = ColumnName.Words(name).Where(word => !RoleLexicon.IsFiller(word)).ToList();
        return words is [var word] ? RoleLexicon.PhaseOf(word) : ColumnPhase.Unknown;
    }

    /// <summary>Where nothing is called a loss, a regression minimises its squared error.</summary>
    private static void TakeSquaredErrors(List<ColumnSample> open)
    {
        foreach (var sample in open.Where(sample => sample.Role is { Kind: RoleKind.Metric, Metric: Metric.Error } && ColumnName.Words(sample.Column.Name) is var words && words.Contains("mse")
            && words.TrueForAll(word => word == "mse" || RoleLexicon.PhaseOf(word) != ColumnPhase.Unknown || RoleLexicon.IsFiller(word))))
        {
            sample.Role = Loss(sample.Role.Phase);
        }
    }

    private static ColumnRole Loss(ColumnPhase phase) => new(RoleKind.Metric) { Metric = Metric.Loss, Phase = phase, Rank = BareRank };
}
