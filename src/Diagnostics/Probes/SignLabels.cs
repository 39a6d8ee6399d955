using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>The bounds of the labels that a loss of signs is given, as they are when it takes them: a program may store others.</summary>
/// <param name="loss">The loss; null where it is not known.</param>
/// <param name="state">Where the run stands.</param>
/// <param name="faults">Is told of faults.</param>
/// <param name="observe">Takes the measurements.</param>
internal sealed class SignLabels(LossDescription? loss, StepState state, FaultGuard faults, Action<Metric, int, double> observe)
{
    private readonly bool _takesSigns = loss?.TakesSigns ?? false;
    private long _told = -1;

    /// <summary>Takes what the loss is given last, once in a step that is measured. Numbers are measured as they are told.</summary>
    /// <param name="labels">The labels.</param>
    public void OnLabels(Tensor labels)
    {
        if (!_takesSigns || !state.IsSampled || state.IsOver || !is_grad_enabled() || labels.is_floating_point() || labels.NumberOfElements == 0)
        {
            return;
        }

        lock (state.Gate)
        {
            faults.Run("measuring targets", () =>
            {
                if (_told == state.Step)
                {
                    return;
                }

                _told = state.Step;
                using var scope = NewDisposeScope();
                long[] signs = labels.detach().to(ScalarType.Int64).cpu().flatten().contiguous().data<long>().ToArray();
                observe(Metric.TargetMinimum, ScopeTable.Run, signs.Min());
                observe(Metric.TargetMaximum, ScopeTable.Run, signs.Max());
            });
        }
    }
}
