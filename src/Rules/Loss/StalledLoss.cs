using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Loss;

/// <summary>TD4002: the loss never goes down.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class StalledLoss(StalledLossOptions options) : Rule<StalledLossOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD4002",
        Name = "stalled-loss",
        Category = RuleCategory.Loss,
        Severity = Severity.Error,
        Summary = $"The loss never goes down.",
        Explanation = $"The lowest level of the loss is compared with where it began. The rule fires when the fall is no larger than noise explains or than a small share of the level, "
            + $"provided that the noise would have let a larger fall show; when the loss stays at what constant answers would cost; and as soon as it repeats itself to the last digit. Of a log that begins in the middle of a training, where it is not known what a constant answer costs, it is info.",
        Why = $"A network whose loss does not move has learnt nothing; longer training will not help before the cause is found.",
        Inputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = LearningObstacles.Causes,
        Remedies =
        [
            new($"Change hidden activations to ReLU or SiLU with He initialisation.", $"Where gradients vanish, a function with slope one lets them through."),
            new($"Raise or lower the learning rate.", $"Steps may be too short to see, or so long that each undoes the last."),
            new($"Check that the optimizer holds the parameters and that the loss depends on them.", $"Weights that nothing moves stay as they are."),
        ],
        Sources = [RemedySources.Article, "SageMaker Debugger: LossNotDecreasing", "DeepDiagnosis (ICSE 2022): loss not decreasing"],
        Limitations = $"Training that ends during an early plateau looks stalled; train longer before acting on it.",
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
        var level = symptom.Evidence[0];
        var causes = LearningObstacles.Rank(facts, neverMoved: true);
        var message = symptom.Values.TryGetValue("baseline", out double baseline)
            ? (Text)$"From step {symptom.FirstStep} to step {symptom.LastStep} the loss stayed at {Quotation.Of(level)}; always answering the frequencies or the mean of the targets costs {baseline:G4}."
            : $"From step {symptom.FirstStep} to step {symptom.LastStep} the loss went from {Quotation.Mean(symptom.Values["start"], (long)symptom.Values["startCount"])} to {Quotation.Of(level)}; a single loss varies by {symptom.Values["noise"]:G3}.";
        var title = symptom.RecoveredAt is { } moved ? (Text)$"The loss stayed at {level.Value:G4} until step {moved}" : $"The loss stays at {level.Value:G4}";
        return new Diagnosis(title, message, causes, LearningObstacles.Prescribe(causes, facts));
    }

    private sealed class Evaluator(StalledLossOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly LossCurve _curve = new(context.Run, context.Facts, options.MinimumSamples);
        private double _repeated = double.NaN;
        private long _repeats;
        private long _repeatedSince;
        private bool _hasNews;
        private bool _isDue;
        private Symptom? _symptom;

        public override Text? WhyNotEvaluated => _symptom is null ? _curve.WhyNothingShows : null;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Scope != ScopeTable.Run || !double.IsFinite(measurement.Value))
            {
                return;
            }

            if (measurement.Value == _repeated)
            {
                _repeats++;
            }
            else
            {
                (_repeated, _repeats, _repeatedSince) = (measurement.Value, 1, measurement.Step);
            }

            _isDue |= _curve.Add(measurement);
            _hasNews = true;
        }

        public override void StepCompleted(long step)
        {
            // Not before: scores of the same step may come after the loss.
            if (!_hasNews)
            {
                return;
            }

            _hasNews = false;
            if (_symptom is not null)
            {
                _symptom.LastStep = _repeats > 1 ? step : _symptom.LastStep;
                if (_isDue && _symptom.RecoveredAt is null && HasMoved())
                {
                    _symptom.RecoveredAt = step;
                }
            }
            else if (_repeats >= options.EqualLosses && _repeatedSince <= _curve.Series.FirstStep && _repeated != 0 && _curve.WhyNotJudged is null)
            {
                // Equal losses from the very beginning are no noise; zero is a loss of its own (reward losses, masked batches).
                Report(Severity.Error, 0.97, _curve.Newest(double.NegativeInfinity), null);
            }
            else if (_isDue && _curve.Series.Count >= options.EarlySamples)
            {
                Judge(isFinal: false);
            }

            _isDue = false;
        }

        public override void Complete()
        {
            if (_symptom is null)
            {
                Judge(isFinal: true);
            }
            else if (_symptom.RecoveredAt is not null && HasMoved())
            {
                // An early plateau that ended was no illness.
                _symptom.Severity = Severity.Info;
            }
            else if (_curve.Series.BlockCount > 0)
            {
                _symptom.RecoveredAt = null;
                _symptom.LastStep = _curve.Series.LastStep;
                _symptom.Severity = SeverityAtTheEnd();
                _symptom.Evidence[0] = _repeats > 1 && _repeatedSince <= _curve.Series.FirstStep ? _curve.Newest(double.NegativeInfinity) : _curve.MeanOver(2 / 3.0, 1, Limit(_symptom.Values.TryGetValue("baseline", out double known) ? known : null));
            }
        }

        private void Judge(bool isFinal)
        {
            var series = _curve.Series;
            if (isFinal && LossCurve.WhyNotMeasurable(context.Run) is null && JudgeTheFew())
            {
                return;
            }

            if (_curve.WhyNotJudged is not null || series.BlockCount < options.MinimumSamples || _curve.LearnsAnyway(0.1, options.LeastFallOfValidation))
            {
                return;
            }

            var fall = LossFall.Of(_curve);
            if (fall.Rise > Math.Max(options.NoiseMultiple * fall.Error, options.SensitiveShare * Math.Abs(fall.Start)))
            {
                return;
            }

            double? baseline = LossBaseline.Of(context.Facts);
            if (baseline is > 0 and var guess && StaysAtAGuess(fall, guess, isFinal))
            {
                Report(isFinal ? Severity.Error : Severity.Warning, 0.95, _curve.MeanOver(2 / 3.0, 1, Limit(guess)), guess);
            }
            else if (NeverFalls(fall) && !(fall.Level < 0.5 * baseline))
            {
                var severity = isFinal || MayBeFine ? SeverityAtTheEnd() : Severity.Warning;
                Report(severity, severity == Severity.Info ? 0.5 : 0.9, _curve.MeanOver(2 / 3.0, 1, Limit(null)), null);
            }
        }

        /// <summary>Neither the level nor the lowest of it is below what constant answers cost, and no trend points there.</summary>
        private bool StaysAtAGuess(LossFall fall, double guess, bool isFinal)
        {
            bool isEnough = _curve.Series.Count >= options.EarlySamples || (isFinal && (context.Run.Log is { LossIsAveraged: true } || fall.WouldShow(options.SensitiveShare)));
            return isEnough && fall.Level > (1 - options.LeastFall) * guess && fall.Lowest > (1 - options.SensitiveShare) * guess
                && (LossBaseline.HasOneAnswer(context.Facts) || _curve.Series.Trend(0.5).Z > -options.CertainTrend);
        }

        /// <summary>A fall counts when it is beyond the noise and more than a small share of the level; one that the noise would hide says nothing.</summary>
        private bool NeverFalls(LossFall fall)
        {
            bool wouldShow = _curve.IsPositive ? fall.WouldShow(options.SensitiveShare) : _curve.Series.Count >= options.EarlySamples;
            bool isBeyondNoise = fall.Deepest >= options.NoiseMultiple * fall.Error;
            bool slides = isBeyondNoise && fall.Deepest > 0.25 * options.LeastFall * Math.Abs(fall.Start) && _curve.Series.Trend(0).Z < -options.CertainTrend;
            return wouldShow && !slides && (!isBeyondNoise || (_curve.IsPositive && fall.Deepest < options.LeastFall * fall.Start));
        }

        /// <summary>Of a few losses two things are certain: that they repeat themselves to the last digit, and that all are those of guessing.</summary>
        private bool JudgeTheFew()
        {
            var series = _curve.Series;
            if (series.Count < options.FewLosses || series.BlockCount >= options.MinimumSamples)
            {
                return false;
            }

            double lowest = double.PositiveInfinity;
            double highest = double.NegativeInfinity;
            for (int i = 0; i < series.BlockCount; i++)
            {
                lowest = Math.Min(lowest, series.Lowests[i]);
                highest = Math.Max(highest, series.Highests[i]);
            }

            bool repeats = highest == lowest && lowest != 0;

            // Where the score is that of guessing too, three rows are enough.
            double? told = LossBaseline.Of(context.Facts);
            double? guess = told ?? LossBaseline.NearestGuess(highest);
            bool guesses = guess is { } known && series.Count >= (told is null ? options.SomeLosses : options.FewLosses) && highest < known * (1 + options.LeastFall) && lowest > known * (1 - (options.LeastFall / 2)) && !_curve.LearnsAnyway(0.1, 0.05);
            bool still = highest - lowest < options.FewRange * lowest && lowest > 0 && series.Count >= options.SomeLosses && !_curve.LearnsAnyway(0.05, 0.02);
            if (!repeats && !guesses && !still)
            {
                return false;
            }

            double? baseline = guesses && !repeats ? guess : null;
            Report(repeats ? Severity.Error : Severity.Warning, repeats ? 0.9 : 0.7, repeats ? _curve.Newest(double.NegativeInfinity) : _curve.MeanOver(0, 1, Limit(baseline)), baseline);
            return true;
        }

        /// <summary>A log may begin in the middle of a training, near its floor; a live run with this many steps, or one that repeats itself, has no such excuse.</summary>
        private Severity SeverityAtTheEnd() => MayBeFine ? Severity.Info
            : _repeats >= options.EqualLosses || (context.Run.Log is null && _curve.Series.Count >= options.EarlySamples) ? Severity.Error : Severity.Warning;

        private bool MayBeFine => _curve.BeginsLate && _repeats < options.EqualLosses && LossBaseline.Of(context.Facts) is null;

        private bool HasMoved()
        {
            double recent = _curve.Series.MeanOf(0.8, 1);
            double from = _symptom!.Values.TryGetValue("baseline", out double baseline) ? baseline : _symptom.Values["start"];
            double error = Math.Sqrt(Math.Pow(_curve.StartError, 2) + Math.Pow(_curve.Series.ErrorOf(0.8, 1), 2));
            return from - recent > Math.Max(2.5 * options.LeastFall * Math.Abs(from), options.NoiseMultiple * error);
        }

        /// <summary>What a loss must come below to have fallen.</summary>
        private double Limit(double? baseline) => (baseline ?? _curve.Start) * (1 - options.LeastFall);

        private void Report(Severity severity, double confidence, Evidence level, double? baseline)
        {
            _symptom = context.Open(new Symptom
            {
                Severity = severity,
                Confidence = confidence,
                FirstStep = _curve.Series.FirstStep,
                LastStep = _curve.Series.LastStep,
                Evidence = [level],
                Values = { ["start"] = _curve.Start, ["startCount"] = _curve.StartCount, ["noise"] = _curve.Series.Noise },
            });
            if (baseline is { } known)
            {
                _symptom.Values["baseline"] = known;
            }
        }
    }
}
