using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>TD2002: the gradient norm grows beyond bounds.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ExplodingGradient(ExplodingGradientOptions options) : Rule<ExplodingGradientOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD2002",
        Name = "exploding-gradient",
        Category = RuleCategory.Gradients,
        Severity = Severity.Error,
        Summary = $"The norm of the gradient grows by orders of magnitude while the loss does not go down.",
        Explanation = $"The norm of all gradients together is compared with that of the run's first steps. The rule fires when it stays above a multiple of them while the loss is above where it began, "
            + $"or when the last finite norm before NaN was. Single peaks, large norms that stay as they are (mixed precision logs them before unscaling) and norms that grow while the loss falls are healthy. "
            + $"In a recurrent network one gradient is enough whose step overthrew the weights, where little was learnt after it.",
        Why = $"A step along a huge gradient throws the weights to a place from which the next gradient is larger still.",
        Inputs = [Metric.GlobalGradientNorm, Metric.Loss],
        RequiredInputs = [Metric.GlobalGradientNorm],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.PoorInitialization, Cause.UnscaledData, Cause.MissingNormalization, Cause.MissingZeroGrad],
        Remedies =
        [
            new($"Lower the learning rate, or warm it up.", $"The gradient grows because each step overshoots more than the last."),
            new($"Clip the gradient norm.", $"A step is then never longer than usual."),
            new($"Move to GELU or SiLU with a learning rate 20 to 30 % lower.", $"Smooth functions have no kinks at which gradients jump."),
        ],
        Sources = [RemedySources.Article, RemedySources.Pascanu, "AUTOTRAINER (ICSE 2021): gradient ratio above 70"],
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
        var worst = symptom.Evidence[0];
        bool unscaled = DataFacts.HasUnscaledInputs(facts);
        List<CauseLikelihood> causes = unscaled
            ? [new(Cause.UnscaledData, 0.5), new(Cause.LearningRateTooHigh, 0.4)]
            : ModelFacts.HasNormalization(facts)
                ? [new(Cause.LearningRateTooHigh, 0.7), new(Cause.PoorInitialization, 0.1)]
                : [new(Cause.LearningRateTooHigh, 0.65), new(Cause.PoorInitialization, 0.15), new(Cause.MissingNormalization, 0.1), new(Cause.UnscaledData, 0.05)];
        List<Remedy> remedies =
        [
            LearningRateRemedies.Lower(facts, 0.1), LearningRateRemedies.Clip(facts), ActivationRemedies.Gelu(ModelFacts.HiddenPaths(facts)), LearningRateRemedies.Warmup(facts),
        ];
        if (unscaled)
        {
            remedies.Insert(0, DataRemedies.StandardizeInputs());
        }

        if (symptom.Variant == GradientLeap.Variant)
        {
            return new Diagnosis(
                $"One gradient of {worst.Value:G3} overthrew the weights",
                $"At step {worst.Step} the gradient norm was {worst.Value:G3}, {symptom.Values["factor"]:G3} times that of the step before, and the step changed the weights by {symptom.Values["ratio"]:G3} times their size; little was learnt after it. A recurrent network multiplies by the same weights at every time step, forwards and backwards.",
                unscaled ? causes : [new(Cause.LearningRateTooHigh, 0.45), new(Cause.PoorInitialization, 0.35)],
                unscaled ? remedies : [LearningRateRemedies.Clip(facts), LearningRateRemedies.Lower(facts, 0.1), LearningRateRemedies.Warmup(facts)]);
        }

        return new Diagnosis(
            $"The gradient norm grew to {worst.Value:G3}",
            $"{Quotation.Span(symptom, facts, Metric.GlobalGradientNorm)} the gradient norm was above {worst.Limit:G3}, {symptom.Values["factor"]:G3} times that of the first steps; at step {worst.Step} it was {worst.Value:G3}.",
            causes,
            remedies);
    }

    private sealed class Evaluator(ExplodingGradientOptions options, RuleContext context) : GrowingNormEvaluator(context, Metric.GlobalGradientNorm, options.Factor, options.Patience)
    {
        /// <summary>The update of the weights over their size; ten times what healthy steps are.</summary>
        private const double SmallStep = 0.03;

        private readonly GradientLeap _leap = new(options.Factor, options.LossFactor);
        private readonly double[] _firstNorms = new double[options.FirstSteps];
        private int _count;
        private double _lastFinite = double.NaN;
        private long _lastFiniteStep;
        private bool _overflowed;
        private long _overflowStep;

        public override void Complete()
        {
            // Mixed precision overflows on purpose now and then; a run that ends without a number does not.
            if (_overflowed && Tracker.Symptom is null && Context.Facts.Of(Metric.Loss) is { } loss && !double.IsFinite(loss.Last))
            {
                Reference = 1;
                Report(_overflowStep, double.PositiveInfinity);
                Tracker.Raise(Severity.Error, 0.9);
            }
            else if (Tracker.Symptom is { Severity: Severity.Warning } symptom && !TaskProfile.IsMeasuredByLoss(Context.Run.Task) && StepsAreSmall())
            {
                // Before the first reward there is next to nothing to learn from; a loss that rises says nothing there.
                symptom.Severity = Severity.Info;
            }

            if (Tracker.Symptom is null)
            {
                _leap.Report(Context);
            }
        }

        protected override void Judge(long step, double norm)
        {
            _leap.Add(step, norm);
            if (!double.IsFinite(norm))
            {
                Overflow(step, norm);
                return;
            }

            (_lastFinite, _lastFiniteStep) = (norm, step);
            if (_count < options.FirstSteps)
            {
                if (norm > 0)
                {
                    _firstNorms[_count++] = norm;
                }

                if (_count == options.FirstSteps)
                {
                    Array.Sort(_firstNorms);
                    Reference = _firstNorms[_count / 2];
                }

                return;
            }

            bool isWorse = HasLostLoss || Loss >= FirstLoss;
            if (Tracker.Observe(step, isWorse && norm > options.Factor * Reference, ToReading(norm)))
            {
                SetFactor();
                if (norm > options.CertainFactor * Reference && (!double.IsFinite(Loss) || Loss > options.LossFactor * Math.Abs(FirstLoss)))
                {
                    Tracker.Raise(Severity.Error, 0.97);
                }
            }
        }

        /// <summary>What explodes moves the weights by more than a part of themselves, unless something holds it back.</summary>
        private bool StepsAreSmall() => Context.Facts.Of(Metric.GlobalUpdateRatio) is { Maximum: < SmallStep } && Context.Facts.Of(Metric.Loss) is { NonFiniteCount: 0 };

        /// <summary>Overflow is the end of an explosion that a few measurements more would have established.</summary>
        private void Overflow(long step, double norm)
        {
            double reference = double.IsNaN(Reference) && _count > 0 ? _firstNorms[0] : Reference;
            if (_lastFinite > options.Factor * reference)
            {
                Reference = reference;
                Report(_lastFiniteStep, _lastFinite);
                Tracker.Symptom!.LastStep = step;
                Tracker.Raise(Severity.Error, 0.97);
            }
            else if (double.IsPositiveInfinity(norm) && !_overflowed)
            {
                (_overflowed, _overflowStep) = (true, step);
            }
        }

        private void Report(long step, double norm)
        {
            Tracker.Extend(step, ToReading(norm));
            SetFactor();
        }

        private void SetFactor() => Tracker.Symptom!.Values["factor"] = Tracker.Symptom.Evidence[0].Value / Reference;
    }
}

/// <summary>Thresholds of <see cref="ExplodingGradient"/>.</summary>
public sealed class ExplodingGradientOptions
{
    /// <summary>Gets or sets the number of measurements at the start whose median is the usual norm.</summary>
    /// <value>The default is 10: the norms of single samples vary by orders of magnitude; at least 1.</value>
    [Range(1, 1000)]
    public int FirstSteps { get; set; } = 10;

    /// <summary>Gets or sets how many times the usual norm of the first steps the norm may be.</summary>
    /// <value>The default is 100, above AUTOTRAINER's 70, which healthy networks exceeded; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double Factor { get; set; } = 100;

    /// <summary>Gets or sets the factor from which, with a loss that rose as well, there is no other explanation.</summary>
    /// <value>The default is 10,000; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double CertainFactor { get; set; } = 1e4;

    /// <summary>Gets or sets how many times its first value the loss must be for an error.</summary>
    /// <value>The default is 10; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double LossFactor { get; set; } = 10;

    /// <summary>Gets or sets how many measurements in a row must exceed the limit.</summary>
    /// <value>The default is 5: clipping and recovery end shorter peaks; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;
}
