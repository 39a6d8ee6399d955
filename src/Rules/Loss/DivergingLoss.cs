using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Knowledge;
using TrainingDoctor.Statistics;

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
        Why = $"Every further step makes the network worse; before long the loss is no number any more.",
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
        private readonly LossCurve _curve = new(context, options.MinimumSamples);
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
            if (_symptom is { RecoveredAt: not null })
            {
                _symptom.Severity = Severity.Info;
            }

            if (_symptom is { RecoveredAt: null } || LossCurve.WhyNotMeasurable(context.Run) is not null)
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
            if (_symptom is null && isHigh && (_recent.Median - start > options.NoiseMultiple * _curve.Series.Noise || _recent.Minimum > Honest()))
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

        /// <summary>Of a few losses only one thing is certain: that none came back near the first.</summary>
        private void JudgeTheFew()
        {
            var rest = _curve.Series.Means[1..];
            double lowest = double.PositiveInfinity;
            foreach (double loss in rest)
            {
                lowest = Math.Min(lowest, loss);
            }

            double first = _curve.Series.First;
            double end = Math.Min(rest[^1], rest[^2]);
            if (lowest > (1 + options.FewRise) * first)
            {
                Report(end > options.CertainMultiple * first ? Severity.Error : Severity.Warning, end, (1 + options.FewRise) * first);
                _symptom!.Confidence = 0.8;
            }
        }

        /// <summary>In orders of magnitude: the last quarter lies above the first, whatever single losses do.</summary>
        private bool HasLeftItsOrder(CompactedSeries series)
        {
            var (first, last) = (series.Part(0, 0.25), series.Part(0.75, 1));
            return _curve.IsPositive && series.MedianOf(0.75, 1) > options.EarlyMultiple * series.MedianOf(0, 0.25) && series.MedianOf(0.75, 1) > options.EarlyMultiple * _curve.Beginning
                && TrendTest.RankSum(series.Means[first.First..first.End], series.Means[last.First..last.End]) > 2.5;
        }

        private void JudgeTheWhole()
        {
            var series = _curve.Series;
            double start = _curve.Beginning;
            int width = Math.Max(1, series.BlockCount / 10);
            var (lowest, index) = series.Lowest(width);
            double end = series.MedianOf(0.85, 1);
            var tail = series.Part(0.9, 1);
            double floor = double.PositiveInfinity;
            for (int i = tail.First; i < tail.End; i++)
            {
                floor = Math.Min(floor, series.Means[i]);
            }

            // A first step far too large hides where training began.
            double honest = Honest();
            if (end > options.EarlyMultiple * honest && floor > honest)
            {
                Report(end > options.CertainMultiple * honest ? Severity.Error : Severity.Warning, end, options.EarlyMultiple * honest);
                return;
            }

            if (HasLeftItsOrder(series))
            {
                Report(Severity.Warning, end, options.EarlyMultiple * start);
                return;
            }

            double error = Math.Sqrt(Math.Pow(series.ErrorOf(0.85, 1), 2) + Math.Pow(_curve.BeginningError, 2));
            double aboveStart = end - start;
            if (aboveStart > options.NoiseMultiple * error && aboveStart > options.RiseAboveStart * Math.Abs(start) && floor > start)
            {
                Report(aboveStart > Math.Abs(start) && series.Trend(0.5).Z > -2 ? Severity.Error : Severity.Warning, end, start * (1 + options.RiseAboveStart));
                return;
            }

            double fall = start - lowest;
            double rise = end - lowest;
            bool early = index + width < 0.85 * series.BlockCount;
            double share = rise / fall;
            double rates = RateAgainst(series.Steps[Math.Min(series.BlockCount - 1, index + (width / 2))]);
            bool restart = rates > 2 && share < 0.6;
            if (early && !restart && series.BlockCount >= options.SamplesToGiveBack && fall > options.NoiseMultiple * error && rise > options.NoiseMultiple * series.ErrorOf(0.5, 1) * Math.Sqrt(2) && rise > 4 * series.NoiseOf(0.5, 1) / Math.Sqrt(series.Stride)
                && floor > lowest + (0.5 * options.GivenBack * fall) && share > options.GivenBack && rise > options.LeastRise * Math.Abs(lowest))
            {
                Report(ValidationImprovedSince(index, width) ? Severity.Info : Severity.Warning, end, lowest + (options.GivenBack * fall));
            }
            else if (!restart && context.Facts.Curves.Loss.Describe() is { } curve && curve.Lost > 0.02 && curve.Rise > options.LeastRise / 2 && curve.IsSignificant(options.NoiseMultiple, 1) && curve.Trend > 3)
            {
                Report(Severity.Info, curve.End, curve.Best * (1 + (options.LeastRise / 2)));
                _symptom!.Confidence = 0.6;
            }
        }

        /// <summary>A training that is made harder on purpose has a higher loss and validates better.</summary>
        private bool ValidationImprovedSince(int index, int width)
        {
            var (then, now, error) = context.Facts.Curves.Since(Metric.ValidationLoss, _curve.Series.Steps[Math.Min(_curve.Series.BlockCount - 1, index + (width / 2))]);
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

/// <summary>Thresholds of <see cref="DivergingLoss"/>.</summary>
public sealed class DivergingLossOptions
{
    /// <summary>Gets or sets how many losses are needed.</summary>
    /// <value>The default is 12; at least 6.</value>
    [Range(6, int.MaxValue)]
    public int MinimumSamples { get; set; } = 12;

    /// <summary>Gets or sets how many losses are enough where none comes back near the first.</summary>
    /// <value>The default is 4; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int FewSamples { get; set; } = 4;

    /// <summary>Gets or sets the share of the first loss by which all of a few must lie above it.</summary>
    /// <value>The default is 0.25; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double FewRise { get; set; } = 0.25;

    /// <summary>Gets or sets the share of the lowest level by which the loss must have risen from there for anything to be said.</summary>
    /// <value>The default is 0.05; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double LeastRise { get; set; } = 0.05;

    /// <summary>Gets or sets how many losses are needed to call a rise lasting that ends below the beginning.</summary>
    /// <value>The default is 12; at least 6.</value>
    [Range(6, int.MaxValue)]
    public int SamplesToGiveBack { get; set; } = 12;

    /// <summary>Gets or sets how many losses are needed before the end of the run.</summary>
    /// <value>The default is 30: twice the window of newest losses; at least 16.</value>
    [Range(16, int.MaxValue)]
    public int EarlySamples { get; set; } = 30;

    /// <summary>Gets or sets how many times its beginning the loss must have reached to count as diverging while the run goes on.</summary>
    /// <value>The default is 3; TheDeepChecker asks for growth to twice the best; bounds 1 to 1000.</value>
    [Range(1.0, 1000.0)]
    public double EarlyMultiple { get; set; } = 3;

    /// <summary>Gets or sets how many times its beginning every new loss must reach for an error.</summary>
    /// <value>The default is 10; bounds 1 to 1000000.</value>
    [Range(1.0, 1e6)]
    public double CertainMultiple { get; set; } = 10;

    /// <summary>Gets or sets the share of its beginning by which the loss must end above it.</summary>
    /// <value>The default is 0.1; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double RiseAboveStart { get; set; } = 0.1;

    /// <summary>Gets or sets the share of its fall that the loss must have given back.</summary>
    /// <value>The default is 0.2: more than one restart of a cyclic schedule gives back in the runs that were looked at; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double GivenBack { get; set; } = 0.2;

    /// <summary>Gets or sets by how many standard errors the loss must have risen.</summary>
    /// <value>The default is 5; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double NoiseMultiple { get; set; } = 5;
}
