using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>A remedy turned into changes of a training program, and what of it cannot be applied from outside.</summary>
/// <param name="Changes">The changes, in the order of the remedy's actions.</param>
/// <param name="Skipped">Actions that need the user's hand, each with the reason.</param>
internal sealed record RemedyPlan(IReadOnlyList<ProgramChange> Changes, IReadOnlyList<(RemedyAction Action, string Reason)> Skipped)
{
    /// <summary>Gets the actions behind each change, in the order of <see cref="Changes"/>: several changes of the learning rate are one.</summary>
    public required IReadOnlyList<IReadOnlyList<RemedyAction>> Origins { get; init; }

    /// <summary>Plans the actions of one or several remedies.</summary>
    /// <param name="actions">The actions.</param>
    /// <param name="isTolerant">Whether a change that does not apply to the program is left out in place of ending the trial.</param>
    public static RemedyPlan Of(IEnumerable<RemedyAction> actions, bool isTolerant = false)
    {
        var changes = new List<(ProgramChange Change, IReadOnlyList<RemedyAction> Origins)>();
        var skipped = new List<(RemedyAction, string)>();
        foreach (var action in actions)
        {
            try
            {
                Add(changes, ToChange(action), action, isTolerant);
            }
            catch (CureNotApplicableException exception)
            {
                skipped.Add((action, exception.Message));
            }
        }

        return new RemedyPlan([.. changes.Select(item => item.Change)], skipped) { Origins = [.. changes.Select(item => item.Origins)] };
    }

    /// <summary>Of several changes of the learning rate one remains, in place of the last: an earlier one must not bound a later one.</summary>
    private static void Add(List<(ProgramChange Change, IReadOnlyList<RemedyAction> Origins)> changes, ProgramChange change, RemedyAction action, bool isTolerant)
    {
        int index = changes.FindIndex(item => item.Change is LearningRateChange);
        var earlier = index < 0 ? default : changes[index];
        if (change is LearningRateChange rate)
        {
            changes.Remove(earlier);
            changes.Add(index < 0 ? (rate, [action]) : (rate.After((LearningRateChange)earlier.Change), [.. earlier.Origins, action]));
            return;
        }

        changes.Add((isTolerant ? new WhereApplicable(change) : change, [action]));
        if (change is OptimizerChange { LearningRate: { } own } && index >= 0)
        {
            // The new optimizer comes with a rate of its own.
            changes.RemoveAt(index);
            changes.Add((LearningRateChange.Set(own).After((LearningRateChange)earlier.Change), earlier.Origins));
        }
    }

    private static ProgramChange ToChange(RemedyAction action)
    {
        var layers = action.Layers ?? [];
        return action.Kind switch
        {
            RemedyActionKind.ReplaceActivation => new ActivationReplacement(layers, Required(action.To, action)),
            RemedyActionKind.Reinitialize => new Reinitialization(layers, action.Scheme ?? "default"),
            RemedyActionKind.ScaleLearningRate => LearningRateChange.Scale(Required(action.Factor, action)),
            RemedyActionKind.SetLearningRate when action.Method == RemedyAction.Constant => LearningRateChange.Hold(Required(action.Value, action)),
            RemedyActionKind.SetLearningRate => LearningRateChange.Set(Required(action.Value, action)),
            RemedyActionKind.AddWarmup => new Warmup(Math.Max(1, Required(action.Steps, action))),
            RemedyActionKind.ClipGradientNorm => new GradientClipping(Required(action.MaxNorm, action)),
            RemedyActionKind.AddNormalization when NormalizationMomentum.In(action.Type) is { } momentum => new NormalizationMomentum(layers, momentum),
            RemedyActionKind.AddNormalization => new NormalizationInsertion(layers, action.Type),
            RemedyActionKind.RemoveNormalization => new NormalizationRemoval(layers),
            RemedyActionKind.ChangeOutputActivation => new OutputActivationChange(layers, Required(action.To, action), action.From),
            RemedyActionKind.ChangeLoss when action.To?.Contains("reshape", StringComparison.Ordinal) == true => new TargetShape(),
            RemedyActionKind.ChangeLoss when action.To == ReversedObjective.Name => new ReversedObjective(),
            RemedyActionKind.ChangeLoss => new LossChange(Required(action.To, action)),
            RemedyActionKind.ScaleInputs => new InputScaling(targets: action.Method?.Contains("target", StringComparison.OrdinalIgnoreCase) == true),
            RemedyActionKind.ShuffleData => new BatchOrder(size: null, balanced: false),
            RemedyActionKind.BalanceClasses => new BatchOrder(size: null, balanced: true),
            RemedyActionKind.ChangeBatchSize when action.Value is { } size => new BatchOrder((long)size, balanced: false),
            RemedyActionKind.ZeroGradients => new ZeroGradients(),
            RemedyActionKind.StepOptimizer => new OptimizerStep(),
            RemedyActionKind.RegisterParameters => new ParameterRegistration(),
            RemedyActionKind.FixLayout when layers.Count > 0 && action.Method != "channels-first" => new SamplesFirst(layers),
            RemedyActionKind.CleanData when action.Method is null => new DataCleaning(),
            RemedyActionKind.SetEvaluationMode => new EvaluationMode(),
            RemedyActionKind.Unfreeze => new Unfreezing(layers),
            RemedyActionKind.ChangeOptimizer => new OptimizerChange(Required(action.To, action), action.Value, weightDecay: null),
            RemedyActionKind.AddDropout => new DropoutInsertion(action.Rate ?? 0.25),
            RemedyActionKind.RemoveDropout => new DropoutRemoval(layers, action.Rate ?? 0),
            RemedyActionKind.AddWeightDecay when action.Value is 0 => new OptimizerChange(to: null, learningRate: null, weightDecay: 0),
            RemedyActionKind.AddWeightDecay => new WeightDecaySetting(Required(action.Value, action)),
            RemedyActionKind.StopEarly when action.Epoch is { } epoch => new EpochLimit(epochs => Math.Min(epochs, (int)Math.Ceiling(epoch))),
            RemedyActionKind.TrainLonger => new EpochLimit(epochs => epochs * 2),
            _ => throw new CureNotApplicableException($"'{KebabCase.Of(action.Kind)}' needs a change of the program itself."),
        };
    }

    private static T Required<T>(T? value, RemedyAction action)
        where T : struct => value ?? throw Missing(action);

    private static string Required(string? value, RemedyAction action) => value ?? throw Missing(action);

    private static CureNotApplicableException Missing(RemedyAction action) => new($"'{KebabCase.Of(action.Kind)}' does not say with what.");
}
