using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes.Attached;

/// <summary>
/// Takes the steps of a program in the place of its own optimizer, which the program holds and goes on calling: what that did to the weights is put back. Its learning rate goes the way of the program's schedule.
/// </summary>
/// <param name="own">The optimizer that counts.</param>
/// <param name="present">The program's optimizer.</param>
internal sealed class SubstituteOptimizer(optim.Optimizer own, optim.Optimizer present) : IDisposable
{
    private readonly double _presentAtFirst = present.ParamGroups.First() is var group && group.LearningRate > 0 ? group.LearningRate : group.InitialLearningRate;
    private readonly List<(Parameter Parameter, Tensor Copy)> _kept = [];
    private double[] _atFirst = [];

    /// <summary>Gets the optimizer.</summary>
    public optim.Optimizer Own => own;

    /// <summary>Keeps rate and weights as they are before the first step.</summary>
    public void Begin()
    {
        _atFirst = [.. own.ParamGroups.Select(group => group.LearningRate)];
        Keep();
    }

    /// <summary>Follows the schedule of the program.</summary>
    public void Follow()
    {
        double share = present.ParamGroups.First().LearningRate / _presentAtFirst;
        foreach (var (group, first) in own.ParamGroups.Zip(_atFirst))
        {
            group.LearningRate = double.IsFinite(share) ? first * share : first;
        }
    }

    /// <summary>Takes a step with the gradients of now.</summary>
    public void Step()
    {
        own.step();
        Keep();
    }

    /// <summary>Puts the weights back to what this optimizer made of them.</summary>
    public void PutBack()
    {
        using var guard = no_grad();
        foreach (var (parameter, copy) in _kept)
        {
            parameter.copy_(copy);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kept.ForEach(item => item.Copy.Dispose());
        _kept.Clear();
        own.Dispose();
    }

    private void Keep()
    {
        using var guard = no_grad();
        if (_kept.Count == 0)
        {
            _kept.AddRange(own.parameters().Select(parameter => (parameter, parameter.detach().clone().DetachFromDisposeScope())));
            return;
        }

        foreach (var (parameter, copy) in _kept)
        {
            copy.copy_(parameter);
        }
    }
}
