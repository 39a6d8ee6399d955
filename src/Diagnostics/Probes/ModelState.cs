using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Everything of a model and of torch that a preflight changes, to be put back as it was: values, gradients, modes, random numbers.</summary>
internal sealed class ModelState : IDisposable
{
    private readonly List<(Tensor Value, Tensor Copy)> _values;
    private readonly List<(Tensor Parameter, Tensor? Gradient)> _gradients;
    private readonly List<(nn.Module Module, bool Training)> _modes;
    private readonly Tensor _random;

    /// <summary>Keeps the state of a model. Its gradients are taken off until they are put back.</summary>
    /// <param name="model">The model.</param>
    public ModelState(nn.Module model)
    {
        using var still = no_grad();
        _modes = [.. model.named_modules().Select(item => (item.module, item.module.training)).Prepend((model, model.training))];
        _values = [.. model.parameters().Cast<Tensor>().Concat(model.buffers()).Select(value => (value, value.detach().clone().DetachFromDisposeScope()))];
        _gradients = [.. model.parameters().Select(parameter => ((Tensor)parameter, parameter.grad?.DetachFromDisposeScope()))];
        _random = get_rng_state().DetachFromDisposeScope();
        TakeOffGradients();
    }

    /// <summary>Gives parameters and buffers their values back, and takes gradients off.</summary>
    public void Rewind()
    {
        using var still = no_grad();
        foreach (var (value, copy) in _values)
        {
            value.copy_(copy);
        }

        TakeOffGradients();
    }

    /// <summary>Puts everything back.</summary>
    public void Dispose()
    {
        Rewind();
        using var still = no_grad();
        foreach (var (parameter, gradient) in _gradients)
        {
            parameter.grad = gradient;
            gradient?.Dispose();
        }

        // A module hands its mode down, so that those below must come after it.
        foreach (var (module, training) in _modes)
        {
            module.train(training);
        }

        set_rng_state(_random);
        _random.Dispose();
        _values.ForEach(value => value.Copy.Dispose());
    }

    private void TakeOffGradients() => _gradients.ForEach(item => item.Parameter.grad = null);
}
