using TorchSharp;
using TrainingDoctor.Models;
using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Preflights;

/// <summary>What each leaf of a model took and made in its first call, in the order of the calls.</summary>
internal sealed class LayerOutputs : IDisposable
{
    private const long MostElements = 1 << 24;
    private readonly List<(string Path, nn.Module Module, Tensor? Input, Tensor Output)> _calls = [];
    private long _elements;

    private LayerOutputs()
    {
    }

    /// <summary>Gets the calls.</summary>
    public IReadOnlyList<(string Path, nn.Module Module, Tensor? Input, Tensor Output)> Calls => _calls;

    /// <summary>Hears the leaves of a model while something runs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="action">What runs.</param>
    public static LayerOutputs During(nn.Module model, Action action)
    {
        var outputs = new LayerOutputs();
        var leaves = ModuleWalk.Leaves(model);
        List<ForwardHook> hooks = [];
        try
        {
            foreach (var (path, module) in leaves.Count > 0 ? leaves : [(string.Empty, model)])
            {
                if (ForwardHook.Place(module, (input, output) => outputs.Add(path, module, input, output)) is { } hook)
                {
                    hooks.Add(hook);
                }
            }

            using var standIns = StandIns.Place(model);
            action();
        }
        finally
        {
            hooks.ForEach(hook => hook.Dispose());
        }

        return outputs;
    }

    /// <inheritdoc/>
    public void Dispose() => _calls.ForEach(call =>
    {
        call.Input?.Dispose();
        call.Output.Dispose();
    });

    private void Add(string path, nn.Module module, object? input, object? output)
    {
        if (_calls.Any(call => call.Module == module) || LayerProbe.FirstTensor(output) is not { } made || (_elements += made.NumberOfElements) > MostElements)
        {
            return;
        }

        using var still = no_grad();
        var taken = input is Tensor tensor ? tensor.detach().clone().DetachFromDisposeScope() : null;
        _calls.Add((path, module, taken, made.detach().clone().DetachFromDisposeScope()));
    }
}
