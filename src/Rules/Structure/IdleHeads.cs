using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7014: heads of an attention or of the output carry nothing.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class IdleHeads(IdleHeadsOptions options) : Rule<IdleHeadsOptions>(options)
{
    private const string OfOutput = "output";
    private const string OfAttention = "attention";
    private const string OfDying = "dying";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7014",
        Name = "idle-heads",
        Category = RuleCategory.Structure,
        Severity = Severity.Warning,
        Summary = $"Heads of an attention or of the output carry nothing.",
        Explanation = $"A head whose output goes nowhere gets a gradient of exactly zero. The rule fires when the same share of a gradient was exactly zero in every measured step: of an attention's weights, where heads are masked or left out; of the biases of an output layer, one for each unit; or of all of a head while another of its kind is trained. "
            + $"It also fires when whole rows or columns of the gradients of all weights of an attention go to zero in the midst of a training and stay so to its end, which had seldom been zero before.",
        Why = $"What carries nothing costs time and memory, and a task whose head is never trained is answered at random.",
        Inputs = [Metric.GradientZeroFraction],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.DetachedGraph, Cause.WrongLoss],
        Remedies =
        [
            new($"Let every head reach the loss: look for a mask of zeros, a slice that leaves heads out, a weight of zero, a detach.", $"A gradient of exactly zero in every step means that nothing depends on the head."),
            new($"Take the head out where it is not needed.", $"The rest then has the same answers for less."),
        ],
        Sources = ["Michel, Levy and Neubig 2019, Are sixteen heads really better than one?", "Voita et al. 2019, Analyzing multi-head self-attention"],
        Limitations = $"A head that carries little is not idle. Heads that are pruned on purpose look the same.",
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
        bool isOutput = symptom.Variant == OfOutput;
        string layers = string.Join(", ", symptom.Layers);
        if (symptom.Variant == OfDying)
        {
            return new Diagnosis(
                $"Heads of the attention died in the training",
                $"From step {symptom.FirstStep} to the end, in {symptom.Values["steps"]:N0} measured steps, {worst.Value:P0} of the gradient of {layers} was exactly zero, the same whole rows or columns of all weights (limit {worst.Limit:P0}); before, they were trained.",
                [new(Cause.DetachedGraph, 0.7), new(Cause.WrongLoss, 0.08)],
                [
                    new Remedy
                    {
                        Title = $"See what switches the heads off at step {symptom.FirstStep}",
                        Actions = [new RemedyAction { Kind = RemedyActionKind.Unfreeze }],
                        Rationale = $"A head whose output is multiplied by zero gets no gradient, so that it never comes back by itself: a mask on a schedule, a gate or a scale that reached zero, a pruning that was meant for later.",
                        Caveat = $"Heads that are pruned on purpose look the same.",
                        Code = "gate = sigmoid(logit); // never exactly 0, unlike relu(logit) or clamp(logit, 0, 1)",
                        Sources = ["Michel, Levy and Neubig 2019, Are sixteen heads really better than one?"],
                    },
                ]);
        }

        return new Diagnosis(
            isOutput ? (Text)$"A part of the output is never trained" : $"Heads of the attention carry nothing",
            $"In all {symptom.Values["steps"]:N0} measured steps {worst.Value:P0} of the gradient of {layers} was exactly zero, the same share each time (limit {worst.Limit:P0}).",
            isOutput ? [new(Cause.WrongLoss, 0.5), new(Cause.DetachedGraph, 0.45)] : [new(Cause.DetachedGraph, 0.85), new(Cause.WrongLoss, 0.08)],
            [
                new Remedy
                {
                    Title = isOutput ? (Text)$"Let every part of the output count in the loss" : $"Let every head of the attention reach the output",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.Unfreeze }, new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "a loss that every head reaches" }],
                    Rationale = $"Nothing that is compared with a target depends on these weights: a mask of zeros, a slice that leaves them out, a weight of zero, or a detach is between.",
                    Caveat = $"Outputs that no target exists for yet may stay as they are.",
                    Code = "loss = firstLoss + (secondWeight * secondLoss); // secondWeight above 0, and second not detached",
                    Sources = ["Michel, Levy and Neubig 2019, Are sixteen heads really better than one?"],
                },
            ]);
    }

    private sealed class Evaluator(IdleHeadsOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly Dictionary<int, IdleStreak> _streaks = [];
        private long _most;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_most, options.MinimumSteps, Metric.GradientZeroFraction);

        public override void Observe(in Measurement measurement)
        {
            _most = Math.Max(_most, context.Facts.Of(Metric.GradientZeroFraction, measurement.Scope)?.Count ?? 0);
            if (_streaks.TryGetValue(measurement.Scope, out var streak))
            {
                streak.Observe(measurement);
            }
            else
            {
                _streaks.Add(measurement.Scope, new IdleStreak(measurement, options.MinimumShare));
            }
        }

        public override void Complete()
        {
            if (context.Run.Model is not { } model)
            {
                return;
            }

            var gradients = context.Facts.All(Metric.GradientZeroFraction).Where(item => item.Summary.Count >= options.MinimumSteps && item.Summary.NonFiniteCount == 0)
                .Select(item => (item.Scope, Parameter: model.FindParameter(item.Scope.Name), item.Summary)).Where(item => item.Parameter is not null).ToList();
            var idle = gradients.Where(item => item.Summary.Maximum - item.Summary.Minimum < 1e-6 && item.Summary.Minimum >= options.MinimumShare).ToList();
            var outputs = Outputs(model);
            ReportDying(model, [.. gradients.Select(item => (item.Parameter!, _streaks[item.Scope.Id]))]);
            Report(OfAttention, [.. idle.Select(item => (item.Parameter, item.Summary)).Where(item => item.Summary.Minimum < 1 && item.Parameter!.Role is ParameterRole.Weight or ParameterRole.Other && model.IsInAttention(item.Parameter.LayerPath))]);
            Report(OfOutput,
            [
                .. idle.Select(item => (item.Parameter, item.Summary)).Where(item => item.Summary.Minimum < 1 && item.Parameter!.Role == ParameterRole.Bias && outputs.Contains(item.Parameter.LayerPath)),
                .. idle.Select(item => (item.Parameter, item.Summary)).Where(item => item.Summary.Minimum == 1 && item.Parameter!.Role == ParameterRole.Weight && outputs.Contains(item.Parameter.LayerPath)
                    && gradients.Exists(other => other.Summary.Maximum < 1 && other.Parameter!.Role == ParameterRole.Weight && outputs.Contains(other.Parameter.LayerPath))),
            ]);
        }

        /// <summary>Reports attentions of whose weights all lost the same heads for good. Queries and keys alone lose their gradient where an attention is certain, and carry on.</summary>
        private void ReportDying(ModelDescription model, List<(ParameterDescription Parameter, IdleStreak Streak)> gradients)
        {
            var attentions = gradients.Where(item => item.Parameter.Shape.Count == 2).Select(item => (Attention: model.AttentionOf(item.Parameter.LayerPath), item.Parameter, item.Streak))
                .Where(item => item.Attention is not null).GroupBy(item => item.Attention!)
                .Where(group => group.All(item => item.Streak.HasDied(options.MinimumSteps) && AreWhole(item.Parameter, item.Streak.Share))).ToList();
            if (attentions.Count == 0)
            {
                return;
            }

            var (_, parameter, streak) = attentions.SelectMany(group => group).MaxBy(item => item.Streak.Share);
            context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.85,
                Variant = OfDying,
                Layers = [.. attentions.Select(group => group.Key)],
                FirstStep = attentions.Min(group => group.Max(item => item.Streak.FirstStep)),
                LastStep = streak.LastStep,
                Evidence = [new Evidence(MetricCatalog.NameOf(Metric.GradientZeroFraction), parameter.Name, streak.LastStep, streak.Share, options.MinimumShare, ">=")],
                Values = { ["steps"] = streak.Count },
            });
        }

        /// <summary>Tells whether zeros may be whole rows or whole columns of a gradient, as those of heads are.</summary>
        private static bool AreWhole(ParameterDescription parameter, double share)
        {
            double rows = share * parameter.Shape[0], columns = share * parameter.Shape[1];
            return Math.Abs(rows - Math.Round(rows)) < 1e-4 || Math.Abs(columns - Math.Round(columns)) < 1e-4;
        }

        private void Report(string variant, List<(ParameterDescription? Parameter, SeriesSummary Summary)> idle)
        {
            if (idle.Count == 0)
            {
                return;
            }

            var worst = idle.MaxBy(item => item.Summary.Minimum);
            context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.9,
                Variant = variant,
                Layers = [.. idle.Select(item => item.Parameter!.LayerPath).Distinct()],
                FirstStep = idle.Min(item => item.Summary.FirstStep),
                LastStep = idle.Max(item => item.Summary.LastStep),
                Evidence = [new Evidence(MetricCatalog.NameOf(Metric.GradientZeroFraction), worst.Parameter!.Name, worst.Summary.LastStep, worst.Summary.Minimum, options.MinimumShare, ">=")],
                Values = { ["steps"] = worst.Summary.Count },
            });
        }

        /// <summary>The layers whose outputs the model gives, as far as their calls tell: the one called last, and those before it that take what it takes.</summary>
        private HashSet<string> Outputs(ModelDescription model)
        {
            var called = model.Leaves.Select(leaf => (Leaf: leaf, Order: context.Facts.Of(Metric.CallOrder, leaf.Path)?.Last)).Where(item => item.Order is not null).OrderByDescending(item => item.Order).ToList();
            if (called.Count == 0 || called[0].Leaf is not { Kind: LayerKind.Linear } last)
            {
                return [];
            }

            double? origin = Origin(last);
            return [.. called.TakeWhile(item => item.Leaf.Kind == LayerKind.Linear && item.Leaf.InputFeatures == last.InputFeatures && Origin(item.Leaf) == origin).Select(item => item.Leaf.Path)];
        }

        private double? Origin(LayerDescription layer) => context.Facts.Of(Metric.InputOrigin, layer.Path)?.Last;
    }
}

/// <summary>Thresholds of <see cref="IdleHeads"/>.</summary>
public sealed class IdleHeadsOptions
{
    /// <summary>Gets or sets the share of a gradient that must be exactly zero.</summary>
    /// <value>The default is 0.03: one head of 32; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumShare { get; set; } = 0.03;

    /// <summary>Gets or sets in how many measured steps.</summary>
    /// <value>The default is 20; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int MinimumSteps { get; set; } = 20;
}
