using TrainingDoctor.Models;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Looks whether the optimizer remembers steps, until it does: one that is made anew for each step leaves this one as it was.</summary>
/// <param name="optimizer">The optimizer; null where it is not known.</param>
/// <param name="observe">Takes the measurements.</param>
internal sealed class OptimizerMemory(optim.Optimizer? optimizer, Action<Metric, int, double> observe)
{
    private bool _isOver = optimizer is null;

    /// <summary>Looks after a step.</summary>
    public void Look()
    {
        if (_isOver)
        {
            return;
        }

        bool? remembers = OptimizerInspector.RemembersSteps(optimizer!);
        _isOver = remembers != false;
        if (remembers is not null)
        {
            observe(Metric.OptimizerIdle, ScopeTable.Run, _isOver ? 0 : 1);
        }
    }
}
