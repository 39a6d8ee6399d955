using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Knowledge;

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
        Explanation = $"The level of the loss over the last third of the run is compared with where it began. The rule fires at the end of a run when the lowest level reached lies "
            + $"below the beginning by no more than noise explains and by less than a small share of it, and as soon as a loss repeats itself to the last digit.",
        Why = $"A network whose loss does not move has learnt nothing; longer training will not help before the cause is found.",
        Inputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes =
        [
            Cause.SaturatingActivation, Cause.TooDeepWithoutSkip, Cause.DyingRelu, Cause.LearningRateTooLow, Cause.LearningRateTooHigh, Cause.PoorInitialization, Cause.DetachedGraph, Cause.FrozenParameters,
            Cause.WrongOptimizerParameters, Cause.WrongOutputActivation, Cause.UnscaledData, Cause.LabelError,
        ],
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
        var causes = RankCauses(facts);
        return new Diagnosis(
            $"The loss stays at {level.Value:G4}",
            $"Between step {symptom.FirstStep} and step {symptom.LastStep} the loss began at {symptom.Values["start"]:G4} and ended at {level.Value:G4}; a single loss varies by {symptom.Values["noise"]:G3}.",
            causes,
            Prescribe(causes[0].Cause, facts));
    }

    private static List<CauseLikelihood> RankCauses(RunFacts facts)
    {
        var causes = new List<CauseLikelihood>();
        var leaves = facts.Run.Model?.Leaves.ToList() ?? [];
        int saturating = leaves.Count(layer => layer.Activation is ActivationKind.Sigmoid or ActivationKind.Tanh or ActivationKind.Hardtanh or ActivationKind.Softsign);
        double dead = facts.All(Metric.DeadFraction).Select(item => item.Summary.Maximum).DefaultIfEmpty(0).Max();
        double update = facts.Of(Metric.GlobalUpdateRatio)?.Recent ?? double.NaN;
        if (facts.Of(Metric.LearningRate) is { Maximum: <= 0 } || update == 0)
        {
            causes.Add(new(facts.All(Metric.GradientPresent).All(item => item.Summary.Maximum <= 0) && facts.Has(Metric.GradientPresent) ? Cause.DetachedGraph : Cause.WrongOptimizerParameters, 0.6));
            causes.Add(new(Cause.FrozenParameters, 0.3));
            return causes;
        }

        if (dead > 0.8)
        {
            causes.Add(new(Cause.DyingRelu, 0.6));
            causes.Add(new(Cause.PoorInitialization, 0.25));
            return causes;
        }

        if (saturating >= 3)
        {
            causes.Add(new(Cause.SaturatingActivation, 0.55));
            causes.Add(new(Cause.TooDeepWithoutSkip, 0.25));
        }

        if (update > 0.05)
        {
            causes.Add(new(Cause.LearningRateTooHigh, 0.5));
        }
        else if (update < 1e-4)
        {
            causes.Add(new(Cause.LearningRateTooLow, 0.45));
        }

        if (facts.Of(Metric.InputAbsoluteMaximum) is { Maximum: > 20 })
        {
            causes.Add(new(Cause.UnscaledData, 0.35));
        }

        causes.Add(new(Cause.LearningRateTooHigh, 0.15));
        causes.Add(new(Cause.LearningRateTooLow, 0.15));
        causes.Add(new(Cause.LabelError, 0.1));
        var distinct = causes.GroupBy(cause => cause.Cause).Select(group => group.First()).ToList();
        double sum = distinct.Sum(cause => cause.Likelihood);
        return sum <= 1 ? distinct : [.. distinct.Select(cause => cause with { Likelihood = cause.Likelihood / sum })];
    }

    private static List<Remedy> Prescribe(Cause cause, RunFacts facts)
    {
        var saturating = facts.Run.Model?.Leaves.SkipLast(1)
            .Where(layer => layer.Activation is ActivationKind.Sigmoid or ActivationKind.Tanh or ActivationKind.Hardtanh or ActivationKind.Softsign).ToList() ?? [];
        var remedies = new List<Remedy>();
        if (saturating.Count > 0)
        {
            List<string> layers = [.. saturating.Select(layer => layer.Path)];
            remedies.Add(ActivationRemedies.Relu(layers, saturating[0].Activation.ToString()));
            remedies.Add(ActivationRemedies.Silu(layers, saturating[0].Activation.ToString()));
        }

        var dead = facts.All(Metric.DeadFraction).Where(item => item.Summary.Maximum > 0.5).Select(item => item.Scope.Name).ToList();
        if (dead.Count > 0)
        {
            remedies.Insert(0, ActivationRemedies.LeakyRelu(dead));
        }

        remedies.Add(cause == Cause.LearningRateTooHigh ? LearningRateRemedies.Lower(facts, 0.1) : LearningRateRemedies.Raise(facts, 10));
        if (cause == Cause.UnscaledData)
        {
            remedies.Insert(0, DataRemedies.StandardizeInputs());
        }

        return remedies;
    }

    private sealed class Evaluator(StalledLossOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly LossCurve _curve = new(context, options.MinimumSamples);
        private double _repeated = double.NaN;
        private long _repeats;
        private long _repeatedSince;
        private Symptom? _symptom;

        public override Text? WhyNotEvaluated => _symptom is null ? _curve.WhyNotJudged : null;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Scope != ScopeTable.Run || !double.IsFinite(measurement.Value))
            {
                return;
            }

            _curve.Add(measurement);
            if (measurement.Value == _repeated)
            {
                _repeats++;
            }
            else
            {
                (_repeated, _repeats, _repeatedSince) = (measurement.Value, 1, measurement.Step);
            }

            // Ten equal float losses in a row from the very beginning are no noise; zero is a loss of its own (reward losses, masked batches).
            if (_symptom is null && _repeats >= options.EqualLosses && _repeatedSince <= context.Facts.FirstStep && measurement.Value != 0 && _curve.WhyNotJudged is null)
            {
                Report(Severity.Error, 0.97, _repeatedSince, measurement.Step, measurement.Value);
            }
            else if (_symptom is not null && _repeats > 1)
            {
                _symptom.LastStep = measurement.Step;
            }
            else if (_symptom is { RecoveredAt: null } && measurement.Value < (1 - options.LeastFall) * _symptom.Values["start"])
            {
                _symptom.RecoveredAt = measurement.Step;
            }
        }

        public override void Complete()
        {
            if (_symptom is not null || _curve.WhyNotJudged is not null || _curve.Series.BlockCount < 6)
            {
                return;
            }

            var series = _curve.Series;
            double start = _curve.Start;
            int width = Math.Max(1, series.BlockCount / 10);
            double lowest = series.Lowest(width).Mean;
            double end = series.MeanOf(0.67, 1);
            double error = series.ErrorOf((double)width / series.BlockCount);
            double fall = start - Math.Min(lowest, end);

            // A fall counts when it is beyond the noise of the means and more than a small share of the level; either alone is no progress.
            bool noFall = fall < options.NoiseMultiple * error * Math.Sqrt(2) || fall < options.LeastFall * Math.Abs(start);
            bool endsHigh = end > start - (options.LeastFall * Math.Abs(start)) || end > start - (options.NoiseMultiple * error);
            bool falls = series.Trend(0).Z < -options.CertainTrend && fall > 0.3 * options.LeastFall * Math.Abs(start);
            if (noFall && endsHigh && !falls && start > 0 && !LearnsAnyway())
            {
                Report(Severity.Error, 0.9, context.Facts.FirstStep, context.Facts.LastStep, end);
            }
        }

        /// <summary>Where an accuracy was measured, it has the last word: a loss near its floor has nowhere to fall.</summary>
        private bool LearnsAnyway()
        {
            foreach (var metric in new[] { Metric.ValidationAccuracy, Metric.Accuracy })
            {
                if (context.Facts.Of(metric) is { Count: >= 2 } score && (score.Recent > 0.9 || score.Maximum > score.First + 0.1))
                {
                    return true;
                }
            }

            return context.Facts.Of(Metric.ValidationLoss) is { Count: >= 3 } validation && validation.Recent < 0.8 * validation.First;
        }

        private void Report(Severity severity, double confidence, long first, long last, double level)
        {
            _symptom = context.Open(new Symptom
            {
                Severity = severity,
                Confidence = confidence,
                FirstStep = first,
                LastStep = last,
                Evidence = [new Evidence("loss", null, last, level, _curve.Start * (1 - options.LeastFall), ">")],
                Values = { ["start"] = _curve.Start, ["noise"] = _curve.Series.Noise },
            });
        }
    }
}

/// <summary>Thresholds of <see cref="StalledLoss"/>.</summary>
public sealed class StalledLossOptions
{
    /// <summary>Gets or sets how many losses are needed.</summary>
    /// <value>The default is 10; at least 6.</value>
    [Range(6, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets the share of its beginning by which the loss must fall to count as moving.</summary>
    /// <value>The default is 0.02; DeepDiagnosis asks for any change, TheDeepChecker for 5 % per period; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastFall { get; set; } = 0.02;

    /// <summary>Gets or sets by how many standard errors the loss must fall to count as moving.</summary>
    /// <value>The default is 3, one in a thousand by chance; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double NoiseMultiple { get; set; } = 3;

    /// <summary>Gets or sets the z-score of the trend test from which a slow fall is certain.</summary>
    /// <value>The default is 4; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double CertainTrend { get; set; } = 4;

    /// <summary>Gets or sets how many losses in a row, from the first on, must be equal to the last digit.</summary>
    /// <value>The default is 10; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int EqualLosses { get; set; } = 10;
}
