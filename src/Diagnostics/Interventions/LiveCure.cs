using TorchSharp;
using TrainingDoctor.Interventions;
using TrainingDoctor.Models;
using static TorchSharp.torch;

namespace TrainingDoctor;

/// <summary>
/// Treats a training while it runs: made by <see cref="TrainingMonitor.Cure"/>, acts at the end of <see cref="TrainingMonitor.Step(Tensor, Tensor?, string?, int)"/>, tells of every intervention, and
/// can take each back. It keeps a bounded number of copies of the weights, whatever the run's length.
/// </summary>
public sealed class LiveCure : IDisposable
{
    private const int Pause = 20;
    private const int MostInterventions = 200;
    private const double RateFactor = 0.3;
    private const int Patience = 40;
    private const int MostReturns = 6;
    private readonly nn.Module _model;
    private readonly optim.Optimizer? _optimizer;
    private readonly CureMode _mode;
    private readonly List<Intervention> _interventions = [];
    private readonly GoodWeights? _good;
    private readonly LossCourse _course = new();
    private readonly List<Finding> _findings = [];
    private readonly List<(string Layer, string RuleId, UnitRecycling Recycling)> _watched = [];
    private readonly StepLimit _limit = new();
    private readonly HashSet<string> _swapped = [];
    private Intervention? _restored;
    private long _step = -1;
    private long _patientUntil = -1;
    private int _returns;
    private long _lowered = -Pause;
    private long _returned = -Pause;

    internal LiveCure(nn.Module model, optim.Optimizer? optimizer, CureMode mode)
    {
        (_model, _optimizer, _mode) = (model, optimizer, mode);
        _good = mode == CureMode.None ? null : new GoodWeights(model);
    }

    /// <summary>Gets what was done so far.</summary>
    public IReadOnlyList<Intervention> Interventions => _interventions;

    /// <summary>Takes back the last intervention that can be.</summary>
    /// <returns>The intervention; null when there is none.</returns>
    public Intervention? Undo()
    {
        var last = _interventions.LastOrDefault(intervention => intervention.CanUndo);
        return last is not null && last.Undo() ? last : null;
    }

    /// <summary>Takes back one intervention.</summary>
    /// <param name="intervention">The intervention, one of <see cref="Interventions"/>.</param>
    /// <returns>False when it cannot be undone any more.</returns>
    public bool Undo(Intervention intervention)
    {
        ArgumentNullException.ThrowIfNull(intervention);
        return _interventions.Contains(intervention) && intervention.Undo();
    }

    /// <summary>Takes a finding; it is treated at the end of the step.</summary>
    internal void Note(Finding finding) => _findings.Add(finding);

    /// <summary>Acts at the end of a step.</summary>
    internal void AfterStep(double loss)
    {
        if (_good?.Previous is null || _interventions.Count >= MostInterventions)
        {
            return;
        }

        _step++;
        if (!_good.Previous.Fits(_model))
        {
            BeginAnew();
        }

        if ((!double.IsFinite(loss) || !WeightSnapshot.IsFinite(_model)) && _mode.HasFlag(CureMode.SkipNonFiniteSteps))
        {
            _findings.Clear();
            Return(loss);
            return;
        }

        _course.Add(_step, loss);
        _limit.Apply(_model, _good.Previous);
        Treat();
        Recycle();
        Insist();
        _good.Keep(_step, _course.HasLearned && _patientUntil < 0);
    }

    /// <summary>Another model has taken the place of the one that was copied: what is known of that one is worth nothing here.</summary>
    private void BeginAnew()
    {
        Dispose();
        _good!.Begin();
        _course.Begin();
        (_restored, _patientUntil) = (null, -1);
    }

    /// <summary>Ends the cure and lets go of its copies; what it did stays in force. The monitor does so when the run is complete.</summary>
    public void Dispose()
    {
        _good?.Dispose();
        _restored?.Forget();
        _watched.ForEach(item => item.Recycling.Dispose());
        _watched.Clear();
    }

    /// <summary>Gets a value indicating whether half of what was learned since the rate was lowered is lost again.</summary>
    private bool HasRelapsed => _lowered >= 0 && _course.HasRelapsed;

    /// <summary>Gets a value indicating whether the loss hovers with more than half of it left: a rate that had to be lowered before is still too high.</summary>
    private bool IsStuck => _lowered >= 0 && _course.StepsWithoutProgress(_step, _lowered) >= Patience && _course.IsHigh;

    /// <summary>A finding is told once, but what it found may stay: while the loss does not come down after a treatment, the next one goes further.</summary>
    private void Insist()
    {
        bool mayReturn = _returns < MostReturns && _step - _lowered >= Pause && _mode.HasFlag(CureMode.LowerLearningRate) && _optimizer is not null;
        if (_patientUntil < 0)
        {
            if (mayReturn && IsStuck)
            {
                _good!.ForgetLearned();
                ReturnAndLower();
            }
            else if (mayReturn && HasRelapsed)
            {
                ReturnAndLower();
            }

            return;
        }

        if (_course.HasLearned || _returns >= MostReturns)
        {
            _patientUntil = -1;
        }
        else if (_course.IsComingDown)
        {
            _patientUntil = Math.Max(_patientUntil, _step + Patience);
        }
        else if (mayReturn && (_step >= _patientUntil || _course.IsRuined))
        {
            ReturnAndLower();
        }
    }

    private void ReturnAndLower()
    {
        _returns++;
        PutBack();
        Lower(null, putsBack: true);
    }

    private void Return(double loss)
    {
        // Weights that led straight back into trouble were not good: the copy before them is.
        if (_step - _returned < Pause)
        {
            _good!.ForgetLast();
        }

        var discarded = PutBack();
        _restored = Add(CureMode.SkipNonFiniteSteps, $"The step left a loss of {loss:G3} and weights that are not all finite: the last good weights were put back.", null, [], () => discarded.Restore(_model));
        Lower(null);
    }

    /// <summary>Puts the last good weights back.</summary>
    /// <returns>The weights that were given up.</returns>
    private WeightSnapshot PutBack()
    {
        _restored?.Forget();
        _restored = null;
        var discarded = _good!.PutBack();
        OptimizerMemory.Clear(_optimizer);
        _returned = _step;
        _course.GoOn();
        return discarded;
    }

    private void Treat()
    {
        foreach (var finding in _findings)
        {
            switch (finding.Rule.Name)
            {
                case "oversized-update" or "diverging-loss" or "oscillating-loss" or "exploding-weights" or "exploding-activation" or "degenerate-learning-rate":
                    Lower(finding);
                    break;
                case "exploding-gradient" or "loss-spike":
                    Limit(finding);
                    break;
                case "dead-units":
                    Revive(finding);
                    break;
                default:
                    continue;
            }

            // Recycling looks at some batches before it acts, so there is time for that too.
            _patientUntil = _step + Patience;
        }

        _findings.Clear();
    }

    private void Lower(Finding? finding, bool putsBack = false)
    {
        if (!_mode.HasFlag(CureMode.LowerLearningRate) || _optimizer is null || (finding is not null && _step - _lowered < Pause))
        {
            return;
        }

        if (finding is not null && _course.IsRuined)
        {
            PutBack();
            putsBack = true;
        }

        _lowered = _step;
        _patientUntil = _step + Patience;
        var groups = _optimizer.ParamGroups.ToList();
        double[] before = [.. groups.Select(group => group.LearningRate)];
        groups.ForEach(group => group.LearningRate *= RateFactor);
        Text message = putsBack
            ? (Text)$"The loss had not come down: the last good weights were put back, and the learning rate was lowered from {before[0]:G3} to {groups[0].LearningRate:G3}."
            : $"The learning rate was lowered from {before[0]:G3} to {groups[0].LearningRate:G3}.";
        Add(CureMode.LowerLearningRate, message, finding?.Rule.Id, [], () =>
        {
            foreach (var (group, rate) in groups.Zip(before))
            {
                group.LearningRate = rate;
            }
        });
    }

    private void Limit(Finding finding)
    {
        if (_mode.HasFlag(CureMode.ClipSteps) && !_limit.IsOn && _limit.TurnOn())
        {
            Add(CureMode.ClipSteps, $"Steps are no longer than {_limit.Length:G3} from here on, the middle of those before.", finding.Rule.Id, [], _limit.TurnOff);
        }
    }

    private void Revive(Finding finding)
    {
        foreach (string layer in finding.Layers)
        {
            if (ModuleTree.Find(_model, layer) is not TorchSharp.Modules.ReLU { inplace: false } rectifier)
            {
                continue;
            }

            if (_mode.HasFlag(CureMode.ReplaceActivations) && _swapped.Add(layer))
            {
                var remover = rectifier.register_forward_hook((_, input, _) => nn.functional.leaky_relu(input, 0.01));
                Add(CureMode.ReplaceActivations, $"{layer} passes a hundredth of what is negative (leaky ReLU).", finding.Rule.Id, [layer], () =>
                {
                    remover.remove();
                    _swapped.Remove(layer);
                });
            }

            if (_mode.HasFlag(CureMode.RecycleUnits) && !_watched.Exists(item => item.Layer == layer) && UnitRecycling.Begin(_model, layer) is { } recycling)
            {
                _watched.Add((layer, finding.Rule.Id, recycling));
            }
        }
    }

    private void Recycle()
    {
        foreach (var item in _watched.Where(item => item.Recycling.IsReady).ToList())
        {
            if (item.Recycling.Recycle() is { } recycled)
            {
                OptimizerMemory.Clear(_optimizer);
                Add(CureMode.RecycleUnits, $"{recycled.Units} units of {item.Layer} that answered no sample were given fresh weights.", item.RuleId, [item.Layer], recycled.Undo);
            }

            item.Recycling.Dispose();
            _watched.Remove(item);
        }
    }

    private Intervention Add(CureMode kind, Text message, string? ruleId, IReadOnlyList<string> layers, Action undo)
    {
        var intervention = new Intervention(FormattableString.Invariant($"I{_interventions.Count + 1}"), kind, _step, message, ruleId, layers, undo);
        _interventions.Add(intervention);
        return intervention;
    }
}
