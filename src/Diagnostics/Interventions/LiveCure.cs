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
    private const int SnapshotEvery = 10;
    private const int Snapshots = 3;
    private const int Pause = 20;
    private const int MostInterventions = 200;
    private const double RateFactor = 0.3;
    private const double Learned = 0.1;
    private const double ComingDown = 0.01;
    private const double Ruin = 10;
    private const int Patience = 40;
    private const int MostReturns = 6;
    private const double Smoothing = 0.1;
    private readonly nn.Module _model;
    private readonly optim.Optimizer? _optimizer;
    private readonly CureMode _mode;
    private readonly List<Intervention> _interventions = [];
    private readonly List<WeightSnapshot> _ring = [];
    private readonly List<Finding> _findings = [];
    private readonly List<(string Layer, string RuleId, UnitRecycling Recycling)> _watched = [];
    private readonly StepLimit _limit = new();
    private readonly HashSet<string> _swapped = [];
    private WeightSnapshot? _previous;
    private Intervention? _restored;
    private WeightSnapshot? _discarded;
    private double _loss = double.NaN;
    private double _first = double.NaN;
    private double _last = double.NaN;
    private double _best = double.NaN;
    private double _marked = double.NaN;
    private long _progressed;
    private long _step = -1;
    private long _patientUntil = -1;
    private int _returns;
    private long _lowered = -Pause;
    private long _returned = -Pause;

    internal LiveCure(nn.Module model, optim.Optimizer? optimizer, CureMode mode)
    {
        (_model, _optimizer, _mode) = (model, optimizer, mode);
        if (mode != CureMode.None)
        {
            _ring.Add(new WeightSnapshot(model));
            _previous = new WeightSnapshot(model);
        }
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
        if (_previous is null || _interventions.Count >= MostInterventions)
        {
            return;
        }

        _step++;
        if (!_previous.Fits(_model))
        {
            BeginAnew();
        }

        if ((!double.IsFinite(loss) || !WeightSnapshot.IsFinite(_model)) && _mode.HasFlag(CureMode.SkipNonFiniteSteps))
        {
            _findings.Clear();
            Return(loss);
            return;
        }

        _first = double.IsNaN(_first) ? loss : _first;
        _loss = double.IsNaN(_loss) ? loss : _loss + (Smoothing * (loss - _loss));
        _last = loss;
        _best = _loss >= _best ? _best : _loss;
        if (!(_best > _marked - (ComingDown * Math.Abs(_first))))
        {
            (_marked, _progressed) = (_best, _step);
        }

        _limit.Apply(_model, _previous);
        Treat();
        Recycle();
        Insist();
        Keep();
    }

    /// <summary>Another model has taken the place of the one that was copied: what is known of that one is worth nothing here.</summary>
    private void BeginAnew()
    {
        Dispose();
        _ring.Add(new WeightSnapshot(_model));
        _previous = new WeightSnapshot(_model);
        (_restored, _first, _loss, _patientUntil) = (null, double.NaN, double.NaN, -1);
    }

    /// <summary>Ends the cure and lets go of its copies; what it did stays in force. The monitor does so when the run is complete.</summary>
    public void Dispose()
    {
        _ring.ForEach(snapshot => snapshot.Dispose());
        _ring.Clear();
        _previous?.Dispose();
        _previous = null;
        _discarded?.Dispose();
        _discarded = null;
        _restored?.Forget();
        _watched.ForEach(item => item.Recycling.Dispose());
        _watched.Clear();
    }

    /// <summary>Gets a value indicating whether the loss has come down from where it began: weights that have learned nothing are no better than the first ones.</summary>
    private bool HasLearned => _loss < _first - (Learned * Math.Abs(_first));

    /// <summary>Gets a value indicating whether the loss is so far above where it began that smaller steps do not lead back: such weights are worth no more than ones that are not finite.</summary>
    private bool IsRuined => _last > _first + (Ruin * Math.Abs(_first));

    /// <summary>Gets a value indicating whether half of what was learned since the rate was lowered is lost again.</summary>
    private bool HasRelapsed => _lowered >= 0 && _best < _first - (2 * Learned * Math.Abs(_first)) && _loss > (_best + _first) / 2;

    /// <summary>Gets a value indicating whether the loss hovers with more than half of it left: a rate that had to be lowered before is still too high.</summary>
    private bool IsStuck => _lowered >= 0 && _step - Math.Max(_progressed, _lowered) >= Patience && _loss > Math.Abs(_first) / 2;

    private void Keep()
    {
        _previous!.Take(_model);
        if (_step % SnapshotEvery != 0 || !HasLearned || _patientUntil >= 0)
        {
            return;
        }

        // The first copy stays, to begin anew from; of the others the oldest one's memory is used again.
        var snapshot = _ring.Count < Snapshots ? new WeightSnapshot(_model) : _ring[1];
        if (_ring.Count >= Snapshots)
        {
            _ring.RemoveAt(1);
            snapshot.Take(_model);
        }

        _ring.Add(snapshot);
    }

    /// <summary>A finding is told once, but what it found may stay: while the loss does not come down after a treatment, the next one goes further.</summary>
    private void Insist()
    {
        bool mayReturn = _returns < MostReturns && _step - _lowered >= Pause && _mode.HasFlag(CureMode.LowerLearningRate) && _optimizer is not null;
        if (_patientUntil < 0)
        {
            if (mayReturn && IsStuck)
            {
                ForgetWhatWasLearned();
                ReturnAndLower();
            }
            else if (mayReturn && HasRelapsed)
            {
                ReturnAndLower();
            }

            return;
        }

        if (HasLearned || _returns >= MostReturns)
        {
            _patientUntil = -1;
        }
        else if (_loss < _first - (ComingDown * Math.Abs(_first)))
        {
            _patientUntil = Math.Max(_patientUntil, _step + Patience);
        }
        else if (mayReturn && (_step >= _patientUntil || IsRuined))
        {
            ReturnAndLower();
        }
    }

    /// <summary>Weights that were learned at a rate which leads nowhere are no place to go on from: the first ones are.</summary>
    private void ForgetWhatWasLearned()
    {
        _ring[1..].ForEach(snapshot => snapshot.Dispose());
        _ring.RemoveRange(1, _ring.Count - 1);
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
        if (_step - _returned < Pause && _ring.Count > 1)
        {
            _ring[^1].Dispose();
            _ring.RemoveAt(_ring.Count - 1);
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
        _discarded?.Dispose();
        _discarded = new WeightSnapshot(_model);
        _ring[^1].Restore(_model);
        _previous!.Take(_model);
        OptimizerMemory.Clear(_optimizer);
        (_returned, _loss, _best, _marked) = (_step, double.NaN, double.NaN, double.NaN);
        return _discarded;
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

        if (finding is not null && IsRuined)
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
