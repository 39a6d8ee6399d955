using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>
/// Tells whether the weights that are evaluated keep up with those that are trained, where they are not the same: a copy within the model (an average, another instance), or values that are
/// put in place of the trained ones while the model is evaluated.
/// </summary>
/// <remarks>Looks at samples of the weights, in evaluations only.</remarks>
internal sealed class EvaluatedWeights : IDisposable
{
    private const int MostTensors = 64;
    private const long MostOfTensor = 256;

    private readonly List<Parameter> _trained;
    private readonly List<Parameter> _copied;
    private readonly HashSet<nn.Module> _trainedEnds = [];
    private readonly HashSet<nn.Module> _copiedEnds = [];
    private readonly Tensor _start;
    private Tensor? _evaluated;
    private long _evaluatedAt;
    private bool _wasTrainedCalled;
    private bool _wasCopyCalled;

    /// <summary>Begins to watch a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Its optimizer, which tells what is trained; null where it is not known.</param>
    public EvaluatedWeights(nn.Module model, optim.Optimizer? optimizer)
    {
        var held = optimizer?.parameters().Select(parameter => parameter.Handle).ToHashSet();
        bool IsTrained(Parameter parameter) => held?.Contains(parameter.Handle) ?? parameter.requires_grad;
        if (Copies(model, IsTrained) is var (trained, copy))
        {
            (_trained, _copied) = ([.. trained.parameters().Take(MostTensors)], [.. copy.parameters().Take(MostTensors)]);
            _trainedEnds.UnionWith(Ends(trained));
            _copiedEnds.UnionWith(Ends(copy));
        }
        else
        {
            _trained = [.. model.parameters().Where(IsTrained).Take(MostTensors)];
            _copied = [];
        }

        _start = Sample(_copied.Count > 0 ? _copied : _trained);
    }

    /// <summary>Takes a call of a layer in an evaluation.</summary>
    /// <param name="module">The layer.</param>
    public void OnLayer(nn.Module module)
    {
        _wasCopyCalled |= _copiedEnds.Contains(module);
        _wasTrainedCalled |= _trainedEnds.Contains(module);
    }

    /// <summary>Gets a value indicating whether a layer tells which of two copies is evaluated.</summary>
    /// <param name="module">The layer.</param>
    public bool Concerns(nn.Module module) => _copiedEnds.Count > 0 && (_copiedEnds.Contains(module) || _trainedEnds.Contains(module));

    /// <summary>Takes a call of the model in an evaluation: the first between two steps is looked at.</summary>
    /// <param name="step">Where the run stands.</param>
    public void OnModel(long step)
    {
        if (_copied.Count == 0 && (_evaluated is null || _evaluatedAt != step))
        {
            _evaluated?.Dispose();
            (_evaluated, _evaluatedAt) = (Sample(_trained), step);
        }
    }

    /// <summary>Tells how far the evaluated weights have come, and begins anew. An evaluation that steps of training have followed since, as one to draw samples, tells nothing.</summary>
    /// <param name="step">Where the run stands.</param>
    /// <returns>0 for the weights of the start, 1 for those of now; null where the trained weights were evaluated, or have not moved.</returns>
    public double? Take(long step)
    {
        using var lately = _evaluated;
        using var evaluated = _wasCopyCalled && !_wasTrainedCalled ? Sample(_copied) : _evaluatedAt == step ? lately?.alias() : null;
        (_evaluated, _wasCopyCalled, _wasTrainedCalled) = (null, false, false);
        if (evaluated is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var now = Sample(_trained);
        if (now.NumberOfElements != _start.NumberOfElements || evaluated.NumberOfElements != _start.NumberOfElements)
        {
            return null;
        }

        double behind = (now - evaluated).norm().item<double>();
        double way = (now - _start).norm().item<double>();
        return behind > 0 && way > 0 && double.IsFinite(way) && double.IsFinite(behind) ? 1 - (behind / way) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _start.Dispose();
        _evaluated?.Dispose();
    }

    /// <summary>Finds a part of the model that is trained and another of the same weights, by name and shape, that is not; the largest such pair.</summary>
    private static (nn.Module Trained, nn.Module Copy)? Copies(nn.Module model, Func<Parameter, bool> isTrained)
    {
        var parts = model.named_modules().Select(item => (item.module, Parameters: item.module.named_parameters().ToList())).Where(part => part.Parameters.Count > 0).ToList();
        var (trained, others) = (new Dictionary<string, nn.Module>(StringComparer.Ordinal), new List<(nn.Module Module, string Form, int Count)>());
        foreach (var (module, parameters) in parts)
        {
            string form = $"{module.GetType()}:{string.Join(';', parameters.Select(item => $"{item.name}:{string.Join(',', item.parameter.shape)}"))}";
            if (parameters.Exists(item => isTrained(item.parameter)))
            {
                trained.TryAdd(form, module);
            }
            else
            {
                others.Add((module, form, parameters.Count));
            }
        }

        return others.OrderByDescending(part => part.Count).Where(part => trained.ContainsKey(part.Form)).Select(part => ((nn.Module, nn.Module)?)(trained[part.Form], part.Module)).FirstOrDefault();
    }

    private static IEnumerable<nn.Module> Ends(nn.Module module) => module.children().Any() ? module.modules().Where(part => !part.children().Any()) : [module];

    private static Tensor Sample(List<Parameter> parameters)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var pieces = parameters.Where(parameter => !parameter.IsInvalid && parameter.NumberOfElements > 0).Select(parameter =>
        {
            var flat = parameter.detach().flatten();
            long stride = Math.Max(1, (flat.NumberOfElements + MostOfTensor - 1) / MostOfTensor);
            return flat.slice(0, 0, flat.NumberOfElements, stride).to(ScalarType.Float64).cpu();
        }).ToList();
        return (pieces.Count > 0 ? cat(pieces, 0) : empty(0, ScalarType.Float64)).MoveToOuterDisposeScope().DetachFromDisposeScope();
    }
}
