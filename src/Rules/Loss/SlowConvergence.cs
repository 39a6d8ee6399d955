using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Loss;

/// <summary>TD4007: the loss goes down, far too slowly for the budget.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class SlowConvergence(SlowConvergenceOptions options) : Rule<SlowConvergenceOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD4007",
        Name = "slow-convergence",
        Category = RuleCategory.Loss,
        Severity = Severity.Warning,
        Summary = $"The loss goes down, far too slowly for the budget.",
        Explanation = $"The rule fires when the run ends while the loss has fallen by a small share of its beginning only and still falls as fast as in the middle of the run, "
            + $"or when the learning rate was still warming up at the end. A loss that merely still falls is info where a good part is left to be won.",
        Why = $"The network was getting better when it was stopped; most of what it could have learnt is missing.",
        Inputs = [Metric.Loss, Metric.LearningRate],
        RequiredInputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooLow, Cause.TooFewEpochs, Cause.SaturatingActivation, Cause.UnscaledData, Cause.OptimizerMismatch, Cause.InsufficientPrecision],
        Remedies =
        [
            new($"Raise the learning rate.", $"A steady fall that does not slow down says that steps could be longer."),
            new($"Train longer.", $"The loss was still going down when the run ended."),
            new($"Move to Adam, or standardise the inputs.", $"Both let all weights move at a like pace."),
        ],
        Sources = [RemedySources.Article, "AUTOTRAINER (ICSE 2021): slow convergence"],
        Limitations = $"A run that was stopped on purpose, to be resumed, looks the same.",
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
        if (end.Metric == "learning_rate")
        {
            return new Diagnosis(
                $"The run ended within the warm-up",
                $"The learning rate rose from {symptom.Values["start"]:G3} to {end.Value:G3} until the last step, {end.Step}: it never stood at its full value.",
                [new(Cause.TooFewEpochs, 0.5), new(Cause.LearningRateTooLow, 0.45)],
                [ShorterWarmup(facts), CapacityRemedies.TrainLonger(facts)]);
        }

        double update = facts.Of(Metric.GlobalUpdateRatio)?.Recent ?? double.NaN;
        bool saturating = facts.Run.Model?.Leaves.SkipLast(1).Count(layer => layer.Activation is ActivationKind.Sigmoid or ActivationKind.Tanh) >= 3;
        var causes = new List<CauseLikelihood> { new(Cause.LearningRateTooLow, update > 0.01 ? 0.2 : 0.55), new(Cause.TooFewEpochs, update > 0.01 ? 0.6 : 0.25) };
        if (saturating)
        {
            causes.Add(new(Cause.SaturatingActivation, 0.15));
        }

        var remedies = new List<Remedy> { LearningRateRemedies.Raise(facts, 10), CapacityRemedies.TrainLonger(facts) };
        if (UpdateObstacles.CoarseType(facts) is { } type)
        {
            causes = [new(Cause.InsufficientPrecision, 0.75), .. causes.Select(cause => cause with { Likelihood = cause.Likelihood / 4 })];
            remedies.Insert(0, UpdateObstacles.KeepFullWeights(type));
            (remedies[1], remedies[2]) = (remedies[2], remedies[1]);
            return new Diagnosis(
                $"Steps are too small for weights of type {Text.FromString(type)}",
                $"The mean step changes weights by {update:G3} of their size, less than half the distance of two neighbouring numbers of {Text.FromString(type)}: much of it is rounded away. At step {end.Step}, the last of the run, the loss was {end.Value:G4} and still fell.",
                causes,
                remedies);
        }

        if (facts.Run.Optimizer is { TypeName: "SGD" })
        {
            remedies.Add(ChangeToAdam());
        }

        if (double.IsNaN(symptom.Values["level"]))
        {
            return new Diagnosis(
                $"The loss still falls at the end of the run",
                symptom.Values["validation"] > 0
                    ? (Text)$"At step {end.Step}, the last of the run, the loss was {end.Value:G4}; the level of the validation loss fell by {symptom.Values["late"]:P0} from the beginning of the last third to the end."
                    : $"At step {end.Step}, the last of the run, the loss was {end.Value:G4}; its level fell by {symptom.Values["late"]:P0} from the beginning of the last third to the end.",
                causes,
                [remedies[1], remedies[0], .. remedies[2..]]);
        }

        return new Diagnosis(
            $"The loss fell by {1 - (symptom.Values["level"] / symptom.Values["start"]):P0} only and still falls",
            $"The level of the loss fell from {Quotation.Mean(symptom.Values["start"], (long)symptom.Values["startCount"])} to {Quotation.Mean(symptom.Values["level"], (long)symptom.Values["levelCount"])} by the end, step {symptom.LastStep}; in the last third as fast as in the one before.",
            causes,
            update > 0.01 ? [remedies[1], remedies[0], .. remedies[2..]] : remedies);
    }

    private static Remedy ShorterWarmup(RunFacts facts)
    {
        long steps = Math.Max(1, (facts.LastStep - facts.FirstStep + 1) / 20);
        return new Remedy
        {
            Title = $"Shorten the warm-up to about {steps} steps",
            Actions = [new RemedyAction { Kind = RemedyActionKind.AddWarmup, Steps = steps }],
            Rationale = $"A warm-up is meant for the first few percent of a run.",
            Caveat = $"Keep the full learning rate as it was planned.",
            Code = FormattableString.Invariant($"var warmup = optim.lr_scheduler.LambdaLR(optimizer, step => Math.Min(1.0, (step + 1) / {steps}.0));"),
            Sources = [RemedySources.Goyal],
        };
    }

    private static Remedy ChangeToAdam() => new()
    {
        Title = $"Move from SGD to Adam with a learning rate of 0.001",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeOptimizer, To = "Adam", Value = 0.001 }],
        Rationale = $"Adam gives every weight steps of like length, whatever the size of its gradient.",
        Caveat = $"Well-tuned SGD with momentum often generalises as well or better.",
        Code = "var optimizer = optim.Adam(model.parameters(), 1e-3);",
        Sources = ["Kingma and Ba 2015, Adam", "AUTOTRAINER (ICSE 2021): repairs of slow convergence"],
    };

    private sealed class Evaluator(SlowConvergenceOptions options, RuleContext context) : RuleEvaluator
    {
        private const int LeastRates = 8;
        private const int LeastSamples = 12;
        private const double RateAtItsEnd = 0.1;
        private readonly LossCurve _curve = new(context.Run, context.Facts, Math.Min(LeastSamples, options.MinimumSamples));
        private readonly CompactedSeries _rates = new();

        public override Text? WhyNotEvaluated => _curve.WhyNothingShows;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.LearningRate)
            {
                _rates.Add(measurement.Step, measurement.Value);
                return;
            }

            _curve.Add(measurement);
        }

        public override void Complete()
        {
            var series = _curve.Series;
            if (_curve.WhyNotJudged is not null || series.BlockCount < LeastRates)
            {
                return;
            }

            if (RateOnlyRose())
            {
                // The first lines of a run that goes on are a warm-up like any other.
                if (context.Facts.HasRunItsCourse)
                {
                    Report(new Evidence("learning_rate", null, _rates.LastStep, _rates.Last, _rates.First, ">"), _rates.First);
                }

                return;
            }

            if (context.Run.PlannedSteps is > 0 && !context.Facts.HasRunItsCourse)
            {
                return;
            }

            if (series.BlockCount < options.FewSamples)
            {
                return;
            }

            double start = _curve.Start;
            double end = series.MeanOf(0.9, 1);
            double middle = series.MeanOf(0.33, 0.43) - series.MeanOf(0.57, 0.67);
            double late = series.MeanOf(0.67, 0.77) - series.MeanOf(0.9, 1);
            double error = series.ErrorOf(0.9, 1) * Math.Sqrt(2);
            double share = (start - end) / start;
            bool steady = series.BlockCount >= options.MinimumSamples && late > options.Pace * middle && middle > 3 * error && late > 3 * error && series.Trend(0.33).Z < -3;
            if (_curve.IsPositive && share is >= 0.005 && share < options.SmallFall && steady && !_curve.BeginsLate && !_curve.LearnsAnyway(0.1, options.SmallFall) && !Memorises())
            {
                Report(_curve.Newest(start * (1 - options.SmallFall)), start, level: end);
            }
            else if (double.IsFinite(context.Facts.Of(Metric.Loss)!.Value.Last) && (LateFall(Metric.ValidationLoss) ?? LateFall(Metric.Loss)) is > 0 and var lateShare)
            {
                var values = context.Facts.Of(Metric.Loss)!.Value;
                var severity = UpdateObstacles.CoarseType(context.Facts) is null ? Severity.Info : Severity.Warning;
                var symptom = Report(new Evidence("loss", null, values.LastStep, values.Last, null, ">"), start, severity);
                (symptom.Values["late"], symptom.Values["validation"]) = (lateShare, LateFall(Metric.ValidationLoss) is null ? 0 : 1);
            }
        }

        /// <summary>A validation that only gets worse from the first on shows that what is learnt holds for the training samples alone: longer steps would memorise them sooner.</summary>
        private bool Memorises() =>
            context.Facts.Curves.Of(Metric.ValidationLoss)?.Series is { BlockCount: >= LeastRates } validation && validation.Trend(0) is { Z: > 3, Tau: > 0.5 } && validation.MeanOf(0.8, 1) > validation.MeanOf(0, 0.2);

        /// <summary>Tells by what share of its level a loss fell within the last third; 0 where it is not worth waiting for more, null where there are too few.</summary>
        private double? LateFall(Metric metric)
        {
            if (context.Facts.Curves.Of(metric)?.Series is not { } series || series.BlockCount < options.FewSamples || context.Facts.Of(metric) is not { Minimum: > 0 })
            {
                return null;
            }

            double middle = series.MeanOf(0.33, 0.43) - series.MeanOf(0.57, 0.67);
            double before = series.MeanOf(0.67, 0.77);
            double end = series.MeanOf(0.9, 1);
            double late = before - end;
            bool isSeen = late > options.LateFall * end;
            bool isBeyondNoise = late > series.ErrorOf(0.9, 1) && series.Trend(0.5).Tau < -0.3;

            // A schedule that has come to its end was planned to, and a fall along with the rate ends with it.
            bool goesOn = _curve.LearningRateLeft() > RateAtItsEnd;
            bool isWorthIt = ToCome(middle, late) > options.StillToCome * Math.Max(end, series.MeanOf(0, 0.02) - end);
            return isSeen && isBeyondNoise && goesOn && isWorthIt ? late / before : 0;
        }

        /// <summary>By how much a loss would go on falling: falls of equal parts of a run that shrink by a factor add up to a geometric series.</summary>
        private static double ToCome(double middle, double late) => late < middle ? late * late / (middle - late) : double.PositiveInfinity;

        /// <summary>The rate rose without a break and steadily from the first step to the last.</summary>
        private bool RateOnlyRose() =>
            _rates.Count >= LeastRates && _rates.First >= 0 && _rates.Last > 3 * _rates.First && _rates.Last > 1.02 * _rates.MeanOf(0.85, 0.9)
            && _rates.Trend(0).Tau > 0.99;

        private Symptom Report(Evidence evidence, double start, Severity severity = Severity.Warning, double level = double.NaN) => context.Open(new Symptom
        {
            Severity = severity,
            Confidence = severity == Severity.Warning ? 0.8 : 0.5,
            FirstStep = _curve.Series.FirstStep,
            LastStep = _curve.Series.LastStep,
            Evidence = [evidence],
            Values = { ["start"] = start, ["startCount"] = _curve.StartCount, ["level"] = level, ["levelCount"] = _curve.Series.CountOf(0.9, 1) },
        });
    }
}

/// <summary>Thresholds of <see cref="SlowConvergence"/>.</summary>
public sealed class SlowConvergenceOptions
{
    /// <summary>Gets or sets how many losses are needed.</summary>
    /// <value>The default is 15: thirds of five; at least 9.</value>
    [Range(9, int.MaxValue)]
    public int MinimumSamples { get; set; } = 15;

    /// <summary>Gets or sets how many losses are needed to see that it still falls, for info.</summary>
    /// <value>The default is 10; at least 6.</value>
    [Range(6, int.MaxValue)]
    public int FewSamples { get; set; } = 10;

    /// <summary>Gets or sets the share of its level by which the loss must fall within the last third for info that it still falls.</summary>
    /// <value>The default is 0.02; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LateFall { get; set; } = 0.02;

    /// <summary>Gets or sets the share of its beginning below which a fall is small.</summary>
    /// <value>The default is 0.25: healthy runs that stopped early fell by 45 % and more; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double SmallFall { get; set; } = 0.25;

    /// <summary>Gets or sets what must be left to win for info that the loss still falls, as a share of its level and of what it has won so far: what it would come to if each part of the run went on winning less by the same factor.</summary>
    /// <value>The default is 0.05: an exponential fall of which a twentieth is left is done for most; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double StillToCome { get; set; } = 0.05;

    /// <summary>Gets or sets how fast the loss must still fall in the last third, over the third before.</summary>
    /// <value>The default is 0.75; a steady fall makes it 1, a power law 0.6 at most; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double Pace { get; set; } = 0.75;
}
