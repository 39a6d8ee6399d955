using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Loss;

/// <summary>TD4008: the loss has values that such a loss can't have.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ImplausibleLoss(ImplausibleLossOptions options) : Rule<ImplausibleLossOptions>(options)
{
    private const string Negative = "negative";
    private const string Underflow = "underflow";
    private const string Contradiction = "contradiction";
    private const string AboveGuessing = "above-guessing";
    private const string Summed = "summed";
    private const string Running = "running";
    private const string Dominated = "dominated";

    /// <summary>Minus the logarithm of the smallest normal number in single precision.</summary>
    private static readonly double SmallestProbability = -Math.Log(1.17549435e-38);

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD4008",
        Name = "implausible-loss",
        Category = RuleCategory.Loss,
        Severity = Severity.Error,
        Summary = $"The loss has values that such a loss can't have.",
        Explanation = $"Eight contradictions: a cross-entropy or squared error below zero; a loss of 87.3365, the logarithm of the smallest number in single precision, again and again; "
            + $"a loss that has come to rest at several times the entropy that its training accuracy leaves; a language model whose first losses lie above the logarithm of any vocabulary and that does not leave that level by much; "
            + $"a first loss of many times the logarithm of the number of classes, beside a first score of guessing among them; a loss that is the mean of its step added to the loss told before; a loss beside classes as targets that costs a thousand guesses among them to the end, and began at a thousand for each label of a step; "
            + $"a loss that has fallen to many times its beginning below zero and falls in the second half of the run as fast as in the first, where likelihoods and their bounds settle.",
        Why = $"A loss that can't be is computed from something else than was meant: labels, outputs or the sum over a batch.",
        Inputs = [Metric.Loss, Metric.RecognizedReduction],
        RequiredInputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.WrongLoss, Cause.LabelError, Cause.WrongOutputActivation, Cause.NumericOverflow, Cause.LearningRateTooHigh, Cause.UnscaledData, Cause.MissingRegularization],
        Remedies =
        [
            new($"Give the loss what it expects: logits or probabilities, labels in its range, a mean over the batch.", $"Each loss function has one right input."),
            new($"Look at inputs and labels of one batch side by side.", $"Shifted or shuffled labels look like labels."),
            new($"Turn the sign of a term that falls without end.", $"What is rewarded without bounds has no least value."),
            new($"Lower the learning rate.", $"Outputs that grow without bounds underflow in the softmax."),
        ],
        Sources = ["Caffe: SoftmaxWithLoss, kLOG_THRESHOLD", "Guo et al. 2017, On calibration of modern neural networks", "Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks: verify loss at init"],
        Limitations = $"Penalties on weights that are part of the logged loss raise it without being wrong.",
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
        var evidence = symptom.Evidence[0];
        return symptom.Variant switch
        {
            Negative => new Diagnosis(
                $"The loss is negative: {evidence.Value:G4}",
                $"{symptom.Values["count"]:F0} losses were below zero, the first at step {evidence.Step} with {evidence.Value:G4}, the last at step {symptom.LastStep}; a loss of this kind can't be.",
                [new(Cause.WrongLoss, 0.5), new(Cause.LabelError, 0.3), new(Cause.WrongOutputActivation, 0.15)],
                [Check(), DataRemedies.Clean()]),
            Underflow => new Diagnosis(
                $"The loss is {evidence.Value:F4}: the softmax has underflowed",
                $"{symptom.Values["count"]:F0} losses were {evidence.Value:F4}, the first at step {evidence.Step}, the last at step {symptom.LastStep}: minus the logarithm of the smallest number in single precision. The probability of the right class is zero.",
                [new(Cause.LearningRateTooHigh, 0.45), new(Cause.NumericOverflow, 0.3), new(Cause.UnscaledData, 0.2)],
                [LearningRateRemedies.Lower(facts, 0.1), DataRemedies.StandardizeInputs(), DataRemedies.Clean()]),
            Contradiction => new Diagnosis(
                $"The loss is far too high for a training accuracy of {symptom.Values["accuracy"]:P0}",
                $"The loss came to rest at a level of {symptom.Values["level"]:G4}, although the training accuracy is {symptom.Values["accuracy"]:P1}; answers as sure as they are right would cost {symptom.Values["entropy"]:G3}.",
                [new(Cause.WrongOutputActivation, 0.55), new(Cause.WrongLoss, 0.35)],
                [Check()]),
            EndlessFall.Variant => EndlessFall.Describe(symptom, facts),
            Running => new Diagnosis(
                $"The reported loss is a running sum",
                $"In {evidence.Value:P0} of the steps that were looked at, the loss was that of the step before and the mean loss of the step added: it grows however well the model learns.",
                [new(Cause.WrongLoss, 0.9)],
                [Check()]),
            Dominated => new Diagnosis(
                $"A part of the loss outweighs all others: {symptom.Values["times"]:G3} times what the classes cost",
                $"The loss was {evidence.Value:G4} at step {evidence.Step} and had a level of {symptom.Values["level"]:G4} at the end, where guesses at all {symptom.Values["labels"]:F0} labels of a step among {symptom.Values["classes"]:F0} classes cost {evidence.Limit:G4} together: what the classes teach is lost beside another part.",
                [new(Cause.UnscaledData, 0.65), new(Cause.WrongLoss, 0.25)],
                [Balance(), DataRemedies.StandardizeTargets()]),
            AboveGuessing => new Diagnosis(
                $"The loss of the language model began at {evidence.Value:G4}, worse than guessing",
                $"The loss was {evidence.Value:G4} at step {evidence.Step}, above {evidence.Limit:G4}, the logarithm of a vocabulary of {Math.Exp(evidence.Limit ?? Options.LargestGuess):F0} words, and the level of its last tenth is {symptom.Values["level"]:G4}.",
                [new(Cause.LabelError, 0.6), new(Cause.WrongLoss, 0.2), new(Cause.LearningRateTooHigh, 0.1)],
                [DataRemedies.Clean(), Check()]),
            _ => new Diagnosis(
                $"The first loss is {symptom.Values["times"]:F0} times that of guessing",
                $"The loss was {evidence.Value:G5} at step {evidence.Step}, which is {symptom.Values["times"]:F0} times the logarithm of {symptom.Values["classes"]:F0}: a sum over a batch looks like this, not a mean.",
                [new(Cause.WrongLoss, 0.7), new(Cause.UnscaledData, 0.2)],
                [Check()]),
        };
    }

    private static Remedy Balance() => new()
    {
        Title = $"Bring the parts of the loss to one scale",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "a weighted sum of parts of one scale" }],
        Rationale = $"The step follows the sum: a part a thousand times another decides alone, and forces a learning rate at which the other learns nothing.",
        Caveat = $"Standardise the targets of a regression first; then weigh the parts, and watch each by itself.",
        Code = "var loss = classes + (weight * numbers); // with standardised targets",
        Sources = ["Kendall et al. 2018, Multi-task learning using uncertainty to weigh losses, CVPR, arXiv:1705.07115"],
    };

    private static Remedy Check() => new()
    {
        Title = $"Compute the loss of one batch by hand and compare",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss }],
        Rationale = $"Before training a classifier of k classes costs about ln k for each sample; far more or less is a fault of the loss, its inputs or its reduction.",
        Caveat = $"Class weights, label smoothing and penalties move the number a little.",
        Code = "using var loss = functional.cross_entropy(logits, labels, reduction: Reduction.Mean);",
        Sources = ["Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks: verify loss at init"],
    };

    private sealed class Evaluator(ImplausibleLossOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly (long Step, double Value)[] _first = new (long, double)[3];
        private Symptom? _negative;
        private Symptom? _underflow;
        private const double RunningSum = 4;
        private const double Unbounded = 10;
        private const double StillScore = 0.1;
        private long _looks;
        private long _running;
        private long _count;
        private long _negatives;
        private long _underflows;
        private (long Step, double Value) _firstNegative;
        private (long Step, double Value) _firstUnderflow;

        public override Text? WhyNotEvaluated => LossCurve.WhyNotMeasurable(context.Run) ?? (_count < _first.Length ? (Text)$"needs {_first.Length} losses, had {_count}" : null);

        public override void Observe(in Measurement measurement)
        {
            double value = measurement.Value;
            if (measurement.Metric == Metric.RecognizedReduction)
            {
                _looks++;
                _running += value == RunningSum ? 1 : 0;
                return;
            }

            if (measurement.Scope != ScopeTable.Run || !double.IsFinite(value))
            {
                return;
            }

            if (_count < _first.Length)
            {
                _first[_count] = (measurement.Step, value);
            }

            _count++;
            if (value < 0)
            {
                _firstNegative = _negatives++ == 0 ? (measurement.Step, value) : _firstNegative;
                _negative = Extend(_negative, Negative, _negatives, _firstNegative, measurement.Step, CannotBeNegative(), 0, "<");
            }
            else if (Math.Abs(value - SmallestProbability) < 0.001)
            {
                _firstUnderflow = _underflows++ == 0 ? (measurement.Step, value) : _firstUnderflow;
                _underflow = Extend(_underflow, Underflow, _underflows, _firstUnderflow, measurement.Step, true, SmallestProbability, "==");
            }
        }

        public override void Complete()
        {
            if (WhyNotEvaluated is not null || context.Facts.LossSeries is not { BlockCount: >= 3 } series)
            {
                return;
            }

            JudgeRunning();
            if (_negative is null && new EndlessFall(options).Find(context.Facts, Median(_first)) is { } endless)
            {
                context.Open(endless);
            }

            JudgeParts(series.MeanOf(0.9, 1));
            JudgeBeginning(series.MeanOf(0.9, 1));
            JudgeRest(series);
        }

        private Symptom? Extend(Symptom? symptom, string variant, long count, (long Step, double Value) first, long step, bool counts, double limit, string comparison)
        {
            if (!counts || count < options.Repeats)
            {
                return symptom;
            }

            symptom ??= context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.9,
                Variant = variant,
                FirstStep = first.Step,
                Evidence = [new Evidence("loss", null, first.Step, first.Value, limit, comparison)],
                Values = { ["count"] = count },
            });
            symptom.Severity = variant == Underflow || context.Run.Loss is not null ? Severity.Error : Severity.Warning;
            (symptom.LastStep, symptom.Values["count"]) = (step, count);
            return symptom;
        }

        /// <summary>Of a log the kind of loss is not known; one beside an accuracy that began above zero is a classifier's, as is one that falls without bound while the accuracy stays where it was.</summary>
        private bool CannotBeNegative() => context.Run.Loss is { } loss
            ? loss.Kind is not (LossKind.Other or LossKind.PoissonNegativeLogLikelihood or LossKind.KullbackLeibler)
            : context.Run.Log is not null && context.Facts.Of(Metric.Accuracy) is { Minimum: >= 0, Maximum: <= 100 } score
                && (_first[0].Value > 0 || (context.Facts.Of(Metric.Loss)!.Value.Last < Unbounded * _first[0].Value && score.Maximum - score.Minimum < StillScore * Math.Max(score.Maximum, 1e-9)));

        /// <summary>The first step of a sum is a mean.</summary>
        private void JudgeRunning()
        {
            if (_looks >= options.FewestLooks && _running > options.RunningShare * _looks)
            {
                Open(Running, Severity.Warning, 0.95, new Evidence("share_of_running_sums", null, context.Facts.LastStep, (double)_running / _looks, options.RunningShare, ">"));
            }
        }

        /// <summary>A sum over the labels of a step, over the pixels of each as well, begins below; what is learnt from classes alone ends below a thousand guesses.</summary>
        private void JudgeParts(double level)
        {
            var facts = context.Facts;
            if (context.Run.Loss is not null || (facts.Of(Metric.RecognizedLoss) is { Maximum: >= 0 }) || facts.Of(Metric.TargetClassCount) is not { Maximum: >= 2 and <= 1000 and var classes } || MakesInputs())
            {
                return;
            }

            double guess = Math.Log(classes);
            double labels = Math.Max(1, Math.Max(facts.Of(Metric.TargetLabelCount)?.Maximum ?? 1, facts.Of(Metric.BatchSize)?.Maximum ?? 1));
            double first = Median(_first);
            if (first > options.DominanceFactor * labels * guess && level > options.DominanceFactor * guess)
            {
                Open(Dominated, Severity.Warning, 0.8, new Evidence("loss", null, _first[0].Step, _first[0].Value, labels * guess, ">"), ("times", first / (labels * guess)), ("classes", classes), ("labels", labels), ("level", level));
            }
        }

        /// <summary>What is made anew may cost as much as it has elements, and classes beside it are a condition.</summary>
        private bool MakesInputs() => context.Run.Task is TrainingTask.Reconstruction or TrainingTask.Variational or TrainingTask.Diffusion or TrainingTask.Adversarial;

        private void JudgeBeginning(double level)
        {
            var first = _first[0];
            bool isLanguageModel = context.Run.Task == TrainingTask.LanguageModeling || (context.Run.Log is { Format: "huggingface" } && !context.Facts.Has(Metric.ValidationError) && first.Value < 3 * options.LargestGuess);
            if (isLanguageModel && Median(_first) > options.LargestGuess && first.Value > options.LargestGuess && level > options.StaysShare * first.Value)
            {
                Open(AboveGuessing, Severity.Warning, 0.8, new Evidence("loss", null, first.Step, first.Value, options.LargestGuess, ">"), ("level", level));
                return;
            }

            if (!context.Facts.Has(Metric.Accuracy) && !context.Facts.Has(Metric.ValidationAccuracy))
            {
                return;
            }

            foreach (double classes in first.Value > options.LargestGuess ? (ReadOnlySpan<double>)[2, 10, 100, 1000] : [])
            {
                double times = first.Value / Math.Log(classes);
                if (times > 7 && BeginsAtChance(classes) && double.IsPow2(Math.Round(times)) && Math.Abs(times - Math.Round(times)) < options.SumTolerance * times)
                {
                    Open(Summed, Severity.Warning, 0.7, new Evidence("loss", null, first.Step, first.Value, Math.Log(classes), ">"), ("times", Math.Round(times)), ("classes", classes));
                    return;
                }
            }
        }

        /// <summary>Many numbers lie near some power of two times some logarithm: the first score must speak of as many classes.</summary>
        private bool BeginsAtChance(double classes)
        {
            var facts = context.Facts;
            double first = Math.Min(First(Metric.Accuracy), First(Metric.ValidationAccuracy));
            return first > 0.4 / classes && first < (classes > 2 ? 3 / classes : 0.65);

            double First(Metric metric) => facts.Of(metric) is { First: >= 0 } score ? score.First / (score.Maximum > 1.5 ? 100 : 1) : double.PositiveInfinity;
        }

        private void JudgeRest(Statistics.CompactedSeries series)
        {
            var score = context.Facts.Curves.Of(Metric.Accuracy)?.Series;
            if (score is not { BlockCount: >= 5 } || series.BlockCount < 5 || context.Facts.Of(Metric.Accuracy) is not { Minimum: >= 0, Maximum: <= 100 and var highest })
            {
                return;
            }

            double accuracy = score.MeanOf(0.8, 1) / (highest > 1.5 ? 100 : 1);
            double level = series.MeanOf(0.8, 1);
            double entropy = AnswerCost.Entropy(accuracy);
            bool isAtRest = Math.Abs(series.MeanOf(0.6, 0.8) - level) < options.RestShare * level;
            // Where the level is that of probabilities in place of logits, output-loss-mismatch says so, and says more.
            bool isKnown = context.Run.Loss is null && CrossEntropyFloor.Find(context.Facts, null) is not null;
            if (!isKnown && accuracy > options.HighAccuracy && isAtRest && level > options.EntropyMultiple * entropy && level > options.LeastContradiction)
            {
                Open(Contradiction, Severity.Warning, 0.7, new Evidence("loss", null, context.Facts.Of(Metric.Loss)!.Value.LastStep, context.Facts.Of(Metric.Loss)!.Value.Last, null, ">"), ("level", level), ("accuracy", accuracy), ("entropy", entropy));
            }
        }

        private void Open(string variant, Severity severity, double confidence, Evidence evidence, params ReadOnlySpan<(string Name, double Value)> values)
        {
            var symptom = new Symptom { Severity = severity, Confidence = confidence, Variant = variant, FirstStep = _first[0].Step, LastStep = context.Facts.LastStep, Evidence = [evidence] };
            foreach (var (name, value) in values)
            {
                symptom.Values[name] = value;
            }

            context.Open(symptom);
        }

        private static double Median((long Step, double Value)[] first) =>
            Math.Clamp(first[2].Value, Math.Min(first[0].Value, first[1].Value), Math.Max(first[0].Value, first[1].Value));
    }
}
