using static TorchSharp.torch;

namespace TrainingDoctor.Changes.Attached;

/// <summary>What can be done about samples that only the program has: on their way into the model and the loss, and in what flows back from them.</summary>
internal sealed partial class AttachedTraining
{
    private const int MostBatchesWithoutRepair = 50;

    /// <summary>Gets a value indicating whether classes are weighted.</summary>
    public bool WeighsClasses { get; private set; }

    /// <summary>Has every sample weigh in the gradient as its class is rare. The value of the loss stays.</summary>
    /// <param name="change">Who asks.</param>
    public void WeighClasses(ProgramChange change)
    {
        var weights = new ClassWeights();
        WeighsClasses = true;
        var remover = RequiredLoss.register_forward_pre_hook((_, output, target) =>
        {
            if (!is_grad_enabled() || !output.requires_grad)
            {
                return (output, target);
            }

            using var factor = weights.Of(output, target);
            if (factor is null)
            {
                Deny(change, "targets are not one class per sample, so classes cannot be balanced from outside.", afterSteps: 1);
                WeighsClasses = false;
                return (output, target);
            }

            Confirm(change, "every sample weighted in the gradient by how rare its class was in the batches seen so far");
            return (ScaledGradient.Of(output, factor), target);
        });
        _removers.Add(remover.remove);
    }

    /// <summary>Has the model answer on the scale of its targets.</summary>
    /// <param name="change">Who asks.</param>
    public void ScaleTargets(ProgramChange change)
    {
        var scale = _targets = new TargetScale(Loss);

        // Behind what measures the model, which then sees answers and targets of one scale.
        _onFirstCall.Add(() =>
        {
            var remover = ForwardExit.Place(Model, output =>
            {
                if (scale.IsKnown)
                {
                    Confirm(change, "the model answers on the scale of the targets seen so far, with the gradient of targets brought to mean 0 and standard deviation 1; losses stay in the program's units");
                }
                else
                {
                    Deny(change, "the monitor is not told the targets (monitor.Step(loss, target)).", afterSteps: 3);
                }

                return scale.TurnedBack(output);
            });
            if (remover is null)
            {
                Deny(change, "the model does not answer with a tensor.", afterSteps: 1);
            }
            else
            {
                _removers.Add(remover);
            }
        });
        WaitForCalls(change);
    }

    /// <summary>Has inputs repaired on their way into the model, and targets on theirs into the loss.</summary>
    /// <param name="change">Who asks.</param>
    public void RepairSamples(ProgramChange change)
    {
        WaitForCalls(change);
        if (Loss is nn.Module<Tensor, Tensor, Tensor>)
        {
            TargetRange? range = null;
            ConvertTargets(target =>
            {
                range ??= TargetRange.Of(target);
                if (range is null)
                {
                    return null;
                }

                Confirm(change, "targets of two values brought to 0 and 1");
                return range.Apply(target);
            });
        }

        _inputs.Add(input =>
        {
            if (InputRepair.Of(input) is not { } repaired)
            {
                Deny(change, FormattableString.Invariant($"there is nothing to repair in the samples of the first {MostBatchesWithoutRepair} steps."), MostBatchesWithoutRepair);
                return null;
            }

            Confirm(change, "values that are not finite replaced by the mean of their feature in the batch, samples far beyond all others brought back");
            return repaired;
        });
    }
}
