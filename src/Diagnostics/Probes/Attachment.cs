using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Everything that is put on a model, and taken off again: hooks on its layers, on itself and on its loss, and stand-ins in its fields.</summary>
internal sealed class Attachment : IDisposable
{
    private readonly List<ForwardHook> _hooks = [];
    private readonly List<Action> _releaseBeginnings = [];
    private StandIns? _standIns;
    private Action? _releaseLoss;

    /// <summary>Takes a call of a layer.</summary>
    public delegate void LayerObserver(LayerProbe probe, nn.Module module, object? input, object? output);

    /// <summary>Gets the layers that hooks were placed on.</summary>
    public List<LayerProbe> Layers { get; } = [];

    /// <summary>Hooks the layers of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="description">Its structure.</param>
    /// <param name="scopes">The scopes of the run.</param>
    /// <param name="masks">Looks at padding masks.</param>
    /// <param name="observer">Is told of every call.</param>
    /// <returns>The structure, with what was hooked.</returns>
    public ModelDescription HookLayers(nn.Module model, ModelDescription description, ScopeTable scopes, PaddingMasks masks, LayerObserver observer)
    {
        var modules = model.named_modules().GroupBy(item => item.name).ToDictionary(group => group.Key, group => group.First().module);
        var layers = new List<LayerDescription>();
        foreach (var layer in description.Layers)
        {
            layers.Add(layer with { IsHooked = layer.IsLeaf && HookLayer(layer.Path.Length == 0 ? model : modules[layer.Path], layer) });
        }

        return description with { Layers = layers };

        bool HookLayer(nn.Module module, LayerDescription layer)
        {
            var probe = new LayerProbe(layer, scopes.Intern(ScopeKind.Layer, layer.Path));
            if (ForwardHook.Place(module, (input, output) => observer(probe, module, input, output)) is not { } hook)
            {
                return false;
            }

            masks.Hook(probe.Scope, module);
            _hooks.Add(hook);
            Layers.Add(probe);
            return true;
        }
    }

    /// <summary>Hooks the model as a whole.</summary>
    /// <param name="model">The model.</param>
    /// <param name="observer">Is told of every call.</param>
    public void HookModel(nn.Module model, ForwardHook.Observer observer)
    {
        if (ForwardHook.Place(model, observer) is { } hook)
        {
            _hooks.Add(hook);
        }
    }

    /// <summary>Hooks the beginning of a call, of the model and of its first layer: what lies before it is not the model's time.</summary>
    /// <param name="model">The model.</param>
    /// <param name="begin">Is told that a call begins.</param>
    public void HookBeginning(nn.Module model, Action begin)
    {
        var first = model.named_modules().Select(item => item.module).FirstOrDefault(module => !module.children().Any());
        foreach (var usual in new[] { model, first }.OfType<nn.Module<Tensor, Tensor>>().Distinct())
        {
            var remover = usual.register_forward_pre_hook((_, input) =>
            {
                begin();
                return input;
            });
            _releaseBeginnings.Add(remover.remove);
        }
    }

    /// <summary>Hooks the loss, where it compares a prediction with a target.</summary>
    /// <param name="loss">The loss; null when it is not known.</param>
    /// <param name="observer">Is told of every prediction and target.</param>
    /// <param name="aligned">Is told of targets, and of the lengths of outputs and targets, where the loss aligns them.</param>
    /// <param name="labeled">Is told of what the loss is given last.</param>
    public void HookLoss(nn.Module? loss, Action<Tensor, Tensor> observer, Action<Tensor, Tensor, Tensor> aligned, Action<Tensor> labeled)
    {
        if (loss is nn.Module<Tensor, Tensor, Tensor, Tensor> pairs)
        {
            var remover = pairs.register_forward_hook((_, _, _, labels, result) =>
            {
                labeled(labels);
                return result;
            });
            _releaseLoss = remover.remove;
        }

        if (loss is nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor> alignment)
        {
            var remover = alignment.register_forward_hook((_, _, targets, places, lengths, result) =>
            {
                aligned(targets, places, lengths);
                return result;
            });
            _releaseLoss = remover.remove;
        }

        if (loss is nn.Module<Tensor, Tensor, Tensor> criterion)
        {
            var remover = criterion.register_forward_hook((_, prediction, target, result) =>
            {
                observer(prediction, target);
                labeled(target);
                return result;
            });
            _releaseLoss = remover.remove;
        }
    }

    /// <summary>Puts stand-ins for layers that are called through <c>forward</c>.</summary>
    /// <param name="model">The model.</param>
    public void PlaceStandIns(nn.Module model) => _standIns = StandIns.Place(model);

    /// <inheritdoc/>
    public void Dispose()
    {
        _standIns?.Dispose();
        _hooks.ForEach(hook => hook.Dispose());
        _hooks.Clear();
        _releaseBeginnings.ForEach(release => release());
        _releaseBeginnings.Clear();
        _releaseLoss?.Invoke();
        _releaseLoss = null;
    }
}
