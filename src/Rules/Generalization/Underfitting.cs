using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6002: training and validation both stay poor.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class Underfitting(UnderfittingOptions options) : Rule<UnderfittingOptions>(options)
{
    private const string ByScore = "score";
    private const string BehindLinear = "linear";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6002",
        Name = "underfitting",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"Training and validation both stay poor.",
        Explanation = $"Poor is measured against a network that ignores its inputs: the entropy of the labels for classification, the variance of the targets for regression. "
            + $"The rule fires when the training loss ends having won a small share of that only, and validation is no better. "
            + $"Where neither is known, it fires when a low training score has not risen from its beginning. "
            + $"Of a mean squared error the monitor also knows what a linear map of the inputs would cost: a network that has come to rest far above it has not learnt what is there, and one that is as good may have met nothing but noise, which is not told.",
        Why = $"The network has not learnt what the data offers; nothing that helps against overfitting will help here.",
        Inputs = [Metric.Loss, Metric.TargetClassCount, Metric.TargetMajorityFraction, Metric.TargetStandardDeviation, Metric.LinearFitError],
        RequiredInputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [.. LearningObstacles.Causes],
        Remedies =
        [
            new($"Make the network larger, or train it longer.", $"Too small a network cannot represent the task; too short a run does not get there."),
            new($"Take regularisation back.", $"Penalties that outweigh the data keep the weights at zero."),
            new($"Raise the learning rate, standardise the inputs.", $"Both let the same number of steps go further."),
        ],
        Sources = ["Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, section 5.2", "TheDeepChecker (TOSEM 2022)"],
        Limitations = $"Where inputs tell little of the targets, little can be won: the best possible network looks the same. Without class frequencies or target statistics the rule says nothing.",
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
        if (symptom.Variant == ByScore)
        {
            var obstacles = LearningObstacles.Rank(facts, neverMoved: false);
            return new Diagnosis(
                $"The training score is no better than at the beginning",
                $"The training score was {symptom.Values["first"]:G3} at step {symptom.FirstStep} and {symptom.Evidence[0].Value:G3} at step {symptom.LastStep}; the level of its last third is {symptom.Values["level"]:G3}.",
                obstacles,
                [.. LearningObstacles.Prescribe(obstacles, facts), CapacityRemedies.MoreCapacity()]);
        }

        if (symptom.Variant == BehindLinear)
        {
            var obstacles = LearningObstacles.Rank(facts, neverMoved: false);
            return new Diagnosis(
                $"A linear map of the inputs does better than the model",
                $"By step {symptom.LastStep} the training loss stood at {Quotation.Of(symptom.Evidence[0])}; a linear map of the inputs, fitted to the batches before and tried on the next one each time, has {symptom.Values["linear"]:G4}.",
                obstacles,
                LearningObstacles.Prescribe(obstacles, facts));
        }

        double baseline = symptom.Values["baseline"];
        double level = symptom.Evidence[0].Value;
        bool falling = symptom.Values["pace"] > 0.1;
        IReadOnlyList<CauseLikelihood> causes = level > 1.2 * baseline
            ? [new(Cause.LearningRateTooHigh, 0.5), new(Cause.UnscaledData, 0.3), new(Cause.TooFewEpochs, 0.1)]
            : falling ? [new(Cause.TooFewEpochs, 0.45), new(Cause.LearningRateTooLow, 0.4), new(Cause.UnderCapacity, 0.1)]
            : symptom.Values["carried"] < 0 && level < baseline ? [new(Cause.LabelError, 0.5), new(Cause.UnderCapacity, 0.2), new(Cause.LearningRateTooLow, 0.15)]
            : symptom.Values["pace"] > 0.01 && level < 0.95 * baseline ? [new(Cause.UnderCapacity, 0.4), new(Cause.LearningRateTooLow, 0.25), new(Cause.TooFewEpochs, 0.2)]
            : LearningObstacles.Rank(facts, neverMoved: false);
        List<Remedy> remedies = falling ? [CapacityRemedies.TrainLonger(facts), LearningRateRemedies.Raise(facts, 10)] : [.. LearningObstacles.Prescribe(causes, facts), CapacityRemedies.MoreCapacity()];
        return new Diagnosis(
            level < baseline ? (Text)$"The model is only {Quotation.Change(1 - (level / baseline))} better than one that ignores its inputs" : $"The model is no better than one that ignores its inputs",
            $"By step {symptom.LastStep} the training loss stood at {Quotation.Of(symptom.Evidence[0])}; a network that ignores its inputs has {baseline:G4}.",
            causes,
            [.. remedies.DistinctBy(remedy => remedy.Title)]);
    }

    private sealed class Evaluator(UnderfittingOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly LossCurve _curve = new(context.Run, context.Facts, options.MinimumSamples);
        private bool _isFound;

        public override Text? WhyNotEvaluated => _isFound ? null : _curve.WhyNotJudged
            ?? (LossBaseline.Of(context.Facts) is null ? (Text)$"needs the loss function and the statistics of the targets, to know what ignoring the inputs would cost" : null);

        public override void Observe(in Measurement measurement) => _curve.Add(measurement);

        public override void Complete()
        {
            var series = _curve.Series;
            if (LossCurve.WhyNotMeasurable(context.Run) is null && LossBaseline.Of(context.Facts) is null && JudgeScore())
            {
                return;
            }

            if (WhyNotEvaluated is not null || LossBaseline.Of(context.Facts) is not { } baseline || baseline <= 0)
            {
                return;
            }

            double level = series.MeanOf(0.9, 1);
            double error = series.ErrorOf(0.9, 1);
            bool scored = context.Facts.Has(Metric.Accuracy) || context.Facts.Has(Metric.ValidationAccuracy);
            double limit = (1 - (scored && context.Facts.Has(Metric.TargetMajorityFraction) ? options.LeastGainWithScore : options.LeastGain)) * baseline;
            bool validationPoor = context.Facts.Of(Metric.ValidationLoss) is not { } validation || validation.Last > limit;
            bool scorePoor = context.Facts.Of(Metric.TargetMajorityFraction) is not { } majority || !Exceeds(Metric.Accuracy, majority.Last) && !Exceeds(Metric.ValidationAccuracy, majority.Last);
            double pace = (series.MeanOf(0.5, 0.75) - series.MeanOf(0.75, 1)) / level;
            if (level - (2 * error) > limit && validationPoor && scorePoor && !LinearAnswer.IsReached(context.Facts, level))
            {
                context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    Confidence = 0.85,
                    FirstStep = series.FirstStep,
                    LastStep = series.LastStep,
                    Evidence = [_curve.MeanOver(0.9, 1, limit)],
                    Values = { ["baseline"] = baseline, ["pace"] = pace, ["carried"] = CarriedOver(baseline, level) },
                });
            }
            else if (pace < options.StillFalling && LinearAnswer.Of(context.Facts) is { } linear && IsBehind(level - (2 * error), linear, baseline))
            {
                context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    Confidence = 0.85,
                    Variant = BehindLinear,
                    FirstStep = series.FirstStep,
                    LastStep = series.LastStep,
                    Evidence = [_curve.MeanOver(0.9, 1, linear + (options.BehindLinear * baseline)), LinearAnswer.Evidence(context.Facts)],
                    Values = { ["linear"] = linear },
                });
            }
        }

        /// <summary>Tells whether training, and validation where there is one, lies far above what a linear map costs.</summary>
        private bool IsBehind(double level, double linear, double baseline)
        {
            double limit = linear + (options.BehindLinear * baseline);
            return level > limit && (context.Facts.Of(Metric.ValidationLoss) is { } validation ? Math.Min(validation.Minimum, validation.Last) > limit : !LinearAnswer.IsTrainedWithDropout(context.Facts));
        }

        /// <summary>
        /// How much of what was learnt carries over to validation, of 1: below 0 where validation became worse than a guess while training became better, so that single samples were learnt by heart; NaN where that cannot be told.
        /// </summary>
        private double CarriedOver(double baseline, double level) =>
            context.Facts.Curves.Of(Metric.ValidationLoss)?.Series is { BlockCount: >= 3 } validation && baseline - level > 0.02 * baseline ? (baseline - validation.MeanOf(2 / 3.0, 1)) / (baseline - level) : double.NaN;

        /// <summary>Without statistics of the targets the training score tells one thing: that it is low and has not risen.</summary>
        private bool JudgeScore()
        {
            if (context.Facts.Curves.Of(Metric.Accuracy)?.Series is not { } score || score.BlockCount < options.MinimumScores || context.Facts.Of(Metric.Accuracy) is not { Minimum: >= 0, Maximum: <= 100 and var highest })
            {
                return false;
            }

            double scale = highest > 1.5 ? 100 : 1;
            double level = score.MeanOf(2 / 3.0, 1) / scale;
            double first = score.MeanOf(0, 0.15) / scale;
            double validation = context.Facts.Of(Metric.ValidationAccuracy) is { } other ? other.Recent / scale : 0;
            if (level > options.LowScore || validation > options.LowScore || level - first > options.LeastRise)
            {
                return false;
            }

            _isFound = true;
            context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.7,
                Variant = ByScore,
                FirstStep = score.FirstStep,
                LastStep = score.LastStep,
                Evidence = [new Evidence("accuracy", null, score.LastStep, score.Last, score.Last < options.LowScore * scale ? options.LowScore * scale : null, "<")],
                Values = { ["first"] = score.First, ["level"] = level * scale },
            });
            return true;
        }

        /// <summary>Tells whether a score has won a third of what always answering the most frequent class leaves.</summary>
        private bool Exceeds(Metric metric, double majority) =>
            context.Facts.Of(metric) is { } score && score.Recent / (score.Maximum > 1.5 ? 100 : 1) > majority + ((1 - majority) / 3);
    }
}

/// <summary>Thresholds of <see cref="Underfitting"/>.</summary>
public sealed class UnderfittingOptions
{
    /// <summary>Gets or sets how many losses are needed.</summary>
    /// <value>The default is 20; at least 6.</value>
    [Range(6, int.MaxValue)]
    public int MinimumSamples { get; set; } = 20;

    /// <summary>Gets or sets how many training scores are needed where only they tell.</summary>
    /// <value>The default is 8; at least 5.</value>
    [Range(5, int.MaxValue)]
    public int MinimumScores { get; set; } = 8;

    /// <summary>Gets or sets the score, of 1, up to which training and validation are poor.</summary>
    /// <value>The default is 0.5; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LowScore { get; set; } = 0.5;

    /// <summary>Gets or sets by how much of 1 a training score must have risen to count as learning.</summary>
    /// <value>The default is 0.03; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastRise { get; set; } = 0.03;

    /// <summary>Gets or sets the share of the loss of a network that ignores its inputs that training must have won.</summary>
    /// <value>The default is 0.1; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastGain { get; set; } = 0.1;

    /// <summary>Gets or sets the share of the loss of a network that ignores its inputs by which training must lie above a linear map of the inputs.</summary>
    /// <value>The default is 0.15; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double BehindLinear { get; set; } = 0.15;

    /// <summary>Gets or sets the share of its level that the loss may still fall from the third quarter to the last and count as at rest.</summary>
    /// <value>The default is 0.1; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double StillFalling { get; set; } = 0.1;

    /// <summary>Gets or sets the same share where an accuracy was measured too and is poor itself.</summary>
    /// <value>The default is 0.3; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastGainWithScore { get; set; } = 0.3;
}
