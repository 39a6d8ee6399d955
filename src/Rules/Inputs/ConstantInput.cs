using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1003: inputs do not vary, or batches repeat.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ConstantInput(ConstantInputOptions options) : Rule<ConstantInputOptions>(options)
{
    private const string Blank = "blank";
    private const string SameRows = "same-rows";
    private const string Repeated = "repeated";
    private const string Stale = "stale";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1003",
        Name = "constant-input",
        Category = RuleCategory.Inputs,
        Severity = Severity.Warning,
        Summary = $"Inputs do not vary, or batches repeat.",
        Explanation = $"Three faults: all values of all batches are one number; all samples of a batch are equal; one batch comes again and again although an epoch has several steps, or although the "
            + $"targets change. A full batch is the same at every step, too, and healthy.",
        Why = $"What does not vary carries no information: the model can only learn the mean answer.",
        Inputs = [Metric.InputStandardDeviation, Metric.InputMean, Metric.InputConstantFraction, Metric.InputIdenticalBatch, Metric.TargetMean, Metric.TargetSortedFraction, Metric.Epoch],
        RequiredInputs = [Metric.InputStandardDeviation],
        Granularity = ScopeKind.Run,
        Causes = [Cause.CorruptData, Cause.DataOrder],
        Remedies =
        [
            new($"Look at a batch as the model gets it; repair loading and preprocessing.", $"A constant input is nearly always a fault of the loader."),
        ],
        Sources = ["TheDeepChecker (TOSEM 2022): constant features", "Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks: look at the data as the network sees it"],
        Limitations = $"A model that is fed a constant on purpose (a generator without noise) is not a fault. In reinforcement learning the first of several calls in a step is where episodes begin: there it is info.",
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
        (Text Title, Text Message) said = symptom.Variant switch
        {
            Blank => ($"All inputs are one number", $"{Quotation.Span(symptom, facts, Metric.InputStandardDeviation)} every value of every measured batch was {facts.Of(Metric.InputMean)?.Last:G4}."),
            SameRows => ($"All samples of a batch are equal", $"{Quotation.Span(symptom, facts, Metric.InputStandardDeviation)} no feature varied between the samples of a batch."),
            Stale => ($"The input repeats while the targets change", $"{Quotation.Span(symptom, facts, Metric.InputStandardDeviation)} every batch of inputs equalled the one before it, but its targets did not."),
            _ => ($"One batch comes again and again", $"{Quotation.Span(symptom, facts, Metric.InputStandardDeviation)} {symptom.Evidence[0].Value:P0} of the measured batches equalled the one before, although an epoch has {symptom.Values["steps"]:F1} steps."),
        };
        bool repeats = symptom.Variant is Repeated or Stale;
        return new Diagnosis(
            said.Title,
            said.Message,
            repeats ? [new(Cause.CorruptData, 0.6), new(Cause.DataOrder, 0.35)] : [new(Cause.CorruptData, 0.9)],
            repeats ? [InspectLoader(), DataRemedies.Shuffle()] : [InspectLoader()]);
    }

    private static Remedy InspectLoader() => new()
    {
        Title = $"Look at two batches as the model gets them, and repair the loader",
        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
        Rationale = $"An enumerator that is never advanced, a file that is not found, or a division of integers gives such batches.",
        Caveat = $"Look behind the last preprocessing step, not before it.",
        Code = "Console.WriteLine(x.std(dim: 0)); Console.WriteLine(x[0]); Console.WriteLine(x[1]);",
        Sources = ["Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks"],
    };

    private sealed class Evaluator(ConstantInputOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _blank = new(context, options.Patience, Blank);
        private readonly SymptomTracker _rows = new(context, options.Patience, SameRows);
        private readonly SymptomTracker _stale = new(context, options.Patience, Stale);
        private double _deviation = double.NaN;
        private double _mean = double.NaN;
        private double _constant = double.NaN;
        private double _identical = double.NaN;
        private double _target = double.NaN;
        private double _previousMean = double.NaN;
        private double _previousTarget = double.NaN;
        private double _order = double.NaN;
        private double _previousOrder = double.NaN;
        private long _repeats;
        private long _since;
        private long _samples;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_samples, options.Patience, Metric.InputStandardDeviation);

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.InputStandardDeviation:
                    _deviation = measurement.Value;
                    break;
                case Metric.InputMean:
                    _mean = measurement.Value;
                    break;
                case Metric.InputConstantFraction:
                    _constant = measurement.Value;
                    break;
                case Metric.InputIdenticalBatch:
                    _identical = measurement.Value;
                    break;
                case Metric.TargetMean:
                    _target = measurement.Value;
                    break;
                case Metric.TargetSortedFraction:
                    _order = measurement.Value;
                    break;
                default:
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            if (double.IsNaN(_deviation))
            {
                (_target, _order) = (double.NaN, double.NaN);
                return;
            }

            _samples++;
            bool sameMean = double.IsNaN(_previousMean) || double.IsNaN(_mean) || _mean == _previousMean;
            bool blank = _blank.Observe(step, _deviation == 0 && sameMean, new Reading(Metric.InputStandardDeviation, _deviation, 0, "<="));
            _rows.Observe(step, _constant >= 1 && _deviation > 0 && !blank, new Reading(Metric.InputConstantFraction, _constant, 1, ">="));
            CountRepeats(step);
            (_previousMean, _previousTarget, _previousOrder) = (_mean, _target, _order);
            (_deviation, _mean, _constant, _identical, _target, _order) = (double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        }

        public override void Complete()
        {
            bool isBeginning = IsBeginningOfEpisodes();
            foreach (var symptom in (Symptom?[])[_blank.Symptom, _rows.Symptom, _stale.Symptom])
            {
                if (isBeginning && symptom is not null)
                {
                    symptom.Severity = Severity.Info;
                }
            }

            // Only the number of steps in an epoch tells a batch that repeats from a full one.
            double steps = context.Facts.Epochs is > 0 and var epochs ? context.Facts.StepCount / epochs : 0;
            if (_repeats < options.Patience || _repeats < options.RepeatedShare * (_samples - 1) || steps < options.MinimumEpochSteps || _blank.Symptom is not null || _stale.Symptom is not null)
            {
                return;
            }

            var repeated = context.Open(new Symptom
            {
                Severity = isBeginning ? Severity.Info : Severity.Warning,
                Variant = Repeated,
                FirstStep = _since,
                LastStep = context.Facts.LastStep,
                Evidence = [new Evidence("repeated_batch_share", null, context.Facts.LastStep, (double)_repeats / (_samples - 1), options.RepeatedShare, ">=")],
            });
            repeated.Values["steps"] = steps;
        }

        /// <summary>Who acts is called several times in a step, and each time but the first with what came of the call before: what is measured is where episodes begin, mostly at one place.</summary>
        private bool IsBeginningOfEpisodes() => context.Run.Task is TrainingTask.Reinforcement or TrainingTask.PolicyOptimization
            && context.Facts.All(Metric.CallCount).Any(item => item.Summary.Maximum >= 2 * (context.Facts.LastStep + 1));

        /// <summary>Numbers that are not known differ from none.</summary>
        private static bool Differ(double one, double other) => Math.Abs(one - other) > 1e-6 * Math.Max(1, Math.Abs(one));

        private void CountRepeats(long step)
        {
            if (double.IsNaN(_identical))
            {
                return;
            }

            if (_identical > 0 && _repeats++ == 0)
            {
                _since = step;
            }

            bool hasMeans = !double.IsNaN(_target) && !double.IsNaN(_previousTarget);
            bool changed = hasMeans ? Differ(_target, _previousTarget) : Differ(_order, _previousOrder);
            _stale.Observe(step, _identical > 0 && changed && _blank.Symptom is null, new Reading(Metric.InputIdenticalBatch, 1, 0, ">"));
        }
    }
}

/// <summary>Thresholds of <see cref="ConstantInput"/>.</summary>
public sealed class ConstantInputOptions
{
    /// <summary>Gets or sets how many measured batches in a row must be constant.</summary>
    /// <value>The default is 10; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 10;

    /// <summary>Gets or sets the share of batches that must equal the one before.</summary>
    /// <value>The default is 0.9: the first batch of an epoch may differ; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double RepeatedShare { get; set; } = 0.9;

    /// <summary>Gets or sets how many steps an epoch must have for equal batches to be a fault.</summary>
    /// <value>The default is 1.9: with one step per epoch, the batch is the whole data set; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double MinimumEpochSteps { get; set; } = 1.9;
}
