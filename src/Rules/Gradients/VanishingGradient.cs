using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>TD2001: the gradient of early layers is negligible against that of later ones.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class VanishingGradient(VanishingGradientOptions options) : Rule<VanishingGradientOptions>(options)
{
    private const string RelativeRatio = "relative_gradient_ratio";
    private const string WallEnd = "relative_gradient_behind_wall";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD2001",
        Name = "vanishing-gradient",
        Category = RuleCategory.Gradients,
        Severity = Severity.Error,
        Summary = $"The gradient of early layers is negligible against that of later layers.",
        Explanation = $"Each weight's gradient norm is divided by the norm of the weight itself, which takes out the layer's size and the scale of the loss. The geometric mean over the first "
            + $"quarter of the weights is compared with that over the last quarter, and each weight with all before it: one wall between two neighbours, behind which nothing arrives, is named by its place. "
            + $"A ratio below the limit for several measurements is info; it is a warning when the loss gets nowhere.",
        Why = $"Layers that receive next to no gradient stay as they were drawn, and later layers learn from noise.",
        Inputs = [Metric.GradientNorm, Metric.WeightNorm, Metric.Loss],
        RequiredInputs = [Metric.GradientNorm],
        Granularity = ScopeKind.Run,
        Causes = [Cause.SaturatingActivation, Cause.TooDeepWithoutSkip, Cause.MissingNormalization, Cause.PoorInitialization, Cause.DyingRelu],
        Remedies =
        [
            new($"Change the hidden activations to ReLU or SiLU, with He initialisation; check normalisation and learning rate as a set.", $"Their slope is near 1 where a unit is active, so that the gradient does not shrink from layer to layer."),
            new($"Add normalisation or skip connections.", $"Both give the gradient a path on which it keeps its size."),
        ],
        Sources = [RemedySources.Article, RemedySources.Glorot, "AUTOTRAINER (ICSE 2021): ratio of first to last layer below 1e-3", RemedySources.Residual],
        Limitations = $"Needs weights of at least three layers. Adaptive optimizers make up for small gradients, which is why a small ratio alone is no more than info.",
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
        var behind = symptom.Evidence.FirstOrDefault(evidence => evidence.Metric == WallEnd);
        return behind is { Layer: { } end }
            ? new Diagnosis(
                $"The gradient vanishes between {ModelFacts.OwnerOf(worst.Layer!)} and {ModelFacts.OwnerOf(end)}",
                $"{Quotation.Span(symptom, facts, Metric.GradientNorm)} the gradient broke off between two neighbours: relative to the weights, that of {worst.Layer} and of all before it was at most {worst.Value:G2} of that of {end} (limit {worst.Limit:G2}, step {worst.Step}).",
                RankCauses(facts),
                Prescribe(facts))
            : new Diagnosis(
                $"The gradient vanishes on its way to {worst.Layer}",
                $"{Quotation.Span(symptom, facts, Metric.GradientNorm)} the gradient of the first weights, relative to the weights, fell to {worst.Value:G2} of that of the last ones (limit {worst.Limit:G2}, step {worst.Step}); the earliest is {worst.Layer}.",
                RankCauses(facts),
                Prescribe(facts));
    }

    private static List<CauseLikelihood> RankCauses(RunFacts facts)
    {
        int saturating = ModelFacts.Saturating(facts).Count;
        int depth = ModelFacts.Depth(facts);
        bool dead = facts.All(Metric.DeadFraction).Any(item => item.Summary.Maximum > 0.8);
        if (dead)
        {
            return [new(Cause.DyingRelu, 0.6), new(Cause.PoorInitialization, 0.2), new(Cause.TooDeepWithoutSkip, 0.1)];
        }

        if (saturating >= 2)
        {
            return [new(Cause.SaturatingActivation, 0.6), new(Cause.TooDeepWithoutSkip, depth >= 8 ? 0.2 : 0.1), new(Cause.PoorInitialization, 0.1), new(Cause.MissingNormalization, 0.1)];
        }

        if (HidesActivations(facts))
        {
            return [new(Cause.SaturatingActivation, 0.45), new(Cause.PoorInitialization, 0.25), new(Cause.TooDeepWithoutSkip, 0.15), new(Cause.MissingNormalization, 0.1)];
        }

        return [new(Cause.PoorInitialization, 0.4), new(Cause.TooDeepWithoutSkip, 0.25), new(Cause.MissingNormalization, 0.2), new(Cause.SaturatingActivation, 0.15)];
    }

    private static List<Remedy> Prescribe(RunFacts facts)
    {
        var saturating = ModelFacts.Saturating(facts);
        List<string> layers = [.. saturating.Select(layer => layer.Path)];
        string? from = saturating.Count > 0 ? saturating[0].Activation.ToString() : null;
        var remedies = new List<Remedy>();
        if (saturating.Count > 0 || facts.Run.Model is null || HidesActivations(facts))
        {
            remedies.Add(ActivationRemedies.Relu(layers, from));
            remedies.Add(ActivationRemedies.Silu(layers, from));
        }
        else
        {
            remedies.Add(GradientRemedies.Reinitialize(ModelFacts.HiddenPaths(facts)));
        }

        if (!ModelFacts.HasNormalization(facts))
        {
            remedies.Add(ActivationRemedies.Normalize(ModelFacts.HiddenPaths(facts), "LayerNorm"));
        }

        remedies.Add(GradientRemedies.AddSkips(ModelFacts.HiddenPaths(facts)));
        return remedies;
    }

    /// <summary>Functions called in code are no modules: a model without a single activation module has some all the same.</summary>
    private static bool HidesActivations(RunFacts facts) => facts.Run.Model is { } model && !model.Leaves.Any(layer => layer.Kind == LayerKind.Activation);

    private sealed class Evaluator(VanishingGradientOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly WeightOrder _weights = new(context);
        private readonly PerScope<Flow> _flows = new();
        private readonly SymptomTracker _tracker = new(context, options.Patience) { Opening = Severity.Info, Confidence = 0.7, FewestInSpan = FewestMeasured };
        private bool _measured;

        /// <summary>So many measurements tell of twenty steps, if they are as far apart.</summary>
        private const int FewestMeasured = 8;

        public override Text? WhyNotEvaluated => _weights.Scopes.Length < options.MinimumDepth
            ? (Text)$"needs the gradients of at least {options.MinimumDepth} weights, had {_weights.Scopes.Length}"
            : _tracker.WhyNotEvaluated(options.Patience, Metric.GradientNorm);

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.Loss || !_weights.IsWeight(measurement.Scope))
            {
                return;
            }

            ref var flow = ref _flows[measurement.Scope];
            if (measurement.Metric == Metric.WeightNorm)
            {
                flow.Weight = measurement.Value;
            }
            else
            {
                flow.Gradient = measurement.Value;
                flow.Step = measurement.Step;
                _measured = true;
            }
        }

        public override void StepCompleted(long step)
        {
            if (!_measured)
            {
                return;
            }

            _measured = false;
            var order = _weights.Scopes;
            if (order.Length < options.MinimumDepth)
            {
                return;
            }

            int quarter = Math.Max(1, order.Length / 4);
            double early = MeanLogarithm(order[..quarter]);
            double late = MeanLogarithm(order[^quarter..]);
            if (!double.IsFinite(late) || late <= Floor || double.IsNaN(early))
            {
                return;
            }

            double ratio = Math.Exp(early - late);
            var wall = LargestWall(order);
            bool isWall = wall.Ratio < options.MaximumRatio;
            double worst = isWall ? wall.Ratio : ratio;
            var reading = new Reading(Metric.GradientNorm, worst, options.MaximumRatio, "<", _weights.NameOf(order[isWall ? wall.Before : 0]), RelativeRatio);
            if (_tracker.Observe(step, worst < options.MaximumRatio, reading))
            {
                Quote(step, isWall ? order[wall.Before + 1] : -1);
                if (_tracker.Streak % options.Patience == 0)
                {
                    Escalate(options.StuckSteps);
                }
            }
        }

        public override void Complete()
        {
            if (_tracker.Symptom is { RecoveredAt: null })
            {
                Escalate(0);
            }
        }

        /// <summary>A small ratio is harmless while the loss goes down; only with a loss that stays where it was is it an illness.</summary>
        private void Escalate(long steps)
        {
            if (context.Facts.Of(Metric.Loss) is not { } loss || loss.Count < steps || !LossProgress.Of(context.Facts).IsStuck)
            {
                return;
            }

            _tracker.Raise(Severity.Warning);
            if (steps == 0 && loss.Count >= options.StuckSteps && _tracker.Symptom!.Evidence[0].Value < options.CertainRatio)
            {
                _tracker.Raise(Severity.Error, 0.97);
            }
        }

        private const double Floor = -69;

        /// <summary>By how much the norm of the gradient itself must drop at a wall: small weights alone make a relative gradient large.</summary>
        private const double LeastDrop = 0.03;

        /// <summary>Finds the place behind which the gradient of every earlier weight is smallest against that of the next one.</summary>
        private (double Ratio, int Before) LargestWall(ReadOnlySpan<int> order)
        {
            var largest = (Ratio: 1.0, Before: -1);
            double before = double.NegativeInfinity;
            double gradientBefore = 0;
            for (int i = 0; i + 1 < order.Length; i++)
            {
                // Embeddings get a gradient for the rows of a batch alone, so that theirs is small against all of their weights.
                if (_weights.IsEmbedding(order[i]))
                {
                    continue;
                }

                before = Math.Max(before, LogarithmOf(order[i]));
                gradientBefore = Math.Max(gradientBefore, _flows[order[i]].Gradient);
                double next = LogarithmOf(order[i + 1]);
                double ratio = Math.Exp(before - next);
                if (next > Floor && ratio < largest.Ratio && gradientBefore < LeastDrop * _flows[order[i + 1]].Gradient)
                {
                    largest = (ratio, i);
                }
            }

            return largest;
        }

        /// <summary>Puts the norms that the worst ratio was computed from beside it, as they were measured.</summary>
        private void Quote(long step, int end)
        {
            var evidence = _tracker.Symptom!.Evidence;
            if (evidence[0].Step != step)
            {
                return;
            }

            while (evidence.Count > 1)
            {
                evidence.RemoveAt(1);
            }

            if (context.Facts.Scopes.Find(ScopeKind.Parameter, evidence[0].Layer!) is { } first && _flows[first].Step == step)
            {
                evidence.Add(new Evidence(MetricCatalog.NameOf(Metric.GradientNorm), evidence[0].Layer, step, _flows[first].Gradient, null, "<"));
            }

            if (end >= 0)
            {
                evidence.Add(new Evidence(WallEnd, _weights.NameOf(end), step, 1, null, "=="));
                if (_flows[end].Step == step)
                {
                    evidence.Add(new Evidence(MetricCatalog.NameOf(Metric.GradientNorm), _weights.NameOf(end), step, _flows[end].Gradient, null, ">"));
                }
            }
        }

        private double MeanLogarithm(ReadOnlySpan<int> scopes)
        {
            double sum = 0;
            foreach (int scope in scopes)
            {
                sum += LogarithmOf(scope);
            }

            return sum / scopes.Length;
        }

        private double LogarithmOf(int scope)
        {
            ref var flow = ref _flows[scope];
            double relative = flow.Gradient / (flow.Weight > 0 ? flow.Weight : 1);
            return relative > 0 ? Math.Max(Floor, Math.Log(relative)) : double.IsNaN(relative) ? double.NaN : Floor;
        }

        private struct Flow
        {
            public double Gradient;
            public double Weight;
            public long Step;
        }
    }
}
