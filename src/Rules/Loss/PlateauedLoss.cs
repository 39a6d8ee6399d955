using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Loss;

/// <summary>TD4005: the loss went down a little, then stopped far from done.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class PlateauedLoss(PlateauedLossOptions options) : Rule<PlateauedLossOptions>(options)
{
    private const string Frozen = "frozen";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD4005",
        Name = "plateaued-loss",
        Category = RuleCategory.Loss,
        Severity = Severity.Warning,
        Summary = $"The loss went down a little, then stopped far from done.",
        Explanation = $"A run that has converged also stops falling. The rule fires where that is no end: when the loss fell by a small share of its beginning only, most of it in the first third, "
            + $"and no validation measure improved; or when a steep fall broke off at once and turned into a slow slide that does not slow down, as it does on a saddle or in a bad minimum; or when it lies flat after an absurd first value. Where validation goes on improving, or a log begins in the middle of a training, or the network is as good as a linear map of its inputs and so may have met the noise, it is info.",
        Why = $"The rest of the run is spent without gain.",
        Inputs = [Metric.Loss, Metric.ValidationLoss, Metric.LinearFitError],
        RequiredInputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = LearningObstacles.Causes,
        Remedies =
        [
            new($"Raise or lower the learning rate, or schedule it.", $"Steps may be too short to leave the place, or too long to go deeper."),
            new($"Change saturating activations to ReLU or SiLU with He initialisation.", $"Where gradients vanish, a function with slope one lets them through."),
            new($"Make the network larger.", $"A network that cannot represent the task stops at the best that it can represent."),
        ],
        Sources = [RemedySources.Article, "SageMaker Debugger: LossNotDecreasing", "TheDeepChecker (TOSEM 2022): stagnated loss", "Dauphin et al. 2014, Identifying and attacking the saddle point problem, NeurIPS, https://arxiv.org/abs/1406.2572"],
        Limitations = $"Fine-tuning of a network that was good before falls little in health; a validation loss in the log settles it.",
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
        // Who is as good as a linear map may have nothing left to learn, or too small a network for what is bent.
        var causes = symptom.Values.TryGetValue("linear", out double linear)
            ? [new(Cause.UnderCapacity, 0.35), new(Cause.LabelError, 0.25), new(Cause.LearningRateTooLow, 0.1)]
            : LearningObstacles.Rank(facts, neverMoved: false);
        if (symptom.Variant == Frozen)
        {
            return new Diagnosis(
                $"The weights no longer move: the validation loss stays at {symptom.Evidence[0].Value:G6}",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} all {symptom.Values["count"]:F0} validations gave a loss of {symptom.Evidence[0].Value:G6}.",
                causes,
                LearningObstacles.Prescribe(causes, facts));
        }

        var level = symptom.Evidence[0];
        Text fall = $"The loss fell from {Quotation.Mean(symptom.Values["start"], (long)symptom.Values["startCount"])} to {Quotation.Mean(symptom.Values["third"], (long)symptom.Values["thirdCount"])} by step {symptom.Values["thirdStep"]:F0}, and only to {Quotation.Of(level)} by step {level.Step}.";
        return new Diagnosis(
            $"The loss stopped falling at {level.Value:G4}",
            linear > 0 ? (Text)$"{fall} A linear map of the inputs has {linear:G4}: what is left may be noise that no answer is right for." : fall,
            causes,
            LearningObstacles.Prescribe(causes, facts));
    }

    private sealed class Evaluator(PlateauedLossOptions options, RuleContext context) : RuleEvaluator
    {
        /// <summary>How many moves before the standstill must have been small.</summary>
        private const int MovesToRest = 3;

        private readonly LossCurve _curve = new(context.Run, context.Facts, options.MinimumSamples);

        public override Text? WhyNotEvaluated => _curve.WhyNothingShows ?? (_curve.IsPositive ? null : (Text)$"the loss can be negative: no share of it is far or near");

        public override void Observe(in Measurement measurement) => _curve.Add(measurement);

        public override void Complete()
        {
            var series = _curve.Series;
            if (LossCurve.WhyNotMeasurable(context.Run) is not null || JudgeFrozen() || _curve.WhyNotJudged is not null || !_curve.IsPositive || series.BlockCount < options.MinimumSamples)
            {
                return;
            }

            var fall = LossFall.Of(_curve);
            bool isCertain = StaysNearAGuess(fall) || IsFlatAfterAnAbsurdStart(fall) || IsSaddle(fall);
            bool isSmall = IsSmall(fall);
            bool isIll = isCertain || isSmall || BrokeOff(fall);
            if (!isIll && !IsFlatForLong(fall))
            {
                return;
            }

            bool learns = isSmall ? _curve.LearnsAnyway(0.1, options.LeastFallOfValidation) : _curve.LearnsAnyway(0.1, options.HalfFall) && !ScoreStaysPoor();
            bool isAsGoodAsLinear = LinearAnswer.IsReached(context.Facts, fall.End);
            bool mayBeFine = !isIll || (!isCertain && (_curve.BeginsLate || learns)) || isAsGoodAsLinear;
            var part = series.Part(0.25, 0.4);
            var symptom = context.Open(new Symptom
            {
                Severity = mayBeFine ? Severity.Info : Severity.Warning,
                Confidence = mayBeFine ? 0.5 : 0.8,
                FirstStep = series.Steps[part.First],
                LastStep = series.LastStep,
                Evidence = [_curve.MeanOver(0.85, 1, fall.Start * (1 - options.SmallFall))],
                Values = { ["start"] = fall.Start, ["startCount"] = _curve.StartCount, ["third"] = fall.Third, ["thirdCount"] = series.CountOf(0.25, 0.4), ["thirdStep"] = series.Ends[part.End - 1] },
            });
            if (isAsGoodAsLinear)
            {
                symptom.Evidence.Add(LinearAnswer.Evidence(context.Facts));
                symptom.Values["linear"] = LinearAnswer.Of(context.Facts)!.Value;
            }
        }

        /// <summary>The loss fell by a small share only, most of it in the first third.</summary>
        private bool IsSmall(LossFall fall)
        {
            bool fellLittle = fall.Whole > 0 && fall.Share < options.SmallFall;
            bool fellEarly = fall.Late < options.LateShare * fall.Whole;
            return fellLittle && fellEarly && fall.WouldShowLate(options.SmallFall * fall.Start);
        }

        /// <summary>The loss fell by less than half, all of it in the first third, and was not brought to rest by its schedule.</summary>
        private bool BrokeOff(LossFall fall)
        {
            bool fellByLessThanHalf = fall.Whole > 0 && fall.Share < options.HalfFall;
            bool isFlatSince = Math.Abs(fall.Late) < options.FlatShare * fall.Whole;
            return fellByLessThanHalf && isFlatSince && fall.WouldShowLate(options.LateShare * fall.Whole) && (!WasBroughtToRest || IsThatOfFrequencies(fall));
        }

        /// <summary>A language model that began at the logarithm of its vocabulary and rests at about seven nats knows how frequent each word is, and nothing of what comes after what: no schedule is an excuse for that.</summary>
        private static bool IsThatOfFrequencies(LossFall fall) => fall.Start > 9 && fall.End is > 6.3 and < 8.5;

        /// <summary>The run went on for nothing: all that was won was won in its first third, and no validation says otherwise. Where it was won for good, many would shrug.</summary>
        private bool IsFlatForLong(LossFall fall)
        {
            bool isFlat = Math.Abs(fall.Late) < options.FlatLevel * fall.End && fall.WouldShowLate(options.FlatLevel * fall.End);
            return fall.Share > options.SmallFall && isFlat && _curve.Series.BlockCount >= 2 * options.MinimumSamples && !WasBroughtToRest
                && HasSettled(Metric.ValidationLoss, false) && HasSettled(Metric.ValidationAccuracy, true);
        }

        private bool HasSettled(Metric metric, bool higherIsBetter) => !(context.Facts.Curves.Of(metric)?.Describe(higherIsBetter) is { } curve && curve.ShareAfterSettled < 0.6);

        /// <summary>The loss came to what constant answers cost and stays there.</summary>
        private bool StaysNearAGuess(LossFall fall)
        {
            if (LossBaseline.Of(context.Facts) is not (> 0 and var guess))
            {
                return false;
            }

            bool isNear = fall.End > (1 - options.SmallFall) * guess && fall.Whole > -fall.LateError;
            bool isFlat = Math.Abs(fall.Late) < options.LateShare * options.SmallFall * guess && _curve.Series.Trend(0.5).Z > -LossFall.Sure;
            return isNear && isFlat && fall.WouldShowLate(options.SmallFall * fall.Start);
        }

        /// <summary>From an absurd first value everything looks like a fall: what came after the first tenth tells.</summary>
        private bool IsFlatAfterAnAbsurdStart(LossFall fall)
        {
            double tenth = _curve.Series.MedianOf(0.1, 0.2);
            bool isAbsurd = fall.Start > options.AbsurdStart * tenth;
            bool isFlat = Math.Abs(tenth - fall.End) < options.FlatLevel * fall.End && fall.WouldShowLate(options.FlatLevel * fall.End);
            bool isFarBelowAGuess = LossBaseline.Of(context.Facts) is { } guess && fall.End < (1 - options.HalfFall) * guess;
            return isAbsurd && isFlat && !isFarBelowAGuess && !WasBroughtToRest && !_curve.LearnsAnyway(0.05, 0.9) && !HasGoodScore();
        }

        /// <summary>Gets a value indicating whether the rate has come down to next to nothing, so that a loss moves no more whatever it has come to.</summary>
        private bool WasBroughtToRest => !(_curve.LearningRateLeft() > 0.01);

        /// <summary>A validation loss that is the same to six digits for half of the run is that of weights that no longer move.</summary>
        private bool JudgeFrozen()
        {
            if (context.Facts.Curves.Of(Metric.ValidationLoss) is not { } curve || curve.Repeats < options.FrozenValidations || curve.Repeats < curve.Series.Count / 2 || curve.Series.Last == 0
                || !double.IsFinite(context.Facts.Of(Metric.ValidationLoss)!.Value.Last) || TrainingFalls(curve.RepeatedSince) || CameToRest(curve))
            {
                return false;
            }

            context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.9,
                Variant = Frozen,
                FirstStep = curve.RepeatedSince,
                LastStep = curve.Series.LastStep,
                Evidence = [new Evidence("validation_loss", null, curve.Series.LastStep, curve.Series.Last, curve.Series.Last, "==")],
                Values = { ["count"] = curve.Repeats },
            });
            return true;
        }

        /// <summary>A small problem that is solved stands still as well: after a great fall, by moves that dwindled to the last digit. What freezes breaks off.</summary>
        private bool CameToRest(Curve curve)
        {
            var series = curve.Series;
            int end = series.Steps.IndexOfAnyExceptInRange(long.MinValue, curve.RepeatedSince) is >= 0 and var after ? after : series.BlockCount;
            double fall = series.First - series.Last;
            if (end <= MovesToRest || !(fall > options.HalfFall * series.First))
            {
                return false;
            }

            double largest = 0;
            for (int i = end - MovesToRest; i < end; i++)
            {
                largest = Math.Max(largest, Math.Abs(series.Means[i] - series.Means[i - 1]));
            }

            return largest <= options.RestingMove * fall;
        }

        private bool HasGoodScore() => Score() is { } score && score.MeanOf(2 / 3.0, 1) > 0.8 * ScaleOfScore();

        /// <summary>The score has not risen within the last half, and leaves more than half of the answers wrong.</summary>
        private bool ScoreStaysPoor() => Score() is { } score && score.MeanOf(2 / 3.0, 1) < 0.5 * ScaleOfScore() && score.MeanOf(0.75, 1) - score.MeanOf(0.4, 0.6) < 0.02 * ScaleOfScore();

        private CompactedSeries? Score() => (context.Facts.Curves.Of(Metric.ValidationAccuracy) ?? context.Facts.Curves.Of(Metric.Accuracy))?.Series;

        private double ScaleOfScore() => (context.Facts.Of(Metric.ValidationAccuracy) ?? context.Facts.Of(Metric.Accuracy)) is { Maximum: > 1.5 } ? 100 : 1;

        /// <summary>Where training goes on, something else than its network is validated.</summary>
        private bool TrainingFalls(long since)
        {
            var (then, now, error) = context.Facts.Curves.Since(Metric.Loss, since);
            return then - now > Math.Max(0.1 * Math.Abs(then), 3 * error);
        }

        /// <summary>
        /// On its way into a minimum the loss slows down steadily: equal times bring ever smaller falls. On a saddle it breaks off, then slides on at one pace, without noise that
        /// would keep it from going deeper.
        /// </summary>
        private bool IsSaddle(LossFall fall)
        {
            var series = _curve.Series;
            double before = Math.Log(fall.Start / fall.Third);
            double middle = Math.Log(series.MeanOf(0.4, 0.55) / series.MeanOf(0.6, 0.75));
            double late = Math.Log(series.MeanOf(0.65, 0.8) / series.MeanOf(0.85, 1));
            double slide = Math.Log(fall.Third / fall.End);
            bool slidesAtOnePace = slide > 0.01 && middle > 0 && late > 0.8 * middle && series.Trend(0.4).Tau < -0.9;
            return slidesAtOnePace && before > options.BreakOff * slide && _curve.LearningRateLeft() > 0.5 && series.NoiseOf(0.4, 1) < 0.1 * fall.Late;
        }
    }
}

/// <summary>Thresholds of <see cref="PlateauedLoss"/>.</summary>
public sealed class PlateauedLossOptions
{
    /// <summary>Gets or sets how many losses are needed.</summary>
    /// <value>The default is 16: a plateau of a few epochs often ends; at least 12.</value>
    [Range(12, int.MaxValue)]
    public int MinimumSamples { get; set; } = 16;

    /// <summary>Gets or sets the share of its first value by which the validation loss must fall, part of it in the last half, to show that a small fall is one.</summary>
    /// <value>The default is 0.03; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastFallOfValidation { get; set; } = 0.03;

    /// <summary>Gets or sets how many times the level after a tenth of the run a first loss is absurd.</summary>
    /// <value>The default is 5; bounds 1 to 1000000.</value>
    [Range(1.0, 1e6)]
    public double AbsurdStart { get; set; } = 5;

    /// <summary>Gets or sets the share of its whole fall that each of the last moves of a validation loss may be for its standstill to be the end of a convergence.</summary>
    /// <value>The default is 0.001: at a steady pace the fall would have taken a thousand more of them; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double RestingMove { get; set; } = 0.001;

    /// <summary>Gets or sets the share of its level by which a loss may still move after an absurd start and count as flat.</summary>
    /// <value>The default is 0.02; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double FlatLevel { get; set; } = 0.02;

    /// <summary>Gets or sets the share of its beginning below which a fall is small.</summary>
    /// <value>The default is 0.15: healthy runs that were looked at fell by a third and more; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double SmallFall { get; set; } = 0.15;

    /// <summary>Gets or sets the share of the fall that may come after the first third.</summary>
    /// <value>The default is 0.5; a steady fall would leave two thirds; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LateShare { get; set; } = 0.5;

    /// <summary>Gets or sets the share of its beginning below which a fall that broke off and left nothing after it is small.</summary>
    /// <value>The default is 0.4; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double HalfFall { get; set; } = 0.4;

    /// <summary>Gets or sets the share of the fall that may come after the first third where it broke off.</summary>
    /// <value>The default is 0.03; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double FlatShare { get; set; } = 0.03;

    /// <summary>Gets or sets how many validation losses, and at least half of them, must be the same to six digits.</summary>
    /// <value>The default is 5; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int FrozenValidations { get; set; } = 5;

    /// <summary>Gets or sets how many times longer than the slide a fall must have been, in logarithms, to count as broken off.</summary>
    /// <value>The default is 50; a power law makes it at most 5; bounds 1 to 10000.</value>
    [Range(1.0, 1e4)]
    public double BreakOff { get; set; } = 50;
}
