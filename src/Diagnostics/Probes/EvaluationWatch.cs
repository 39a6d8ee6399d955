using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Lays what is evaluated beside what is trained on: rows that were trained on before they are evaluated, and inputs and targets that lie elsewhere.</summary>
/// <param name="state">Where the run stands.</param>
/// <param name="faults">Is told of faults.</param>
internal sealed class EvaluationWatch(StepState state, FaultGuard faults)
{
    private const string ComparisonPart = "comparing validation with training";

    private readonly ValidationComparison _comparison = new();
    private readonly SeenRows _rows = new();

    /// <summary>Takes the input of a model that is evaluated.</summary>
    public void OnInput(object? input)
    {
        if (!state.IsOver && !is_grad_enabled() && LayerProbe.FirstTensor(input) is { } evaluated)
        {
            lock (state.Gate)
            {
                faults.Run("looking rows up", () => _rows.AddEvaluation(evaluated));
                faults.Run(ComparisonPart, () => _comparison.AddEvaluation(evaluated));
            }
        }
    }

    /// <summary>Takes the target of a loss that is evaluated.</summary>
    public void OnTarget(Tensor target)
    {
        if (!state.IsOver && !is_grad_enabled())
        {
            lock (state.Gate)
            {
                faults.Run(ComparisonPart, () => _comparison.AddEvaluationTarget(target));
            }
        }
    }

    /// <summary>Remembers the rows that are trained on.</summary>
    public void AddTrainingRows(Tensor batch) => faults.Run("remembering rows", () => _rows.AddTraining(batch));

    /// <summary>Takes the input of a training step.</summary>
    public void AddTraining(Tensor batch) => faults.Run(ComparisonPart, () => _comparison.AddTraining(batch));

    /// <summary>Takes the target of a training step.</summary>
    public void AddTrainingTarget(Tensor target) => faults.Run(ComparisonPart, () => _comparison.AddTrainingTarget(target));

    /// <summary>Tells how a validation differs from the training.</summary>
    /// <param name="take">Takes the measurements.</param>
    public void Compare(Action<Metric, double> take) => faults.Run(ComparisonPart, () => _comparison.Take(take));

    /// <summary>Takes the share of rows evaluated since the last validation that were trained on before.</summary>
    /// <returns>0 to 1; null when too few rows were seen.</returns>
    public double? TakeOverlap() => _rows.TakeShare();
}
