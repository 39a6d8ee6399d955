using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>TD2005: gradients add up over steps because they are never cleared, or do not add up within one because they are cleared too often.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class AccumulatingGradient(AccumulatingGradientOptions options) : Rule<AccumulatingGradientOptions>(options)
{
    private const int FirstIncrements = 4;

    /// <summary>So many steps in a row, with the whole run behind them, are no accumulation on purpose.</summary>
    private const int FewestLooks = 8;

    /// <summary>The cosine between a gradient and its sum with another that points anywhere is 0.71.</summary>
    private const double FirstCosine = 0.6;

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD2005",
        Name = "accumulating-gradient",
        Category = RuleCategory.Gradients,
        Severity = Severity.Error,
        Summary = $"Gradients add up over steps, as they are never cleared, or are lost within a step that takes several passes.",
        Explanation = $"A sum of gradients points nearly where it pointed one step before, and its norm grows from the first step on, like the number of steps or its root. The rule fires when "
            + $"the cosine between successive gradients stays near 1 from the start, each step adds one whole gradient, and the norm grows in that way. Full-batch descent has such cosines too, but its norm does not grow at once; an "
            + $"explosion grows by a factor, not by an amount; gradients that are added up on purpose fall back after every step. Where the recorder sees what lies at a parameter when the backward pass reaches it, that alone decides: "
            + $"the rule fires when the gradient that a step was taken with is still there at more than half of the steps that were looked at, however the norm goes. "
            + $"There it also sees gradients that are cleared between the passes of one step, or between the pass and the step: it fires when at every step that was looked at more than half of the passes were lost.",
        Why = $"Every step repeats all the gradients since the start of the run: the direction no longer fits the place, and steps become larger and larger.",
        Inputs = [Metric.GradientNorm, Metric.GradientCosine, Metric.GradientKept, Metric.GradientLost],
        RequiredInputs = [Metric.GradientNorm, Metric.GradientCosine],
        Granularity = ScopeKind.Run,
        Causes = [Cause.MissingZeroGrad, Cause.WrongOptimizerParameters, Cause.LearningRateTooHigh, Cause.MisplacedZeroGrad, Cause.BatchTooSmall],
        Remedies =
        [
            new($"Call optimizer.zero_grad() before every backward pass.", $"backward() adds to the gradient that is there."),
        ],
        Sources = ["TrainCheck (OSDI 2025): Stack Overflow 60335387", "torch.optim: zero_grad"],
        Limitations = $"Needs the first steps of the run, all of them measured. Only the recorder for PyTorch sees gradients as the backward pass begins; elsewhere a gradient that turns round early hides the sum, and gradients that are cleared are seen only where the model ends in a linear layer with a bias and no parameter has any left when the step ends.",
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
        bool otherParameters = facts.Run.Model?.Parameters.Any(parameter => parameter is { IsTrainable: true, IsInOptimizer: false }) ?? false;
        var worst = symptom.Evidence[0];
        if (symptom.Variant == LostGradients.Lost)
        {
            return new Diagnosis(
                $"Gradients of micro-batches are cleared before the step",
                $"At all {symptom.Values["looks"]:N0} steps that were looked at, from step {symptom.FirstStep} on, at least {worst.Value:P0} of the backward passes of a step were in vain: their gradients were cleared before the optimizer used them.",
                [new(Cause.MisplacedZeroGrad, 0.9), new(Cause.BatchTooSmall, 0.05)],
                [ClearOnce()]);
        }

        if (symptom.Variant == LostGradients.Emptied)
        {
            return new Diagnosis(
                $"Gradients are cleared between the backward pass and the step",
                $"At all {symptom.Values["looks"]:N0} steps that were looked at, from step {symptom.FirstStep} on, the backward pass brought gradients, and none were left when the optimizer moved the weights: every step was taken with nothing.",
                [new(Cause.MisplacedZeroGrad, 0.95)],
                [GradientRemedies.ClearBefore()]);
        }

        if (symptom.Variant == KeptGradients.Seen)
        {
            return new Diagnosis(
                $"Gradients add up from step to step",
                symptom.Values["kept"] == symptom.Values["looks"]
                    ? (Text)$"At all {symptom.Values["looks"]:N0} steps that were looked at, from step {symptom.FirstStep} to step {symptom.LastStep}, the gradient of the step before still lay there when the backward pass began, and the new one was added to it."
                    : $"At {symptom.Values["kept"]:N0} of {symptom.Values["looks"]:N0} steps that were looked at, from step {symptom.FirstStep} to step {symptom.LastStep}, the gradient that a step had been taken with still lay there when the backward pass began, and the new one was added to it: gradients are cleared, but not at every step.",
                [new(Cause.MissingZeroGrad, 0.97)],
                [GradientRemedies.ZeroGradients()]);
        }

        return new Diagnosis(
            $"Gradients add up from step to step",
            $"From step {symptom.FirstStep} to step {symptom.LastStep} the gradient norm grew {symptom.Values["growth"]:G3}-fold, in the way that a sum grows, and each gradient pointed where the one before did (cosine {worst.Value:F3}, limit {worst.Limit:G3}).",
            otherParameters ? [new(Cause.MissingZeroGrad, 0.45), new(Cause.WrongOptimizerParameters, 0.45)] : [new(Cause.MissingZeroGrad, 0.95), new(Cause.LearningRateTooHigh, 0.03)],
            [GradientRemedies.ZeroGradients()]);
    }

    private static Remedy ClearOnce() => new()
    {
        Title = $"Call optimizer.zero_grad() once for each optimizer.step(), behind it",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ZeroGradients }],
        Rationale = $"Micro-batches stand for one large batch only where their gradients add up; of cleared ones the last alone is left, divided as if all were there.",
        Caveat = $"The step then grows by the number of micro-batches: divide each loss by it, once.",
        Code = "loss.backward();\nif (last)\n{\n    optimizer.step();\n    optimizer.zero_grad();\n}",
        Sources = ["torch.optim: zero_grad"],
    };

    private const int RecentSteps = 15;

    private sealed class Evaluator(AccumulatingGradientOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly StepGradients _gradients = new(context);
        private readonly double[] _increments = new double[FirstIncrements];
        private readonly double[] _norms = new double[options.Window + 1];
        private int _steps;
        private int _misses;
        private int _fallbacks;
        private double _cosine;
        private double _lowestCosine = 1;
        private readonly RollingMedian _recent = new(RecentSteps);
        private bool _isOver;
        private double _previousNorm;
        private readonly KeptGradients _kept = new();
        private readonly LostGradients _lost = new();
        private Symptom? _symptom;

        public override Text? WhyNotEvaluated => _kept.Looks >= FewestLooks || _lost.IsJudged ? null : NotEvaluated.Unless(_steps, options.Window + 1, Metric.GradientCosine);

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.GradientLost)
            {
                _lost.Add(measurement.Step, measurement.Value);
                return;
            }

            if (measurement.Metric == Metric.GradientKept)
            {
                _kept.Add(measurement.Step, measurement.Value > 0);
                return;
            }

            _gradients.Add(measurement);
        }

        public override void StepCompleted(long step)
        {
            if (_kept.Looks >= options.Window)
            {
                _symptom = _kept.Report(context, _symptom, isOver: false);
            }

            if (!_gradients.IsMeasured)
            {
                return;
            }

            var (norm, cosine, increment) = _gradients.EndStep();
            _cosine = cosine;
            if (_steps is >= 1 and <= FirstIncrements)
            {
                _increments[_steps - 1] = increment;
            }

            Take(step, norm);
            _previousNorm = norm;
            _recent.Add(norm);
        }

        public override void Complete()
        {
            _lost.Report(context);
            if (_kept.Looks >= FewestLooks)
            {
                _symptom = _kept.Report(context, _symptom, isOver: true);
                return;
            }

            // A sum stays large; a gradient that grew by itself shrinks again when training gets somewhere.
            if (_symptom is { } grown && _recent.Median < _norms[0])
            {
                grown.Severity = Severity.Info;
                grown.Confidence = 0.3;
                return;
            }

            // A sum that was never set back, to the end of the run, is no accident of the first steps.
            if (_symptom is { } symptom && _fallbacks == 0 && _steps >= 2 * options.Window && LossProgress.Of(context.Facts).IsBad)
            {
                symptom.Severity = Severity.Error;
                symptom.Confidence = 0.97;
            }
        }

        private void Take(long step, double norm)
        {
            if (_steps > 0 && norm < options.Fallback * _previousNorm)
            {
                _fallbacks++;
            }

            if (_symptom is not null)
            {
                _steps++;
                if (_symptom.Variant != KeptGradients.Seen && _cosine >= options.MinimumCosine)
                {
                    _symptom.LastStep = step;
                }

                return;
            }

            if (_isOver || _kept.Looks > 0 || !double.IsFinite(norm) || norm <= 0)
            {
                _steps++;
                _isOver |= !double.IsFinite(norm);
                return;
            }

            if (_steps <= options.Window)
            {
                _norms[_steps] = norm;
                if (_steps >= 3 && _cosine < options.MinimumCosine)
                {
                    _misses++;
                }
                else if (_steps >= 3 && _cosine < _lowestCosine)
                {
                    _lowestCosine = _cosine;
                }
            }

            if (_steps++ == options.Window)
            {
                _isOver = true;
                Judge(step);
            }
            else if (LooksLikeSum(norm))
            {
                context.Doubt();
            }
        }

        /// <summary>Tells whether the steps so far may be those of a sum: only a window without gaps can tell for certain.</summary>
        private bool LooksLikeSum(double norm) =>
            _steps >= 2 && norm > _norms[0] && _fallbacks == 0 && _misses <= options.Window / 10 && (_cosine >= FirstCosine || _steps > FirstIncrements)
            && _increments[Math.Min(_steps - 2, FirstIncrements - 1)] >= options.MinimumIncrement * _norms[0];

        private void Judge(long step)
        {
            int half = options.Window / 2;
            double growth = _norms[options.Window] / _norms[0];
            double first = _norms[half] / _norms[0];
            double second = _norms[options.Window] / _norms[half];
            // What climbs from its first step on does not follow its gradient, summed or not.
            bool climbs = context.Facts.Of(Metric.Loss) is { } loss && loss.Recent > loss.First * options.Climb;
            bool like = !climbs && growth >= options.MinimumGrowth && growth <= 1.5 * (options.Window + 1) && first > 1.25 * second && _fallbacks == 0;
            if (!like || _misses > options.Window / 10 || !AddsWholeGradients())
            {
                return;
            }

            _symptom = context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.9,
                FirstStep = Math.Max(0, context.Facts.FirstStep),
                LastStep = step,
                Evidence =
                [
                    new Evidence("median_gradient_cosine", null, step, _lowestCosine, options.MinimumCosine, ">"),
                    new Evidence("norm_of_all_gradients", null, step, _norms[options.Window], options.MinimumGrowth * _norms[0], ">"),
                ],
            });
            _symptom.Values["growth"] = growth;
        }

        /// <summary>What a sum gained in a step is one whole gradient; what a gradient changed in a step is a small part of one.</summary>
        private bool AddsWholeGradients()
        {
            int whole = 0;
            for (int i = 0; i < FirstIncrements; i++)
            {
                whole += _increments[i] >= options.MinimumIncrement * _norms[0] ? 1 : 0;
            }

            return whole >= FirstIncrements - 1;
        }
    }
}
