using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Optimization.Rates;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>TD5006: the learning rate is zero, vanishes, is negative, not a number, jumping, or still warming up when the run ends.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class DegenerateLearningRate(DegenerateLearningRateOptions options) : Rule<DegenerateLearningRateOptions>(options)
{
    /// <summary>What a weight of single precision, moved by steps as large as itself at first, is no longer moved by.</summary>
    private const double SinglePrecision = 1e-7;

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD5006",
        Name = "degenerate-learning-rate",
        Category = RuleCategory.Optimization,
        Severity = Severity.Error,
        Summary = $"The learning rate is zero or next to it, negative, not a number, jumping, begun again, or still rising when the run ends.",
        Explanation = $"Nine faults of schedules: a rate that is negative, NaN or infinite; one that is zero throughout, or for much of the run; one that decays to next to nothing while nothing has been learned, or long before the end to less than single precision can tell from zero; one that is cut again and again from a time on at which the loss still fell, until next to nothing is left for much of the run; one that jumps to a multiple of all before after it "
            + $"had been steady; one that falls and then begins again as it did at first, once, which a resume without the scheduler's state does, while the loss is thrown back; one that grows without end by a factor above 1; one that rises in a straight line to the last step, a warm-up that never finished; "
            + $"one that goes up and down within an epoch, as a cosine does whose period was meant in epochs and that is moved by steps. Warm-up, decay to zero at the end, "
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
        return RateFault.Describe(symptom, facts);
    }

    private sealed class Evaluator(DegenerateLearningRateOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _invalid = new(context, 1, RateFault.Invalid) { Opening = Severity.Error, Confidence = 1 };
        private readonly SymptomTracker _jump = new(context, 1, RateFault.Jump);
        private readonly RateZeros _zeros = new(options.VanishedFactor);
        private readonly RateZeros _lost = new(SinglePrecision);
        private readonly RateCuts _cuts = new(options.SpentFactor);
        private readonly RateTrend _trend = new();
        private readonly RateSteadiness _steadiness = new(options.SteadySamples);
        private readonly RateReset _reset = new();
        private readonly ScheduleTurns _turns = new();
        private (double Epoch, long Step)? _firstEpoch;
        private (double Epoch, long Step)? _lastEpoch;
        private long _samples;

        /// <summary>Zeros and rises take the minimum; a jump leaves a steady time, so that it takes one rate more than that.</summary>
        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_samples, Math.Max(options.MinimumSamples, options.SteadySamples + 1), Metric.LearningRate);

        /// <summary>How many steps an epoch has; null where two epochs are not told.</summary>
        private double? StepsPerEpoch => _firstEpoch is { } first && _lastEpoch is { } last && last.Epoch > first.Epoch ? (last.Step - first.Step) / (last.Epoch - first.Epoch) : null;

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
                if (_zeros.Largest > 0)
                {
                    _invalid.Symptom!.Values["usual"] = _zeros.Largest;
                }

                return;
            }

            LookForJump(step, rate);
            _zeros.Add(step, rate);
            _lost.Add(step, rate);
            _cuts.Add(step, rate);
            _trend.Add(step, rate);
            _reset.Add(step, rate);
            _turns.Observe(step, rate);
        }

        public override void Complete()
        {
            if (_zeros.Count > 0)
            {
                ReportZeros();
            }

            ReportVanished();
            ReportReset();
            ReportTurns();
            if (_samples >= options.MinimumSamples && _invalid.Symptom is null && _trend.RoseThroughout)
            {
                ReportRise();
            }
        }

        private void LookForJump(long step, double rate)
        {
            if (_steadiness.IsLeftBy(rate, _zeros.Largest, options.JumpFactor) && _jump.Symptom is null)
            {
                var symptom = _jump.Extend(step, new Reading(Metric.LearningRate, rate, options.JumpFactor * _zeros.Largest, ">"));
                symptom.Values["usual"] = _zeros.Largest;
            }

            _steadiness.Add(rate);
        }

        private void ReportZeros()
        {
            bool throughout = _zeros.Count == _samples;
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
            bool ended = !throughout && _zeros.AtTheEnd >= options.EndedShare * _samples && _zeros.AreTrue(options.ToldShare);
            bool isLong = throughout || (_zeros.Longest >= options.ZeroShare * _samples && !(progress.IsKnown && !progress.IsBad));
            if (!ended && (!isLong || (isLog && !progress.IsBad)))
            {
                return;
            }

            var symptom = context.Open(new Symptom
            {
                Severity = throughout && !isLog ? Severity.Error : Severity.Warning,
                Confidence = 0.95,
                Variant = RateFault.Zero,
                FirstStep = _zeros.LongestSteps.First,
                LastStep = _zeros.LongestSteps.Last,
                Evidence = [new Evidence("learning_rate", null, _zeros.LongestSteps.First, 0, 0, "<=")],
            });
            if (_zeros.Largest > 0)
            {
                symptom.Values["usual"] = _zeros.Largest;
            }
        }

        /// <summary>A loss that goes on falling is moved by another rate than is told.</summary>
        private bool FellSince(long step)
        {
            var (then, now, error) = context.Facts.Curves.Since(Metric.Loss, step);
            return then - now > Math.Max(0.1 * Math.Abs(then), 3 * error);
        }

        /// <summary>Tells whether a few losses ended where they began.</summary>
        private bool HasStoodStill() => context.Facts.LossSeries is { BlockCount: >= 3 } losses && losses.MeanOf(0.67, 1) > 0.95 * losses.MeanOf(0, 0.34);

        /// <summary>Schedules end next to zero, and rightly: only one that got there long before the end, with nothing learned, is a fault.</summary>
        /// <remarks>A rate that single precision cannot tell from zero beside what it was moves nothing: a fault, too, where less than half of the loss was learned away, and wherever most of the run was spent so.</remarks>
        private void ReportVanished()
        {
            double least = Math.Max(options.MinimumSamples, options.VanishedShare * _samples);
            double leastOfTheLost = Math.Max(options.MinimumSamples, options.VanishedShare * _samples / 2);
            var progress = LossProgress.Of(context.Facts);
            bool isUnlearned = _zeros.Vanished >= least && progress.IsBad;
            bool isLost = (_lost.Vanished >= leastOfTheLost && progress is { IsKnown: true, IsGood: false }) || (_lost.Vanished >= Math.Max(options.MinimumSamples, options.LostShare * _samples) && !FellSince(_lost.VanishedSteps.First));
            if (!isUnlearned && !isLost)
            {
                ReportSpent();
                return;
            }

            var vanished = isUnlearned ? _zeros : _lost;

            var symptom = context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Variant = RateFault.Vanished,
                FirstStep = vanished.VanishedSteps.First,
                LastStep = vanished.VanishedSteps.Last,
                Evidence = [new Evidence("learning_rate", null, vanished.VanishedSteps.Last, _trend.Last, (isUnlearned ? options.VanishedFactor : SinglePrecision) * _zeros.Largest, "<")],
            });
            (symptom.Values["usual"], symptom.Values["unlearned"]) = (_zeros.Largest, isUnlearned ? 1 : 0);
            if (StepsPerEpoch is { } epoch && epoch >= options.MinimumSamples && vanished.VanishedSteps.First < options.TurnEpochs * epoch && vanished.VanishedSteps.Last > 2 * options.TurnEpochs * epoch)
            {
                // Whoever plans a fall plans it over the run, not over its first epochs.
                symptom.Values["epoch"] = epoch;
            }
        }

        /// <summary>A rate is cut where a loss no longer falls: cuts that begin while it falls, and leave next to nothing for much of the run, end the learning.</summary>
        private void ReportSpent()
        {
            if (_cuts.Spent < Math.Max(options.MinimumSamples, options.SpentShare * _samples))
            {
                return;
            }

            double fall = RateCuts.FallBefore(context.Facts.LossSeries, _cuts.FirstStep) ?? 0;
            double validation = RateCuts.FallBefore(context.Facts.Curves.Of(Metric.ValidationLoss), _cuts.FirstStep) ?? 0;
            int improving = _cuts.CountWhileImproving(context.Facts.Curves.Of(Metric.ValidationLoss));
            if (Math.Max(fall, validation) < options.SpentFall && improving < options.CutsWhileImproving)
            {
                return;
            }

            var symptom = context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.7,
                Variant = RateFault.Spent,
                FirstStep = _cuts.SpentStep,
                LastStep = _trend.LastStep,
                Evidence = [new Evidence("learning_rate", null, _trend.LastStep, _trend.Last, options.SpentFactor * _zeros.Largest, "<=")],
            });
            (symptom.Values["usual"], symptom.Values["cuts"], symptom.Values["cutStep"]) = (_zeros.Largest, _cuts.Count, _cuts.FirstStep);
            (string name, double value) = fall >= options.SpentFall ? ("fall", fall) : validation >= options.SpentFall ? ("validation", validation) : ("improving", improving);
            symptom.Values[name] = value;
        }

        /// <summary>A schedule that began again matters where it cost what had been learnt.</summary>
        private void ReportReset()
        {
            if ((_reset.Count == 1 ? _reset.First : _reset.Count == 0 ? _turns.Reset : null) is not var (step, stepBefore, before, rate) || _samples < options.MinimumSamples)
            {
                return;
            }

            bool costs = context.Facts.Curves.Loss.Series is { BlockCount: >= 8 } losses && RateReset.IsDearAt(losses, stepBefore, step, options.ResetRise);
            var symptom = context.Open(new Symptom
            {

                // A log may hold several runs in one; a live run whose schedule was cut off in the middle of its fall was resumed.
                Severity = costs || (context.Run.Log is null && _turns.Reset is not null) ? Severity.Warning : Severity.Info,
                Confidence = costs ? 0.8 : 0.6,
                Variant = RateFault.Reset,
                FirstStep = step,
                LastStep = step,
                Evidence = [new Evidence("learning_rate", null, step, rate, before, ">")],
            });
            (symptom.Values["usual"], symptom.Values["before"], symptom.Values["stepBefore"]) = (before, before, stepBefore);
        }

        /// <summary>A log counts steps in its own way: what turns there is only hinted at.</summary>
        private void ReportTurns()
        {
            if (StepsPerEpoch is { } epoch && _turns.Peaks.Count >= options.FewestTurns && _turns.Period < options.TurnEpochs * epoch && _turns.Period <= options.LongestTurn)
            {
                context.Open(new Symptom
                {
                    Severity = context.Run.Log is null ? Severity.Warning : Severity.Info,
                    Variant = RateFault.Cadence,
                    FirstStep = _trend.FirstStep,
                    LastStep = _trend.LastStep,
                    Evidence = [new Evidence("steps_between_turns", null, _turns.Peaks[^1], _turns.Period, options.TurnEpochs * epoch, "<")],
                    Values = { ["period"] = _turns.Period, ["count"] = _turns.Peaks.Count, ["epoch"] = epoch },
                });
            }
        }

        private void ReportRise()
        {
            double ratio = _trend.Last / _trend.First;
            double least = context.Facts.HasRunItsCourse ? options.LeastRise : options.RiseFactor;
            if (ratio <= least)
            {
                return;
            }

            bool isExponential = _trend.Steadiness > options.Straightness && ratio > options.GrowthFactor;
            bool isLinear = _trend.Straightness > options.Straightness;
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
                Variant = isWarmup ? RateFault.Warmup : RateFault.Growing,
                FirstStep = _trend.FirstStep,
                LastStep = _trend.LastStep,
                Evidence = [new Evidence("learning_rate", null, _trend.LastStep, _trend.Last, least * _trend.First, ">")],
            });
            symptom.Values["usual"] = _trend.First;
        }
    }
}
