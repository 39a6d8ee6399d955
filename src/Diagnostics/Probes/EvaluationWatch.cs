using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Lays what is evaluated beside what is trained on: rows that were trained on before they are evaluated, and inputs and targets that lie elsewhere.</summary>
/// <param name="model">The model.</param>
/// <param name="optimizer">Its optimizer; null where it is not known.</param>
/// <param name="ignored">The class index that the loss leaves out, as it says itself; null where it does not say.</param>
/// <param name="state">Where the run stands.</param>
/// <param name="faults">Is told of faults.</param>
internal sealed class EvaluationWatch(nn.Module model, optim.Optimizer? optimizer, long? ignored, StepState state, FaultGuard faults) : IDisposable
{
    private const string WeightsPart = "following the evaluated weights";

    private const string ComparisonPart = "comparing validation with training";

    private readonly ValidationComparison _comparison = new(ignored);
    private readonly SeenRows _rows = new();
    private readonly EvaluationProbe _again = new(model, state);
    private EvaluatedWeights? _weights;
    private bool _hearsLoss;

    /// <summary>Begins to follow the weights; once, when all else is attached.</summary>
    public void Begin() => faults.Run(WeightsPart, () => _weights = new EvaluatedWeights(model, optimizer));

    /// <summary>Takes a call of a model that is evaluated.</summary>
    public void OnCall(object? input, object? result)
    {
        if (!state.IsOver && !is_grad_enabled() && LayerProbe.FirstTensor(input) is { } evaluated)
        {
            lock (state.Gate)
            {
                faults.Run("looking rows up", () => _rows.AddEvaluation(evaluated));
                faults.Run(ComparisonPart, () => _comparison.AddEvaluation(evaluated));
                if (!model.training)
                {
                    // Who acts in an environment or draws samples runs the model without gradients in training too.
                    faults.Run(WeightsPart, () => _weights?.OnModel(state.Step));
                }

                if (LayerProbe.FirstTensor(result) is { } answered)
                {
                    faults.Run(ComparisonPart, () => _comparison.AddEvaluationOutput(answered));
                }

                if (input is Tensor given && result is Tensor made)
                {
                    faults.Run("keeping an evaluation", () => _again.Keep(given, made));
                }
            }
        }
    }

    /// <summary>Takes what a loss is given that is evaluated.</summary>
    /// <param name="prediction">The output.</param>
    /// <param name="target">The target.</param>
    /// <param name="isShifted">Whether the loss shifts one against the other, so that they are not what it compares.</param>
    public void OnTarget(Tensor prediction, Tensor target, bool isShifted)
    {
        if (!isShifted && !state.IsOver && !is_grad_enabled())
        {
            lock (state.Gate)
            {
                _hearsLoss = true;
                faults.Run(ComparisonPart, () => _comparison.AddEvaluationTarget(prediction, target));
            }
        }
    }

    /// <summary>Takes what a loss compares that is evaluated, as the program tells it. What is heard of a loss that is a module is not taken twice.</summary>
    public void OnTold(Tensor prediction, Tensor target)
    {
        lock (state.Gate)
        {
            if (!state.IsOver && !_hearsLoss)
            {
                faults.Run(ComparisonPart, () => _comparison.AddEvaluationTarget(prediction, target));
            }
        }
    }

    /// <summary>Takes a call of a layer: only those are asked about that tell which of two copies of weights is evaluated.</summary>
    public void OnLayer(nn.Module module)
    {
        // A teacher is called in training steps too, without gradients.
        if (_weights is { } weights && !model.training && !is_grad_enabled() && weights.Concerns(module))
        {
            weights.OnLayer(module);
        }
    }

    /// <summary>Takes what the loss of a training step compares: the shape of the outputs, and the targets.</summary>
    public void AddTrainingClasses(long[] prediction, Tensor target) => faults.Run(ComparisonPart, () => _comparison.AddTrainingClasses(prediction, target));

    /// <summary>Remembers the rows that are trained on.</summary>
    public void AddTrainingRows(Tensor batch) => faults.Run("remembering rows", () => _rows.AddTraining(batch));

    /// <summary>Takes the input of a training step.</summary>
    public void AddTraining(Tensor batch) => faults.Run(ComparisonPart, () => _comparison.AddTraining(batch));

    /// <summary>Takes the target of a training step.</summary>
    public void AddTrainingTarget(Tensor target) => faults.Run(ComparisonPart, () => _comparison.AddTrainingTarget(target));

    /// <summary>Evaluates once more what was evaluated last, the first time that it can.</summary>
    /// <param name="areSamplesFirst">Whether the first dimension is known to count samples.</param>
    /// <param name="shift">By how many places targets run ahead of inputs; null where they are no tokens.</param>
    /// <param name="take">Takes the measurements, which are of the model's output.</param>
    public void LookAgain(bool areSamplesFirst, int? shift, Action<Metric, double> take) => faults.Run("evaluating once more", () => _again.Look(areSamplesFirst, shift, take));

    /// <inheritdoc/>
    public void Dispose()
    {
        _again.Dispose();
        _weights?.Dispose();
    }

    /// <summary>Tells how a validation differs from the training.</summary>
    /// <param name="take">Takes the measurements.</param>
    public void Compare(Action<Metric, double> take)
    {
        faults.Run(ComparisonPart, () => _comparison.Take(take));
        faults.Run(WeightsPart, () =>
        {
            if (_weights?.Take(state.Step) is { } progress)
            {
                take(Metric.EvaluatedWeightProgress, progress);
            }
        });
    }

    /// <summary>Takes the share of rows evaluated since the last validation that were trained on before.</summary>
    /// <returns>0 to 1; null when too few rows were seen.</returns>
    public double? TakeOverlap() => _rows.TakeShare();
}
