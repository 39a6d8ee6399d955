using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Knowledge;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>TD5006: the learning rate is zero, vanishes, is negative, not a number, jumping, or still warming up when the run ends.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class DegenerateLearningRate(DegenerateLearningRateOptions options) : Rule<DegenerateLearningRateOptions>(options)
{
    private const string Invalid = "invalid";
    private const string Zero = "zero";
    private const string Vanished = "vanished";
    private const string Jump = "jump";
    private const string Growing = "growing";
    private const string Warmup = "warmup";
    private const string Cadence = "cadence";
    private const string Reset = "reset";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD5006",
        Name = "degenerate-learning-rate",
        Category = RuleCategory.Optimization,
        Severity = Severity.Error,
        Summary = $"The learning rate is zero or next to it, negative, not a number, jumping, or still rising when the run ends.",
        Explanation = $"Eight faults of schedules: a rate that is negative or no finite number; one that is zero throughout, or for much of the run; one that decays to next to nothing while nothing has been learned; one that jumps to a multiple of all before after it "
            + $"had been steady; one that grows without end by a factor above 1; one that rises in a straight line to the last step, a warm-up that never finished; "
            + $"one that goes up and down within an epoch, as a cosine does whose period was meant in epochs and that is moved by steps; one that begins anew in the middle of its fall, as after a resume without the schedule's state. Warm-up, decay to zero at the end, "
            + $"cycles and restarts are healthy.",
        Why = $"The learning rate decides how far every step goes; a wrong schedule spoils a run that is right in everything else.",
        Inputs = [Metric.LearningRate, Metric.Epoch],
        RequiredInputs = [Metric.LearningRate],
        Granularity = ScopeKind.Run,
        Causes = [Cause.OptimizerMismatch, Cause.LearningRateTooLow, Cause.LearningRateTooHigh, Cause.TooFewEpochs, Cause.NumericOverflow],
        Remedies =
        [
            new($"Repair the schedule: number of steps, warm-up, factor.", $"Schedules that divide by the wrong number of steps give such rates."),
            new($"Shorten the warm-up to a few percent of the run, or train longer.", $"The planned rate is otherwise never reached."),
        ],
        Sources = [RemedySources.Goyal, "UMLAUT (CHI 2021): learning rate out of range", "Smith 2017, Cyclical learning rates"],
        Limitations = $"Logs round: a rate printed as 0.0 may be a small one. Zeros of logs are reported only when the loss does not move either, or when the log tells rates far below the largest before them.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var evidence = symptom.Evidence[0];
        double usual = symptom.Values.TryGetValue("usual", out double value) ? value : double.NaN;
        var repair = OptimizationRemedies.RepairSchedule(usual > 0 ? usual : symptom.Variant is Zero or Invalid ? 0.001 : double.NaN);
        return symptom.Variant switch
        {
            Zero => new Diagnosis(
                $"The learning rate is zero",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the learning rate was exactly zero: the weights cannot move.",
                [new(Cause.LearningRateTooLow, 0.5), new(Cause.OptimizerMismatch, 0.45)],
                [repair]),
            Vanished => new Diagnosis(
                $"The learning rate vanished before anything was learned",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the learning rate was below {evidence.Limit:G3}, next to nothing beside the {usual:G3} of before, and the loss has not come down.",
                [new(Cause.LearningRateTooLow, 0.6), new(Cause.OptimizerMismatch, 0.35)],
                [repair]),
            Jump => new Diagnosis(
                $"The learning rate jumped to {evidence.Value:G3}",
                $"At step {evidence.Step} the learning rate rose to {evidence.Value:G3}, {evidence.Value / usual:G3} times the largest before it, after it had been steady.",
                [new(Cause.LearningRateTooHigh, 0.55), new(Cause.OptimizerMismatch, 0.4)],
                [repair, LearningRateRemedies.Warmup(facts)]),
            Growing => new Diagnosis(
                $"The learning rate grows without end",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the learning rate grew by a constant factor to {evidence.Value:G3}, {evidence.Value / usual:G3} times its first value.",
                [new(Cause.LearningRateTooHigh, 0.5), new(Cause.OptimizerMismatch, 0.45)],
                [repair]),
            Warmup => new Diagnosis(
                $"The warm-up never finished",
                $"From step {symptom.FirstStep} to step {symptom.LastStep}, the last of the run, the learning rate rose without a break to {evidence.Value:G3}; it never reached a level to train at.",
                [new(Cause.LearningRateTooLow, 0.45), new(Cause.OptimizerMismatch, 0.3), new(Cause.TooFewEpochs, 0.2)],
                [LearningRateRemedies.Warmup(facts), TrainLonger()]),
            Cadence => new Diagnosis(
                $"The learning rate goes up and down every {symptom.Values["period"]:N0} steps",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the learning rate came back up {symptom.Values["count"]:N0} times, every {symptom.Values["period"]:N1} steps, where an epoch has {symptom.Values["epoch"]:N1}: a period that was meant in epochs is counted in steps.",
                [new(Cause.OptimizerMismatch, 0.8), new(Cause.LearningRateTooHigh, 0.1)],
                [MoveWithEpochs()]),
            Reset => new Diagnosis(
                $"The schedule of the learning rate began anew",
                $"At step {evidence.Step} the learning rate went from {evidence.Limit:G3} back to {evidence.Value:G3}, with which the run began, although it was still on its way down.",
                [new(Cause.OptimizerMismatch, 0.75), new(Cause.LearningRateTooHigh, 0.2)],
                [KeepTheSchedule()]),
            _ => new Diagnosis(
                $"The learning rate is {evidence.Value:G3}",
                symptom.LastStep > symptom.FirstStep
                    ? (Text)$"At step {symptom.FirstStep} and last at step {symptom.LastStep} the learning rate was no finite number above zero; at step {evidence.Step} it was {evidence.Value:G3}."
                    : $"At step {symptom.FirstStep} the learning rate became {evidence.Value:G3}; it must be a finite number above zero.",
                [new(Cause.OptimizerMismatch, 0.7), new(Cause.NumericOverflow, 0.2), new(Cause.LearningRateTooHigh, 0.05)],
                [repair]),
        };
    }

    private static Remedy MoveWithEpochs() => new()
    {
        Title = $"Move the schedule as often as its period says",
        Actions = [],
        Rationale = $"T_max, step_size and milestones count calls of step: moved with every batch, ten epochs are ten batches.",
        Caveat = $"Schedules that are meant for steps (OneCycleLR, linear warm-up) must be moved with every batch.",
        Code = "foreach (var epoch in epochs) { Train(epoch); scheduler.step(); } // not within Train",
        Sources = ["PyTorch documentation: torch.optim, how to adjust learning rate"],
    };

    private static Remedy KeepTheSchedule() => new()
    {
        Title = $"Save the state of the schedule with the weights, and load it when you resume",
        Actions = [],
        Rationale = $"A schedule made anew counts from its first step, at the rate of the beginning.",
        Caveat = $"Load the optimizer's state as well: its averages begin at zero otherwise.",
        Code = "// the number of steps taken belongs into the checkpoint; a schedule is a function of it",
        Sources = ["PyTorch documentation: saving and loading a general checkpoint"],
    };

    private static Remedy TrainLonger() => new()
    {
        Title = $"Train well beyond the warm-up",
        Actions = [new RemedyAction { Kind = RemedyActionKind.TrainLonger }],
        Rationale = $"Most of the learning happens at the full rate and while it decays.",
        Caveat = $"Give the schedule the number of steps that the run will really take.",
        Sources = [RemedySources.Goyal],
    };

    private sealed class Evaluator(DegenerateLearningRateOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _invalid = new(context, 1, Invalid) { Opening = Severity.Error, Confidence = 1 };
        private readonly SymptomTracker _jump = new(context, 1, Jump);
        private readonly ScheduleTurns _turns = new();
        private (double Epoch, long Step)? _firstEpoch;
        private (double Epoch, long Step)? _lastEpoch;
        private long _samples;
        private long _zeros;
        private long _zeroRun;
        private long _zeroSince;
        private long _vanished;
        private (long First, long Last) _vanishedSteps;
        private long _longestZeroRun;
        private (long First, long Last) _longestZeros;
        private double _first = double.NaN;
        private double _last = double.NaN;
        private long _firstStep;
        private long _lastStep;
        private long _rises;
        private double _largest;
        private double _smallest = double.PositiveInfinity;
        private (double First, double Next, double Last) _positive;
        private double _steadyLevel = double.NaN;
        private long _steady;
        private double _sumStep;
        private double _sumStepSquares;
        private double _sumRate;
        private double _sumProduct;
        private double _sumLogarithm;
        private double _sumLogarithmProduct;
        private double _squaresRate;
        private double _squaresLogarithm;

        /// <summary>Zeros and rises take the minimum; a jump leaves a steady time, so that it takes one rate more than that.</summary>
        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_samples, Math.Max(options.MinimumSamples, options.SteadySamples + 1), Metric.LearningRate);

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Scope != ScopeTable.Run)
            {
                return;
            }

            if (measurement.Metric == Metric.Epoch)
            {
                _lastEpoch = (measurement.Value, measurement.Step);
                _firstEpoch ??= _lastEpoch;
                return;
            }

            double rate = measurement.Value;
            long step = measurement.Step;
            _samples++;
            if (!double.IsFinite(rate) || rate < 0)
            {
                _invalid.Extend(step, new Reading(Metric.LearningRate, rate, 0, "<="));
                if (_largest > 0)
                {
                    _invalid.Symptom!.Values["usual"] = _largest;
                }

                return;
            }

            CountZeros(step, rate);
            CountVanished(step, rate);
            LookForJump(step, rate);
            Follow(step, rate);
            _turns.Observe(step, rate);
            _largest = Math.Max(_largest, rate);
            if (rate > 0)
            {
                _smallest = Math.Min(_smallest, rate);
                _positive = (_positive.Next, _positive.Last, rate);
            }

            _last = rate;
            _lastStep = step;
        }

        public override void Complete()
        {
            if (_zeros > 0)
            {
                ReportZeros();
            }

            ReportVanished();
            ReportTurns();

            if (_samples >= options.MinimumSamples && _rises == _samples - 1 && _invalid.Symptom is null && _first > 0)
            {
                ReportRise();
            }
        }

        private void CountZeros(long step, double rate)
        {
            if (rate != 0)
            {
                _zeroRun = 0;
                return;
            }

            _zeros++;
            if (_zeroRun++ == 0)
            {
                _zeroSince = step;
            }

            if (_zeroRun > _longestZeroRun)
            {
                _longestZeroRun = _zeroRun;
                _longestZeros = (_zeroSince, step);
            }
        }

        /// <summary>Counts the rates since the schedule last went beyond next to nothing.</summary>
        private void CountVanished(long step, double rate)
        {
            if (rate > options.VanishedFactor * _largest)
            {
                _vanished = 0;
            }
            else if (rate > 0)
            {
                _vanishedSteps = (_vanished++ == 0 ? step : _vanishedSteps.First, step);
            }
        }

        /// <summary>A jump leaves a rate that was steady, beyond all that came before; a restart comes back to what was there.</summary>
        private void LookForJump(long step, double rate)
        {
            if (_steady >= options.SteadySamples && rate > options.JumpFactor * _largest && _largest > 0 && _jump.Symptom is null)
            {
                var symptom = _jump.Extend(step, new Reading(Metric.LearningRate, rate, options.JumpFactor * _largest, ">"));
                symptom.Values["usual"] = _largest;
            }

            bool isSteady = rate > 0 && rate <= 2 * _steadyLevel && rate >= _steadyLevel / 2;
            _steady = isSteady ? _steady + 1 : 1;
            _steadyLevel = isSteady ? _steadyLevel : rate;
        }

        private void Follow(long step, double rate)
        {
            if (double.IsNaN(_first))
            {
                _first = rate;
                _firstStep = step;
            }
            else if (rate > _last)
            {
                _rises++;
            }

            double x = step - _firstStep;
            double logarithm = rate > 0 ? Math.Log(rate) : 0;
            _sumStep += x;
            _sumStepSquares += x * x;
            _sumRate += rate;
            _sumProduct += x * rate;
            _squaresRate += rate * rate;
            _sumLogarithm += logarithm;
            _sumLogarithmProduct += x * logarithm;
            _squaresLogarithm += logarithm * logarithm;
        }

        private void ReportZeros()
        {
            bool throughout = _zeros == _samples;
            bool isLog = context.Run.Log is not null;
            var progress = LossProgress.Of(context.Facts);
            if (throughout && isLog && _samples >= options.FewSamples && !progress.IsKnown && HasStoodStill())
            {
                progress = progress with { IsKnown = true, IsStuck = true };
            }
            else if (_samples < options.MinimumSamples)
            {
                return;
            }

            // A log that tells rates far below the largest does not round the smallest to zero.
            bool ended = !throughout && _zeroRun >= options.EndedShare * _samples && _zeroRun == _longestZeroRun && (_smallest < options.ToldShare * _largest || CameToZeroInAStraightLine());
            if (!ended && ((isLog && !progress.IsBad) || (!throughout && (_longestZeroRun < options.ZeroShare * _samples || (progress.IsKnown && !progress.IsBad)))))
            {
                return;
            }

            var symptom = context.Open(new Symptom
            {
                Severity = throughout && !isLog ? Severity.Error : Severity.Warning,
                Confidence = 0.95,
                Variant = Zero,
                FirstStep = _longestZeros.First,
                LastStep = _longestZeros.Last,
                Evidence = [new Evidence("learning_rate", null, _longestZeros.First, 0, 0, "<=")],
            });
            if (_largest > 0)
            {
                symptom.Values["usual"] = _largest;
            }
        }

        private bool CameToZeroInAStraightLine()
        {
            double before = _positive.First - _positive.Next;
            double fall = _positive.Next - _positive.Last;
            return fall > before / 2 && fall < 2 * before && _positive.Last < 1.5 * fall;
        }

        /// <summary>Tells whether a few losses ended where they began.</summary>
        private bool HasStoodStill() => context.Facts.LossSeries is { BlockCount: >= 3 } losses && losses.MeanOf(0.67, 1) > 0.95 * losses.MeanOf(0, 0.34);

        /// <summary>Schedules end next to zero, and rightly: only one that got there long before the end, with nothing learned, is a fault.</summary>
        private void ReportVanished()
        {
            if (_vanished < Math.Max(options.MinimumSamples, options.VanishedShare * _samples) || !LossProgress.Of(context.Facts).IsBad)
            {
                return;
            }

            var symptom = context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Variant = Vanished,
                FirstStep = _vanishedSteps.First,
                LastStep = _vanishedSteps.Last,
                Evidence = [new Evidence("learning_rate", null, _vanishedSteps.Last, _last, options.VanishedFactor * _largest, "<")],
            });
            symptom.Values["usual"] = _largest;
        }

        /// <summary>A log may hold several runs in one, and counts steps in its own way: what turns there is only hinted at.</summary>
        private void ReportTurns()
        {
            var severity = context.Run.Log is null ? Severity.Warning : Severity.Info;
            if (_turns.Reset is { } reset)
            {
                context.Open(new Symptom
                {
                    Severity = severity,
                    Variant = Reset,
                    FirstStep = reset.Step,
                    LastStep = reset.Step,
                    Evidence = [new Evidence("learning_rate", null, reset.Step, reset.To, reset.From, ">")],
                });
            }

            if (_firstEpoch is not { } first || _lastEpoch is not { } last || last.Epoch <= first.Epoch)
            {
                return;
            }

            double epoch = (last.Step - first.Step) / (last.Epoch - first.Epoch);
            if (_turns.Peaks.Count >= options.FewestTurns && _turns.Period < options.TurnEpochs * epoch && _turns.Period <= options.LongestTurn)
            {
                context.Open(new Symptom
                {
                    Severity = severity,
                    Variant = Cadence,
                    FirstStep = _firstStep,
                    LastStep = _lastStep,
                    Evidence = [new Evidence("steps_between_turns", null, _turns.Peaks[^1], _turns.Period, options.TurnEpochs * epoch, "<")],
                    Values = { ["period"] = _turns.Period, ["count"] = _turns.Peaks.Count, ["epoch"] = epoch },
                });
            }
        }

        private void ReportRise()
        {
            double ratio = _last / _first;
            if (ratio < (context.Facts.HasRunItsCourse ? options.LeastRise : options.RiseFactor))
            {
                return;
            }

            bool isExponential = Correlation(_sumLogarithm, _sumLogarithmProduct, _squaresLogarithm) > options.Straightness
                && ratio > options.GrowthFactor;
            bool isLinear = Correlation(_sumRate, _sumProduct, _squaresRate) > options.Straightness;
            if (!isExponential && !isLinear && !context.Facts.HasRunItsCourse)
            {
                return;
            }

            bool isWarmup = isLinear || !isExponential;

            var symptom = context.Open(new Symptom
            {
                // A log may hold the first lines of a run that goes on.
                Severity = isWarmup && !context.Facts.HasRunItsCourse ? Severity.Info : Severity.Warning,
                Confidence = isWarmup && !context.Facts.HasRunItsCourse ? 0.4 : 0.9,
                Variant = isWarmup ? Warmup : Growing,
                FirstStep = _firstStep,
                LastStep = _lastStep,
                Evidence = [new Evidence("learning_rate", null, _lastStep, _last, options.RiseFactor * _first, ">")],
            });
            symptom.Values["usual"] = _first;
        }

        private double Correlation(double sum, double products, double squares)
        {
            double n = _samples;
            double covariance = products - (_sumStep * sum / n);
            double spread = Math.Sqrt(Math.Max(0, _sumStepSquares - (_sumStep * _sumStep / n)) * Math.Max(0, squares - (sum * sum / n)));
            return spread > 0 ? covariance / spread : 0;
        }
    }
}

/// <summary>Thresholds of <see cref="DegenerateLearningRate"/>.</summary>
public sealed class DegenerateLearningRateOptions
{
    /// <summary>Gets or sets how many rates it takes to judge zeros and rises.</summary>
    /// <value>The default is 10; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets how many rates, all zero, are enough while the loss stands still.</summary>
    /// <value>The default is 3; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int FewSamples { get; set; } = 3;

    /// <summary>Gets or sets by how much the rate must have risen without a break over a run that came to its end.</summary>
    /// <value>The default is 1.02: a schedule meant for steps but moved by epochs hardly rises; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double LeastRise { get; set; } = 1.02;

    /// <summary>Gets or sets the share of the run, at its end, that a schedule may have come to zero too early.</summary>
    /// <value>The default is 0.2; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double EndedShare { get; set; } = 0.2;

    /// <summary>Gets or sets the share of the largest rate below which a log must have told rates for its zeros to be no rounding.</summary>
    /// <value>The default is 0.01; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ToldShare { get; set; } = 0.01;

    /// <summary>Gets or sets the share of the run, in one piece, that may be spent at zero.</summary>
    /// <value>The default is 0.3; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ZeroShare { get; set; } = 0.3;

    /// <summary>Gets or sets how many times a rate must have come back up by degrees.</summary>
    /// <value>The default is 3; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int FewestTurns { get; set; } = 3;

    /// <summary>Gets or sets within how many epochs it must come back up.</summary>
    /// <value>The default is 1.5: cycles that are meant take four epochs and more; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double TurnEpochs { get; set; } = 1.5;

    /// <summary>Gets or sets within how many steps it must come back up.</summary>
    /// <value>The default is 400: twice two hundred epochs taken for steps; cycles that are meant in steps take thousands; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int LongestTurn { get; set; } = 400;

    /// <summary>Gets or sets the share of its largest at and below which a rate is next to nothing.</summary>
    /// <value>The default is 0.0001; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double VanishedFactor { get; set; } = 0.0001;

    /// <summary>Gets or sets the share of the run, up to its end, that may be spent next to nothing while nothing is learned.</summary>
    /// <value>The default is 0.5; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double VanishedShare { get; set; } = 0.5;

    /// <summary>Gets or sets how many times all rates before it a rate may be after a steady time.</summary>
    /// <value>The default is 10: restarts come back to the largest rate before, not beyond it; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double JumpFactor { get; set; } = 10;

    /// <summary>Gets or sets how many rates within a factor of two make a steady time.</summary>
    /// <value>The default is 20, so that coarsely logged warm-up is no jump; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int SteadySamples { get; set; } = 20;

    /// <summary>Gets or sets by how much the rate must have risen over the run to count as unfinished warm-up.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double RiseFactor { get; set; } = 5;

    /// <summary>Gets or sets by how much the rate must have grown over the run to count as growing without end.</summary>
    /// <value>The default is 20: range tests grow further, and are no training; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double GrowthFactor { get; set; } = 20;

    /// <summary>Gets or sets the correlation with the step from which a rise counts as straight.</summary>
    /// <value>The default is 0.995; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Straightness { get; set; } = 0.995;
}
