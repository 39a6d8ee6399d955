using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>TD2004: a trainable parameter never receives a gradient.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class MissingGradient(MissingGradientOptions options) : Rule<MissingGradientOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD2004",
        Name = "missing-gradient",
        Category = RuleCategory.Gradients,
        Severity = Severity.Error,
        Summary = $"A trainable parameter never receives a gradient.",
        Explanation = $"A parameter that requires a gradient and has none after any backward pass is reported, and one whose gradient is exactly zero every time. When no parameter has one and "
            + $"the weights do not move either, nothing is trained at all, which is an error. Gradients that are missing while the weights move were cleared before they were looked at.",
        Why = $"A parameter without a gradient stays as it was drawn: a part of the model does not take part.",
        Inputs = [Metric.GradientPresent, Metric.GradientNorm, Metric.UpdateRatio, Metric.GradientLost],
        RequiredInputs = [Metric.GradientPresent],
        Granularity = ScopeKind.Run,
        Causes = [Cause.DetachedGraph, Cause.FrozenParameters, Cause.DyingRelu, Cause.WrongOutputActivation, Cause.MisplacedZeroGrad],
        Remedies =
        [
            new($"Keep the graph whole between loss and parameters: no detach(), item() or no_grad() on the way.", $"They cut the path on which gradients travel."),
            new($"Use the layer in forward, or remove it.", $"A layer that is registered and never called cannot learn."),
        ],
        Sources = ["TorchSharp issues 1481 and 1116", "TrainCheck (OSDI 2025)"],
        Limitations = $"Parameters that only some steps use (experts, heads of other tasks) must be used at least once in the steps that are measured.",
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
        string names = ModelFacts.Names(symptom.Layers);
        bool dead = facts.All(Metric.DeadFraction).Any(item => item.Summary.Maximum > 0.9);
        bool constant = facts.All(Metric.BatchVariation).Any(item => ModelFacts.IsOutput(facts.Run, item.Scope.Name) && item.Summary.Maximum < 1e-3);
        List<CauseLikelihood> causes = symptom.Variant switch
        {
            "zero" when dead => [new(Cause.DyingRelu, 0.7), new(Cause.DetachedGraph, 0.1)],
            "zero" when constant => [new(Cause.WrongOutputActivation, 0.7), new(Cause.DetachedGraph, 0.15)],
            "zero" => [new(Cause.DetachedGraph, 0.4), new(Cause.DyingRelu, 0.3), new(Cause.WrongOutputActivation, 0.2)],
            _ => [new(Cause.DetachedGraph, 0.8), new(Cause.FrozenParameters, 0.15)],
        };
        List<Remedy> remedies = [GradientRemedies.Reattach(symptom.Layers)];
        if (symptom.Variant is "all" or "zero" && LostGradients.WereAll(facts))
        {
            // They came, and were cleared before the step: the recorder saw it.
            causes = [new(Cause.MisplacedZeroGrad, 0.95)];
            remedies = [GradientRemedies.ClearBefore()];
        }
        else if (symptom.Variant == "zero" && ModelFacts.Rectified(facts) is { Count: > 0 } rectified)
        {
            remedies.Add(ActivationRemedies.LeakyRelu([.. rectified.Select(layer => layer.Path)]));
        }

        return symptom.Variant switch
        {
            "all" => new Diagnosis(
                $"No parameter receives a gradient",
                $"None of {symptom.Layers.Count} trainable parameters had a gradient in {symptom.Evidence[0].Value:N0} measured steps, up to step {symptom.LastStep}, and none moved.",
                causes,
                remedies),
            "cleared" => new Diagnosis(
                $"Gradients were cleared before they could be measured",
                $"No parameter had a gradient when its step was reported, although the weights move. Report the step after optimizer.step() and before the next zero_grad().",
                causes,
                [GradientRemedies.Reattach(symptom.Layers) with
                {
                    Title = $"Call monitor.Step before zero_grad",
                    Actions = [],
                    Rationale = $"Gradients are read when the step is reported; zero_grad() removes them.",
                    Caveat = null,
                    Code = "optimizer.zero_grad();\nloss.backward();\noptimizer.step();\nmonitor.Step(loss, y);",
                }]),
            "zero" => new Diagnosis(
                $"The gradient of {names} is always zero",
                $"In {symptom.Evidence[0].Value:N0} measured steps, up to step {symptom.LastStep}, the gradient of {names} was exactly zero.",
                causes,
                remedies),
            _ => new Diagnosis(
                $"{names} never receives a gradient",
                $"In {symptom.Evidence[0].Value:N0} measured steps, up to step {symptom.LastStep}, {names} had no gradient, while other parameters had.",
                causes,
                remedies),
        };
    }

    private sealed class Evaluator(MissingGradientOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly PerScope<Counts> _counts = new();
        private readonly WeightOrder _weights = new(context);
        private long _steps;
        private bool _measured;
        private bool _judged;
        private readonly List<Symptom> _symptoms = [];

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_steps, options.MinimumSteps, Metric.GradientPresent);

        public override void Observe(in Measurement measurement)
        {
            ref var counts = ref _counts[measurement.Scope];
            switch (measurement.Metric)
            {
                case Metric.GradientPresent:
                    _measured = true;
                    counts.Asked++;
                    counts.Present += measurement.Value > 0 ? 1 : 0;
                    counts.Last = measurement.Step;
                    counts.ArrivedAt = counts.Present == 1 && measurement.Value > 0 ? measurement.Step : counts.ArrivedAt;
                    break;
                case Metric.GradientNorm:
                    counts.Norms++;
                    counts.NonZero += measurement.Value != 0 ? 1 : 0;
                    counts.Last = measurement.Step;
                    counts.MovedAt = counts.NonZero == 1 && measurement.Value != 0 ? measurement.Step : counts.MovedAt;
                    break;
                case Metric.UpdateRatio:
                    counts.Moved |= measurement.Value > 0;
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            if (!_measured)
            {
                return;
            }

            _measured = false;
            if (++_steps == options.MinimumSteps && !_judged)
            {
                _judged = true;
                Judge(step);
            }
            else if (!_judged && _steps > 1 && IsMissed())
            {
                context.Doubt();
            }
        }

        public override void Complete()
        {
            if (_symptoms.Count == 0 && _steps >= options.MinimumSteps)
            {
                Judge(context.Facts.LastStep);
            }

            _symptoms.ForEach(Revise);
        }

        /// <summary>Tells whether a parameter has had no gradient so far.</summary>
        private bool IsMissed()
        {
            for (int scope = 0; scope < _counts.Length; scope++)
            {
                var counts = _counts[scope];
                if ((counts.Asked > 0 && counts.Present == 0) || (counts.Norms > 0 && counts.NonZero == 0 && _weights.IsWeight(scope)))
                {
                    return true;
                }
            }

            return false;
        }

        private void Judge(long step)
        {
            var missing = new List<string>();
            HashSet<string>? copies = null;
            var zero = new List<string>();
            bool anyPresent = false;
            bool anyNonZero = false;
            bool anyMoved = false;
            foreach (int scope in Enumerable.Range(0, _counts.Length).Where(scope => _counts[scope].Asked > 0 || _counts[scope].Norms > 0))
            {
                var counts = _counts[scope];
                anyPresent |= counts.Present > 0;
                anyNonZero |= counts.NonZero > 0;
                anyMoved |= counts.Moved;
                if (counts.Asked >= options.MinimumSteps && counts.Present == 0)
                {
                    copies ??= ModelFacts.UntrainedCopies(context.Facts);
                    if (!copies.Contains(_weights.NameOf(scope)))
                    {
                        missing.Add(_weights.NameOf(scope));
                    }
                }
                else if (counts.Norms >= options.MinimumSteps && counts.NonZero == 0 && _weights.IsWeight(scope))
                {
                    zero.Add(_weights.NameOf(scope));
                }
            }

            if (missing.Count > 0 && !anyPresent)
            {
                Open(anyMoved ? "cleared" : "all", anyMoved ? Severity.Info : Severity.Error, missing, step);
            }
            else if (missing.Count > 0)
            {
                Open(string.Empty, Severity.Warning, missing, step);
            }

            if (zero.Count > 0)
            {
                // A hinge loss that is satisfied has zero gradients too; then the rest moved before.
                Open("zero", anyNonZero || !anyMoved ? Severity.Warning : Severity.Info, zero, step);
            }
        }

        private void Open(string variant, Severity severity, List<string> names, long step)
        {
            names.Sort(WeightOrder.CompareNaturally);
            _symptoms.Add(context.Open(new Symptom
            {
                Severity = severity,
                Confidence = severity == Severity.Error ? 0.97 : 0.9,
                Variant = variant,
                Layers = names,
                FirstStep = Math.Max(0, context.Facts.FirstStep),
                LastStep = step,
                Evidence = [new Evidence(Name(variant), names[0], step, _steps, options.MinimumSteps, ">=")],
            }));
        }

        private static string Name(string variant) => variant == "zero" ? "steps_with_zero_gradient" : "steps_without_gradient";

        /// <summary>A branch that had its turn later was late, not cut off: what is said at the end holds for the whole run.</summary>
        private void Revise(Symptom symptom)
        {
            var late = new List<long>();
            var still = new List<(string Name, Counts Counts)>();
            foreach (string name in symptom.Layers)
            {
                var counts = _counts[context.Facts.Scopes.Find(ScopeKind.Parameter, name)!.Value];
                bool arrived = symptom.Variant == "zero" ? counts.NonZero > 0 : counts.Present > 0;
                if (arrived)
                {
                    late.Add(symptom.Variant == "zero" ? counts.MovedAt : counts.ArrivedAt);
                }
                else
                {
                    still.Add((name, counts));
                }
            }

            if (still.Count == 0)
            {
                (symptom.RecoveredAt, symptom.Severity) = (late.Max(), Severity.Info);
                return;
            }

            var first = still[0];
            symptom.Layers = [.. still.Select(item => item.Name)];
            symptom.LastStep = first.Counts.Last;
            symptom.Evidence[0] = new Evidence(Name(symptom.Variant), first.Name, first.Counts.Last, symptom.Variant == "zero" ? first.Counts.Norms : first.Counts.Asked, options.MinimumSteps, ">=");
        }

        private struct Counts
        {
            public long Asked;
            public long Present;
            public long Norms;
            public long NonZero;
            public bool Moved;
            public long Last;
            public long ArrivedAt;
            public long MovedAt;
        }
    }
}

/// <summary>Thresholds of <see cref="MissingGradient"/>.</summary>
public sealed class MissingGradientOptions
{
    /// <summary>Gets or sets how many measured steps must pass before a gradient counts as missing.</summary>
    /// <value>The default is 20, so that branches used now and then have their turn; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumSteps { get; set; } = 20;
}
