using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Finds the step and the epoch of a record, and joins the steps of epochs that each begin anew.</summary>
/// <param name="facts">What is known of the log.</param>
/// <param name="roles">What words mean.</param>
internal sealed class TextCounters(LogFacts facts, TextRoles roles)
{
    private double _base;
    private double _lastStep = double.NaN;
    private double _lastEpoch = double.NaN;
    private double _headed = double.NaN;
    private bool _isEpochHeaded;

    /// <summary>Gets the epoch, also of lines that follow; NaN before any.</summary>
    public double Epoch { get; private set; } = double.NaN;

    /// <summary>Gets the step of the record; NaN when it tells none.</summary>
    public double Step { get; private set; } = double.NaN;

    /// <summary>Gets the step of an evaluation: one that a heading told, or that its record tells by a name.</summary>
    public double StepOfEvaluation { get; private set; } = double.NaN;

    /// <summary>Gets a value indicating whether the step of the record is that of a heading.</summary>
    public bool IsHeaded { get; private set; }

    /// <summary>Gets a value indicating whether steps are the episodes of an agent.</summary>
    public bool CountsEpisodes { get; private set; }

    /// <summary>Reads the counters of a record.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="numbers">Its numbers.</param>
    /// <param name="isMeasured">Whether it measures anything; a record that only counts heads those after it.</param>
    /// <param name="isEvaluated">Tells whether a number is of an evaluation.</param>
    /// <returns>Whether it has a counter of its own.</returns>
    public bool Read(string line, List<LabelledNumber> numbers, bool isMeasured, Func<LabelledNumber, bool> isEvaluated)
    {
        Step = StepOfEvaluation = double.NaN;
        IsHeaded = false;
        double epoch = double.NaN;
        LabelledNumber? step = null;
        LabelledNumber? bare = null;
        LabelledNumber? secondBare = null;
        bool isGlobal = false;
        foreach (var number in numbers)
        {
            var kind = roles.Of(number.Label).Kind;
            if (IsPlanOfEpochs(number, isMeasured))
            {
                facts.PlannedEpochs ??= (long)Math.Clamp(number.Value, 0, 1e15);
            }
            else if (kind == RoleKind.Epoch || (double.IsNaN(epoch) && IsEpochOfPhase(number)))
            {
                epoch = number.Value;
                facts.PlannedEpochs ??= number.Total > 0 ? (long)number.Total : null;
            }
            else if (kind == RoleKind.Step && !number.IsPercent && !IsSizeOfStep(number) && !IsSizeOfBatch(number, isMeasured) && (step is null || (!isGlobal && IsGlobal(number.Label))))
            {
                step = number;
                isGlobal = IsGlobal(number.Label);
            }
            else if (number.IsBareCounter && (number.Total != 1 || number.Value <= 1))
            {
                secondBare ??= bare is null ? null : number;
                bare ??= number;
            }
        }

        if (step is null && double.IsNaN(epoch) && bare is { } first && secondBare is { } second)
        {
            epoch = first.Value;
            facts.PlannedEpochs ??= first.Total > 0 ? (long)first.Total : null;
            step = second;
        }
        else if (step is null && bare is { } only && !ProgressBar.IsFull(line, only) && (isMeasured || only.Total > 0))
        {
            step = secondBare is { Total: > 0 } counted && only.Total == 0 ? counted : only;
        }

        bool hasCounters = double.IsFinite(epoch) || step is not null;
        _isEpochHeaded = hasCounters ? !isMeasured && step is null : _isEpochHeaded;
        double before = Epoch;
        Epoch = double.IsFinite(epoch) ? epoch : Epoch;
        if (step is { } taken && (taken.Label.Length > 0 || !isMeasured || !isEvaluated(taken)))
        {
            Place(taken, isMeasured, isEvaluated(taken), isGlobal, double.IsFinite(epoch));
        }
        else if (isMeasured && step is null)
        {
            Step = StepOfEvaluation = _headed;
            IsHeaded = (double.IsFinite(_headed) || _isEpochHeaded) && !hasCounters;
        }
        else if (!isMeasured && double.IsFinite(epoch) && epoch != before)
        {
            _headed = double.NaN;
        }

        return hasCounters;
    }

    private void Place(LabelledNumber step, bool isMeasured, bool isEvaluated, bool isGlobal, bool tellsEpoch)
    {
        if (!isMeasured)
        {
            // A heading; a bar that is only drawn is none.
            _headed = IsHeading(step) ? Joined(step.Value) : _headed;
            StepOfEvaluation = step.Label.Length > 0 ? Joined(step.Value) : double.NaN;
            return;
        }

        StepOfEvaluation = step.Label.Length > 0 ? Joined(step.Value) : double.NaN;
        if (isEvaluated)
        {
            return;
        }

        _headed = double.NaN;
        CountsEpisodes = LearningTask.IsOfEpisodes(step.Label);
        facts.PlannedSteps = step.Total > 0 && ((!tellsEpoch && double.IsNaN(Epoch)) || IsOfAllEpochs(step)) ? (long)step.Total : facts.PlannedSteps;
        bool begins = Epoch < _lastEpoch || double.IsNaN(_lastEpoch) != double.IsNaN(Epoch);
        if (begins || isGlobal)
        {
            _base = 0;
        }
        else if (Epoch > _lastEpoch && step.Value < _lastStep && step.Total >= _lastStep)
        {
            // Batches that begin anew in each epoch, of which the line tells how many there are.
            _base += step.Total * Math.Max(1, Math.Floor(Epoch) - Math.Floor(_lastEpoch));
        }

        (_lastStep, _lastEpoch) = (step.Value, Epoch);
        Step = Joined(step.Value);
    }

    /// <summary><c>step 0.01</c> is how far a step goes.</summary>
    private static bool IsSizeOfStep(LabelledNumber number) => number is { Value: > 0 and < 1, Total: 0 };

    /// <summary><c>lr=0.01, batch=32</c> are settings, where nothing is measured.</summary>
    private static bool IsSizeOfBatch(LabelledNumber number, bool isMeasured) => !isMeasured && number.Total == 0 && number.Label.Equals("batch", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>24/1500</c> beside epoch 0.048: there are more steps to come than one epoch has.</summary>
    private bool IsOfAllEpochs(LabelledNumber step) => Epoch > 0 && Epoch != Math.Floor(Epoch) && step.Value / Epoch < 0.9 * step.Total;

    /// <summary>Plurals plan, as "steps: 1000" among settings does, and a batch has a size.</summary>
    private static bool IsHeading(LabelledNumber step) => step.Label.Length > 0 && (step.Total > 0 || ColumnName.Words(step.Label) is [.., var last] && last != "batch" && !last.EndsWith('s'));

    private double Joined(double step) => _base + step;

    private static bool IsGlobal(string label) => ColumnName.Words(label) is ["global", ..] or [_, "global", ..] or ["total", ..];

    /// <summary>timm: <c>Train: 3 [ 50/1251 …]</c>.</summary>
    private static bool IsEpochOfPhase(LabelledNumber number) => number is { Label: "Train" or "train" or "Training", IsPercent: false } && number.Value == Math.Floor(number.Value) && number.Total != 1;

    /// <summary><c>Epochs: 200</c> among the settings, not <c>epochs 3, loss 0.5</c>.</summary>
    private static bool IsPlanOfEpochs(LabelledNumber number, bool isMeasured) => number.Total == 0 && !isMeasured && number.Label.Equals("epochs", StringComparison.OrdinalIgnoreCase);
}
