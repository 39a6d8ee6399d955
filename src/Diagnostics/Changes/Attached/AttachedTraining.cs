using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes.Attached;

/// <summary>A training that is under way, with what its monitor was given of it, and what changes may do to it: everything that can be done without the program's own lines.</summary>
internal sealed partial class AttachedTraining : ITreatedTraining, IDisposable
{
    private readonly Dictionary<string, object> _items = [];
    private readonly optim.Optimizer? _optimizer;
    private readonly ScheduledRates? _rates;
    private readonly List<Action> _removers = [];
    private readonly List<Func<Tensor, Tensor?>> _conversions = [];
    private readonly List<ProgramChange> _waiting = [];
    private readonly HashSet<ProgramChange> _decided = [];
    private readonly List<Func<Tensor, Tensor?>> _inputs = [];
    private readonly List<Action> _onFirstCall = [];
    private SubstituteOptimizer? _substitute;
    private TargetScale? _targets;
    private RunningScale? _scale;
    private ProgramChange? _scaling;
    private bool _wasCalled;

    /// <summary>Takes what is known of a training.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer; null where the monitor was not given it.</param>
    /// <param name="loss">The loss; null where the monitor was not given it.</param>
    public AttachedTraining(nn.Module model, optim.Optimizer? optimizer, nn.Module? loss)
    {
        (Model, _optimizer, Loss) = (model, optimizer, loss);
        if (optimizer is not null)
        {
            _rates = new ScheduledRates(optimizer);
            OptimizerParameters.Settle(optimizer);
        }
    }

    /// <summary>Occurs when a change that waited for it was applied, with what was done.</summary>
    public event Action<ProgramChange, string>? Confirmed;

    /// <summary>Occurs when a change that waited turned out to have no place, with the reason.</summary>
    public event Action<ProgramChange, string>? Denied;

    /// <inheritdoc/>
    public nn.Module Model { get; }

    /// <inheritdoc/>
    public IReadOnlyList<optim.Optimizer> Optimizers => (_substitute?.Own ?? _optimizer) is { } optimizer ? [optimizer] : [];

    /// <inheritdoc/>
    public int Step { get; private set; }

    /// <summary>Gets the loss that counts; null where the monitor was not given one.</summary>
    public nn.Module? Loss { get; private set; }

    /// <summary>Gets the optimizer that counts.</summary>
    /// <exception cref="CureNotApplicableException">The monitor was not given one.</exception>
    public optim.Optimizer RequiredOptimizer => Optimizers.Count > 0 ? Optimizers[0] : throw new CureNotApplicableException("the monitor is not given the optimizer (TrainingMonitorOptions.Optimizer).");

    /// <summary>Gets the loss that counts.</summary>
    /// <exception cref="CureNotApplicableException">The monitor was not given one.</exception>
    public nn.Module<Tensor, Tensor, Tensor> RequiredLoss =>
        Loss as nn.Module<Tensor, Tensor, Tensor> ?? throw new CureNotApplicableException("the monitor is not given the loss as a module (TrainingMonitorOptions.Loss).");

    /// <inheritdoc/>
    public T Item<T>(string key, Func<T> create)
        where T : notnull
    {
        if (!_items.TryGetValue(key, out object? item))
        {
            item = create();
            _items.Add(key, item);
        }

        return (T)item;
    }

    /// <summary>Says that a change which waited was applied.</summary>
    /// <param name="change">The change.</param>
    /// <param name="text">What was done; only what is said first counts.</param>
    public void Confirm(ProgramChange change, string text)
    {
        _waiting.Remove(change);
        if (_decided.Add(change))
        {
            Confirmed?.Invoke(change, text);
        }
    }

    /// <summary>Says that a change which waits has no place, once so many steps have passed.</summary>
    /// <param name="change">The change.</param>
    /// <param name="reason">Why.</param>
    /// <param name="afterSteps">The steps; from 1.</param>
    public void Deny(ProgramChange change, string reason, int afterSteps)
    {
        if (Step + 1 >= afterSteps && _decided.Add(change))
        {
            Denied?.Invoke(change, reason);
        }
    }

    /// <summary>Has a change wait for the first call of the model.</summary>
    /// <param name="change">The change.</param>
    public void WaitForCalls(ProgramChange change) => _waiting.Add(change);

    /// <summary>Keeps the program's own schedule multiplied, as the rate of now was.</summary>
    /// <param name="factor">The factor.</param>
    public void FollowScaled(double factor)
    {
        if (_substitute is null)
        {
            _rates?.Scale(factor);
        }
    }

    /// <summary>Gives the optimizer all parameters of the model that it does not hold.</summary>
    /// <returns>How many these were.</returns>
    public int HoldAll()
    {
        var held = RequiredOptimizer.parameters().Select(parameter => parameter.Handle).ToHashSet();
        List<Parameter> missing = [.. Model.parameters().Where(parameter => !held.Contains(parameter.Handle)).DistinctBy(parameter => parameter.Handle)];
        if (missing.Count > 0)
        {
            OptimizerParameters.Add(RequiredOptimizer, missing);
        }

        return missing.Count;
    }

    /// <summary>Has another optimizer take the steps.</summary>
    /// <param name="own">The optimizer; disposed with the training.</param>
    public void Substitute(optim.Optimizer own)
    {
        _substitute?.Dispose();
        _substitute = new SubstituteOptimizer(own, _optimizer!);
    }

    /// <summary>Has another loss answer in the place of the program's.</summary>
    /// <param name="other">The loss.</param>
    public void ReplaceLoss(nn.Module<Tensor, Tensor, Tensor> other)
    {
        var remover = RequiredLoss.register_forward_hook((_, output, target, _) => other.call(output, target));
        _removers.Add(remover.remove);
        Loss = other;
    }

    /// <summary>Gets a value indicating whether the losses that the program tells have the opposite of the sign that they are to have.</summary>
    public bool TellsOpposite { get; private set; }

    /// <summary>Has the model's output changed on its way out, before anybody measures it.</summary>
    /// <param name="change">Returns what stands in the output's place; null to leave it.</param>
    /// <exception cref="CureNotApplicableException">The model does not answer with a tensor.</exception>
    public void ChangeOutput(Func<Tensor, Tensor?> change) => _removers.Add(ForwardExit.Place(Model, change) ?? throw new CureNotApplicableException("the model does not answer with a tensor."));

    /// <summary>Has the loss made small with the opposite sign: at the loss where the monitor was given it, else in what flows back into the model.</summary>
    /// <param name="change">Who asks.</param>
    public void ReverseObjective(ProgramChange change)
    {
        if (Loss is nn.Module<Tensor, Tensor, Tensor> loss)
        {
            var remover = loss.register_forward_hook((_, _, _, result) => result.neg());
            _removers.Add(remover.remove);
            Confirm(change, "the loss is handed on with the opposite sign");
            return;
        }

        TellsOpposite = true;
        WaitForCalls(change);
        ChangeOutput(output =>
        {
            if (!is_grad_enabled() || !output.requires_grad || !output.is_floating_point())
            {
                return null;
            }

            Confirm(change, "what flows back into the model has the opposite sign, and so have the losses that are told");
            using var minus = full(1, -1, output.dtype, output.device);
            return ScaledGradient.Of(output, minus);
        });
    }

    /// <summary>Has targets converted on their way into the loss.</summary>
    /// <param name="conversion">Converts a target; null where it is as it should be.</param>
    public void ConvertTargets(Func<Tensor, Tensor?> conversion)
    {
        var remover = RequiredLoss.register_forward_pre_hook((_, output, target) => (output, conversion(target) ?? target));
        _removers.Add(remover.remove);
        _conversions.Add(conversion);
    }

    /// <summary>Returns a target as the loss is given it, and as the model has to answer it.</summary>
    /// <param name="target">The target as the program made it; null for none.</param>
    public Tensor? Converted(Tensor? target)
    {
        if (target is null)
        {
            return null;
        }

        var converted = _conversions.Aggregate(target, (present, conversion) => conversion(present) ?? present);
        if (_targets is { } scale && converted.is_floating_point())
        {
            scale.Take(converted);
            return scale.Scaled(converted) ?? converted;
        }

        return converted;
    }

    /// <summary>Has the model's input scaled by what was seen of it so far.</summary>
    /// <param name="change">Who asks.</param>
    public void ScaleInputs(ProgramChange change)
    {
        _scale ??= new RunningScale();
        _scaling = change;
        WaitForCalls(change);
    }

    /// <summary>Begins, when all changes are in place.</summary>
    /// <param name="beforeForward">Acts before every call of the model.</param>
    public void Begin(Action<bool> beforeForward)
    {
        _substitute?.Begin();
        _rates?.Note();
        var remover = ForwardEntry.Place(Model, input =>
        {
            if (!_wasCalled)
            {
                _wasCalled = true;
                _onFirstCall.ForEach(act => act());
            }

            bool isTraining = is_grad_enabled();
            beforeForward(isTraining);
            return input is null ? null : Changed(input, isTraining);
        });
        if (remover is not null)
        {
            _removers.Add(remover);
        }
    }

    /// <summary>Brings learning rates to what the program's schedule made of them meanwhile.</summary>
    public void FollowSchedule()
    {
        if (_substitute is { } substitute)
        {
            substitute.Follow();
        }
        else
        {
            _rates?.Follow();
        }
    }

    /// <summary>Keeps the rates of now as what the changes made of them.</summary>
    public void NoteRates() => _rates?.Note();

    /// <summary>Takes the step of the optimizer that stands in for the program's, where one does.</summary>
    /// <returns>False where none does.</returns>
    public bool StepSubstitute()
    {
        _substitute?.Step();
        return _substitute is not null;
    }

    /// <summary>Undoes the step of the program's own optimizer, where another stands in for it.</summary>
    /// <returns>False where none does.</returns>
    public bool UndoProgramStep()
    {
        _substitute?.PutBack();
        return _substitute is not null;
    }

    /// <summary>Ends a step.</summary>
    public void EndStep()
    {
        Step++;
        if (Step >= 2 && !_wasCalled)
        {
            foreach (var change in _waiting.ToList())
            {
                Deny(change, "the program calls the model in a way that fires no hooks (model.forward(x) instead of model.call(x)).", afterSteps: 2);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _removers.ForEach(remove => remove());
        _removers.Clear();
        _scale?.Dispose();
        _targets?.Dispose();
        _substitute?.Dispose();
    }

    private Tensor? Changed(Tensor input, bool isTraining)
    {
        Tensor? changed = null;
        foreach (var conversion in _inputs)
        {
            changed = conversion(changed ?? input) ?? changed;
        }

        return Scaled(changed ?? input, isTraining) ?? changed;
    }

    private Tensor? Scaled(Tensor input, bool isTraining)
    {
        if (_scale?.Apply(input, isTraining) is not { } scaled)
        {
            return null;
        }

        if (_scaling is { } change)
        {
            _scaling = null;
            Confirm(change, "inputs brought to mean 0 and standard deviation 1 of the training batches seen so far");
        }

        return scaled;
    }
}
