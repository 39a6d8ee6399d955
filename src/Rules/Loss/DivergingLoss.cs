using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Loss;

/// <summary>TD4003: the loss rises for good.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class DivergingLoss(DivergingLossOptions options) : Rule<DivergingLossOptions>(options)
{
    private const int RecentSamples = 15;

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD4003",
        Name = "diverging-loss",
        Category = RuleCategory.Loss,
        Severity = Severity.Error,
        Summary = $"The loss rises for good.",
        Explanation = $"The level of the loss at the end of the run is compared with where it began and with the lowest level in between. The rule fires when the loss ends above its beginning, "
            + $"or has given back a good part of its fall, beyond noise and throughout the last tenth; or when it ends at several times its first value and several times what a network costs that ignores its inputs. While a run goes on it fires when the median of the newest losses is several times the beginning.",
        Why = $"Every further step makes the network worse; before long the loss is not a number any more.",
        Inputs = [Metric.Loss, Metric.LearningRate],
        RequiredInputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.MissingZeroGrad, Cause.UnscaledData, Cause.WrongLoss, Cause.CorruptData, Cause.PoorInitialization],
        Remedies =
        [
            new($"Lower the learning rate.", $"A step beyond twice the inverse curvature lands higher than it started."),
            new($"Clip the gradient, or warm the learning rate up.", $"Single steep places then throw the weights no further than any other."),
            new($"Standardise inputs and targets.", $"Large inputs make the loss steep, and every learning rate too high."),
        ],
        Sources = [RemedySources.Pascanu, "TheDeepChecker (TOSEM 2022): diverging loss", "Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, section 11.4.1"],
        Limitations = $"A loss whose terms are phased in, or harder samples brought in on purpose, may rise in health. After a warm restart of the learning rate a rise is expected and passed over.",
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
        var end = symptom.Evidence[0];
        var loss = facts.Of(Metric.Loss)!.Value;
        var causes = Rank(facts);
        var remedies = new List<Remedy> { LearningRateRemedies.Lower(facts, 0.1), LearningRateRemedies.Clip(facts), LearningRateRemedies.Warmup(facts) };
        if (causes[0].Cause == Cause.UnscaledData)
        {
            remedies.Insert(0, DataRemedies.StandardizeInputs());
        }

        return new Diagnosis(
            symptom.RecoveredAt is { } back ? (Text)$"The loss had risen to {symptom.Values["level"]:G4} and was back at step {back}" : $"The loss rises to {symptom.Values["level"]:G4}",
            symptom.RecoveredAt is null
                ? (Text)$"The loss was {facts.LossSeries.First:G4} at step {facts.LossSeries.FirstStep}, lowest at step {loss.MinimumStep} with {loss.Minimum:G4}, and {end.Value:G4} at step {end.Step}; the level of its newest values is {symptom.Values["level"]:G4}."
                : $"The loss was {facts.LossSeries.First:G4} at step {facts.LossSeries.FirstStep} and {end.Value:G4} at step {end.Step}, where the level of its newest values was {symptom.Values["level"]:G4}; over the whole run it was lowest at step {loss.MinimumStep} with {loss.Minimum:G4}.",
            causes,
            remedies);
    }

    private static IReadOnlyList<CauseLikelihood> Rank(RunFacts facts) => facts.Of(Metric.InputAbsoluteMaximum) is { Maximum: > 20 }
        ? [new(Cause.UnscaledData, 0.45), new(Cause.LearningRateTooHigh, 0.4), new(Cause.MissingZeroGrad, 0.05)]
        : [new(Cause.LearningRateTooHigh, 0.65), new(Cause.MissingZeroGrad, 0.1), new(Cause.WrongLoss, 0.1), new(Cause.CorruptData, 0.05)];

    private sealed class Evaluator(DivergingLossOptions options, RuleContext context) : RuleEvaluator
    {
        /// <summary>A mean of independent losses does not double.</summary>
        private const double FewMultiple = 2;

        /// <summary>Three of four pairs are in the order of a rise.</summary>
        private const double RisingTau = 0.5;
        private readonly LossCurve _curve = new(context.Run, context.Facts, options.MinimumSamples);
        private readonly CompactedSeries _rates = new();
        private readonly RollingMedian _recent = new(RecentSamples);
        private Symptom? _symptom;
        private bool _isDue;

        public override Text? WhyNotEvaluated => _symptom is null ? _curve.WhyNothingShows : null;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.LearningRate)
            {
                _rates.Add(measurement.Step, measurement.Value);
                return;
            }

            if (measurement.Scope != ScopeTable.Run)
            {
                return;
            }

            _curve.Add(measurement);
            _recent.Add(measurement.Value);
            _isDue = true;
        }

        public override void StepCompleted(long step)
        {
            // Not before: the targets of the step, which tell what ignoring the inputs costs, may come after its loss.
            if (_isDue && _curve.Series.Count >= options.EarlySamples && _curve.WhyNotJudged is null && _curve.IsPositive)
            {
                Watch(step);
            }

            _isDue = false;
        }

        public override void Complete()
        {
            if (_symptom is { RecoveredAt: not null } || (_symptom is not null && IsMeanOfAllBefore()))
            {
                _symptom.Severity = Severity.Info;
            }

            if (_symptom is { RecoveredAt: null } || LossCurve.WhyNotMeasurable(context.Run) is not null || IsMeanOfAllBefore())
            {
                return;
            }

            if (_curve.Series.BlockCount >= options.MinimumSamples)
            {
                JudgeTheWhole();
            }
            else if (_curve.Series.BlockCount >= options.FewSamples && _curve.IsPositive)
            {
                JudgeTheFew();
            }
        }

        /// <summary>While the run goes on, only a level that no healthy run reaches counts.</summary>
        private void Watch(long step)
        {
            double start = _curve.Beginning;
            bool isHigh = _recent.Minimum > options.EarlyMultiple * start / 2 && _recent.Median > options.EarlyMultiple * start;

            // The first losses of single samples are low by chance now and then; what ignoring the inputs costs is not.
            if (_symptom is null && isHigh && !IsOfTimesteps(_recent.Median) && (_recent.Median - start > options.NoiseMultiple * _curve.Series.Noise || _recent.Minimum > Honest()))
            {
                Report(Severity.Warning, _recent.Median, start * options.EarlyMultiple);
            }
            else if (_symptom is { RecoveredAt: null })
            {
                if (_recent.Median < start)
                {
                    _symptom.RecoveredAt = step;
                    return;
                }

                Tell(_recent.Median, start * options.EarlyMultiple);
                if (_recent.Minimum > options.CertainMultiple * start)
                {
                    _symptom.Severity = Severity.Error;
                }
            }
        }

        /// <summary>Of a few losses two things are certain: that none came back near a first that was not low by chance, and that the last ones only gave back what the ones before had won.</summary>
        private void JudgeTheFew()
        {
            var losses = _curve.Series.Means;
            double limit = (1 + options.FewRise) * _curve.Series.First;
            double end = Math.Min(losses[^1], losses[^2]);
            if (RangeOf(losses[1..]).Lowest > limit && StandsApart(_curve.Series.First, losses[1..]))
            {
                Report(end > options.CertainMultiple * _curve.Series.First ? Severity.Error : Severity.Warning, end, limit);
                _symptom!.Confidence = 0.8;
            }
            else if (OnlyRises(context.Facts.Curves.Loss.Describe()!.Value))
            {
                Report(Severity.Warning, end, (1 + options.FewRise) * RangeOf(losses).Lowest);
                _symptom!.Confidence = 0.8;
            }
        }

        /// <summary>Each loss after the lowest is higher than the one before, and half of the fall or more is lost: one order in 24 does so by chance, and none of a fall that goes on.</summary>
        private bool OnlyRises(CurveDescription curve) =>
            curve.Worsens && curve.After >= options.FewSamples - 1 && curve.Rise > options.FewRise && curve.Lost > 0.5 && RateAgainst(curve.BestStep) <= 2;

        /// <summary>One of n losses is the lowest, the first as likely as any: it says something where the others rise as well, or lie closer to each other than to it.</summary>
        private static bool StandsApart(double first, ReadOnlySpan<double> others) =>
            TrendTest.MannKendall(others).Tau >= RisingTau || (RangeOf(others) is var (lowest, highest) && lowest - first > highest - lowest);

        private static (double Lowest, double Highest) RangeOf(ReadOnlySpan<double> losses)
        {
            var (lowest, highest) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (double loss in losses)
            {
                (lowest, highest) = (Math.Min(lowest, loss), Math.Max(highest, loss));
            }

            return (lowest, highest);
        }

        /// <summary>Means of all losses so far wander; those that end at a multiple of their lowest hide nothing.</summary>
        private bool IsMeanOfAllBefore() => context.Facts.Curves.Loss.IsRunningMean && LossRise.Of(_curve) is var rise && rise.End < FewMultiple * rise.Lowest;

        private void JudgeTheWhole()
        {
            var rise = LossRise.Of(_curve);

            // A first step far too large hides where training began.
            double honest = Honest();
            if (rise.End > options.EarlyMultiple * honest && rise.Floor > honest)
            {
                Report(rise.End > options.CertainMultiple * honest ? Severity.Error : Severity.Warning, rise.End, options.EarlyMultiple * honest);
            }
            else if (IsOfTimesteps(rise.End))
            {
                return;
            }
            else if (_curve.IsPositive && rise.HasLeftItsOrder(options.EarlyMultiple))
            {
                Report(Severity.Warning, rise.End, options.EarlyMultiple * rise.Start);
            }
            else if (EndsAboveItsBeginning(rise))
            {
                Report(rise.AboveStart > Math.Abs(rise.Start) && rise.LateTrend > -2 ? Severity.Error : Severity.Warning, rise.End, rise.Start * (1 + options.RiseAboveStart));
            }
            else if (IsRestart(rise))
            {
                return;
            }
            else if (GaveBackItsFall(rise))
            {
                Report(ValidationImprovedSince(rise.LowestStep) ? Severity.Info : Severity.Warning, rise.End, rise.Lowest + (options.GivenBack * rise.Fall));
            }
            else if (context.Facts.Curves.Loss.Describe() is { } curve && curve.Lost > 0.02 && curve.Rise > options.LeastRise / 2 && curve.IsSignificant(options.NoiseMultiple, 1) && curve.Trend > 3)
            {
                Report(Severity.Info, curve.End, curve.Best * (1 + (options.LeastRise / 2)));
                _symptom!.Confidence = 0.6;
            }
        }

        /// <summary>Timesteps differ fifty-fold in what a diffusion model's loss is for them: which ones came first, and what a mean of few begins with, is chance. What has not left the order of its first tenth has not diverged.</summary>
        private bool IsOfTimesteps(double level) => context.Run.Task == TrainingTask.Diffusion && level < options.EarlyMultiple * _curve.Series.MeanOf(0, 0.1);

        private bool EndsAboveItsBeginning(LossRise rise) =>
            rise.AboveStart > options.RiseAboveStart * Math.Abs(rise.Start) && rise.Floor > rise.Start && rise.IsAboveStartBeyondNoise(options.NoiseMultiple);

        /// <summary>A good part of the fall is given back, to the end, and by a share of the lowest level that counts.</summary>
        private bool GaveBackItsFall(LossRise rise) => _curve.Series.BlockCount >= options.SamplesToGiveBack && rise.IsFromLongAgo
            && rise.Share > options.GivenBack && rise.Floor > rise.Lowest + (0.5 * options.GivenBack * rise.Fall) && rise.SinceLowest > options.LeastRise * Math.Abs(rise.Lowest)
            && rise.IsFallBeyondNoise(options.NoiseMultiple) && rise.IsBeyondNoise(options.NoiseMultiple);

        /// <summary>A warm restart raises the loss on purpose, by a part of what was won.</summary>
        private bool IsRestart(LossRise rise) => RateAgainst(rise.LowestStep) > 2 && rise.Share < 0.6;

        /// <summary>A training that is made harder on purpose has a higher loss and validates better.</summary>
        private bool ValidationImprovedSince(long step)
        {
            var (then, now, error) = context.Facts.Curves.Since(Metric.ValidationLoss, step);
            return then - now > Math.Max(0.1 * Math.Abs(then), error);
        }

        /// <summary>The higher of the first loss and what ignoring the inputs costs: a level that no honest run ends above. Infinity when that cost is not known.</summary>
        private double Honest() => Math.Max(_curve.Series.First, LossBaseline.Of(context.Facts) ?? double.PositiveInfinity);

        /// <summary>The learning rate now, over that of an earlier step: a warm restart raises the loss on purpose.</summary>
        private double RateAgainst(long step)
        {
            if (_rates.BlockCount == 0)
            {
                return 1;
            }

            int at = 0;
            while (at + 1 < _rates.BlockCount && _rates.Steps[at + 1] <= step)
            {
                at++;
            }

            return _rates.Means[at] > 0 ? _rates.MeanOf(0.9, 1) / _rates.Means[at] : 1;
        }

        private void Report(Severity severity, double level, double limit)
        {
            bool isNew = _symptom is null;
            _symptom ??= new Symptom { Severity = severity, FirstStep = _curve.Series.LastStep, Evidence = [_curve.Newest(limit)] };
            _symptom.Severity = severity;
            _symptom.Confidence = severity == Severity.Error ? 0.97 : 0.85;
            _symptom.RecoveredAt = null;
            Tell(level, limit);
            if (isNew)
            {
                context.Open(_symptom);
            }
        }

        /// <summary>The evidence is the newest loss as it was measured; what was judged is the level.</summary>
        private void Tell(double level, double limit)
        {
            _symptom!.Evidence[0] = _curve.Newest(limit);
            _symptom.LastStep = _curve.Series.LastStep;
            _symptom.Values["level"] = level;
        }
    }
}
