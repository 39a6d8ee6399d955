using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Monitoring;

/// <summary>Treats the training that a monitor is attached to, by the plan of a trial. The room of cures implements it and registers how it is made, since it knows monitors and they do not know it.</summary>
internal interface IAttachedTreatment : IDisposable
{
    /// <summary>Gets or sets what begins a treatment when a monitor attaches, where the environment asks for one; it returns null where it does not.</summary>
    static Func<nn.Module, TrainingMonitorOptions, IAttachedTreatment?> Begin { get; set; } = (_, _) => null;

    /// <summary>Sets what runs a part that may fail: it must not throw into the training.</summary>
    Action<string, Action> Guard { set; }

    /// <summary>Gets the optimizer that counts; null where the monitor was given none.</summary>
    optim.Optimizer? Optimizer { get; }

    /// <summary>Gets the loss that counts; null where the monitor was given none.</summary>
    nn.Module? Loss { get; }

    /// <summary>Acts between the backward pass and the optimizer's step.</summary>
    void BeforeUpdate();

    /// <summary>Acts after the optimizer's step, before the step is measured.</summary>
    void AfterUpdate();

    /// <summary>Acts after the step was measured, before the next one.</summary>
    void EndStep();

    /// <summary>Returns a target as the loss is given it.</summary>
    /// <param name="target">The target; null for none.</param>
    Tensor? Converted(Tensor? target);
}
