using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6005: validation jumps.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class NoisyValidation(NoisyValidationOptions options) : Rule<NoisyValidationOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6005",
        Name = "noisy-validation",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"Validation jumps from one time to the next.",
        Explanation = $"Neighbouring validations after the first fifth of the run are compared. The rule fires when the loss jumps several times by half or more, or a score by fifteen points or more, to and fro and to the end, "
            + $"and these swings are large against what was won; a single jump to and fro, and jumps that ceased, are info only. "
            + $"Not counted are jumps that come with a learning rate several times above or below that of the validation before: those are the schedule's.",
        Why = $"The best of such validations is luck: neither early stopping nor a comparison of models can rely on it.",
        Inputs = [Metric.ValidationLoss, Metric.ValidationAccuracy, Metric.ValidationError, Metric.LearningRate],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.EvaluationMode, Cause.BatchTooSmall, Cause.UnscaledData],
        Remedies =
        [
            new($"Lower the learning rate towards the end.", $"Weights that still move far give another network at every validation."),
            new($"Call model.eval() before validation.", $"Dropout and batch statistics are random in training mode."),
            new($"Validate on more samples.", $"The error of a mean falls with the root of their number."),
        ],
        Sources = ["Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, section 5.4", "AUTOTRAINER (ICSE 2021): unstable training"],
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
        bool trainMode = facts.All(Metric.ValidationTrainingMode).Any(item => item.Summary.Maximum > 0);
        IReadOnlyList<CauseLikelihood> causes = trainMode
            ? [new(Cause.EvaluationMode, 0.7), new(Cause.LearningRateTooHigh, 0.2)]
            : [new(Cause.LearningRateTooHigh, 0.5), new(Cause.BatchTooSmall, 0.15), new(Cause.EvaluationMode, 0.15), new(Cause.UnscaledData, 0.1)];
        var remedies = new List<Remedy> { LearningRateRemedies.Lower(facts, 0.1), ModeRemedies.Evaluate(), MoreSamples() };
        if (trainMode)
        {
            (remedies[0], remedies[1]) = (remedies[1], remedies[0]);
        }

        var jump = symptom.Evidence[0];
        double jumps = symptom.Values["jumps"];
        double of = symptom.Values["of"];
        double before = symptom.Values["before"];
        return new Diagnosis(
            $"Validation jumps: {jumps:F0} times in {of:F0} validations",
            symptom.Values["score"] > 0
                ? (Text)$"From step {symptom.FirstStep} to step {symptom.LastStep} the validation score lay between {symptom.Values["lowest"]:G4} and {symptom.Values["highest"]:G4} and jumped {jumps:F0} times from one validation to the next, at its worst from {before:G4} to {jump.Value:G4} at step {jump.Step}."
                : jump.Metric == MetricCatalog.NameOf(Metric.ValidationError)
                ? (Text)$"From step {symptom.FirstStep} to step {symptom.LastStep} the validation error lay between {symptom.Values["lowest"]:G4} and {symptom.Values["highest"]:G4} and jumped {jumps:F0} times from one validation to the next, at its worst from {before:G4} to {jump.Value:G4} at step {jump.Step}."
                : $"From step {symptom.FirstStep} to step {symptom.LastStep} the validation loss lay between {symptom.Values["lowest"]:G4} and {symptom.Values["highest"]:G4} and jumped {jumps:F0} times from one validation to the next, at its worst from {before:G4} to {jump.Value:G4} at step {jump.Step}.",
            causes,
            remedies);
    }

    private static Remedy MoreSamples() => new()
    {
        Title = $"Validate on four times as many samples, always the same ones",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeBatchSize, Factor = 4 }],
        Rationale = $"The error of a mean falls with the root of the number of samples: four times as many halve it.",
        Caveat = $"Samples taken from the training set are missing there.",
        Code = "var (train, validation) = Split(dataset, validationShare: 0.2, seed: 1);",
        Sources = ["Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, section 5.3"],
    };

    private sealed class Evaluator(NoisyValidationOptions options, RuleContext context) : RuleEvaluator
    {
        private static readonly Metric[] Watched = [Metric.ValidationLoss, Metric.ValidationAccuracy, Metric.ValidationError];

        /// <summary>By scope, and within it in the order of <see cref="Watched"/>.</summary>
        private readonly SortedDictionary<int, Jumps> _jumps = [];
        private double _rate = double.NaN;

        public override Text? WhyNotEvaluated => LossCurve.WhyNotMeasurable(context.Run)
            ?? (Most() is var most && most < options.MinimumValidations ? (Text)$"needs {options.MinimumValidations} validations, had {most}" : null);

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.LearningRate)
            {
                _rate = measurement.Scope == ScopeTable.Run ? measurement.Value : _rate;
                return;
            }

            int key = (Watched.Length * measurement.Scope) + Array.IndexOf(Watched, measurement.Metric);
            if (!_jumps.TryGetValue(key, out var jumps))
            {
                _jumps.Add(key, jumps = new Jumps(options, measurement.Metric));
            }

            jumps.Add(measurement, _rate);
        }

        public override void Complete()
        {
            if (WhyNotEvaluated is not null)
            {
                return;
            }

            var found = _jumps.Select(pair => (Key: KeyOf(pair.Key), Jumps: pair.Value, Severity: Judge(KeyOf(pair.Key), pair.Value))).Where(item => item.Severity is not null).ToList();
            if (found.Count > 0)
            {
                var (key, jumps, severity) = found.MaxBy(item => item.Severity);
                Report(key, jumps, severity!.Value);
            }
        }

        private static (Metric Metric, int Scope) KeyOf(int place) => (Watched[place % Watched.Length], place / Watched.Length);

        /// <summary>Several jumps to and fro, not of a training that still falls fast, and large against what was won.</summary>
        private Severity? Judge((Metric Metric, int Scope) key, Jumps jumps)
        {
            if (jumps.Count < options.MinimumValidations || !IsOfShares(key) || context.Facts.Curves.Of(key.Metric, key.Scope) is not { } curve)
            {
                return null;
            }

            double all = jumps.Worse(options.From) + jumps.Better(options.From);
            double worse = jumps.Worse(options.From);
            bool isSeveral = all >= options.LeastJumps && worse >= 2 && all >= options.LeastShare * (1 - options.From) * jumps.Count;
            bool toTheEnd = jumps.Worse(0.5) >= 1 && jumps.Worse(0.5) + jumps.Better(0.5) >= 2;
            return isSeveral && toTheEnd && jumps.Swing(curve.Series, 0.5) > options.LeastSwing ? Severity.Warning : worse >= 1 && all > worse ? Severity.Info : null;
        }

        /// <summary>Of scores and errors only shares of samples are judged: distances and the like have no scale on which a jump is large.</summary>
        private bool IsOfShares((Metric Metric, int Scope) key) => key.Metric == Metric.ValidationLoss
            || context.Facts.Of(key.Metric, key.Scope) is { Minimum: >= 0, Maximum: var highest } && highest <= (key.Metric == Metric.ValidationAccuracy ? 100 : 1);

        private long Most()
        {
            long most = 0;
            foreach (var jumps in _jumps.Values)
            {
                most = Math.Max(most, jumps.Count);
            }

            return most;
        }

        private void Report((Metric Metric, int Scope) key, Jumps jumps, Severity severity)
        {
            var series = context.Facts.Curves.Of(key.Metric, key.Scope)!.Series;
            var part = series.Part(options.From, 1);
            double lowest = double.PositiveInfinity;
            double highest = double.NegativeInfinity;
            for (int i = part.First; i < part.End; i++)
            {
                lowest = Math.Min(lowest, series.Lowests[i]);
                highest = Math.Max(highest, series.Highests[i]);
            }

            context.Open(new Symptom
            {
                Severity = severity,
                Confidence = severity == Severity.Warning ? 0.85 : 0.6,
                FirstStep = series.Steps[part.First],
                LastStep = series.LastStep,
                Evidence = [new Evidence(MetricCatalog.NameOf(key.Metric), key.Scope == ScopeTable.Run ? null : context.Facts.Scopes[key.Scope].Name, jumps.Largest.Step, jumps.Largest.Value, jumps.Largest.Before, key.Metric == Metric.ValidationAccuracy ? "<" : ">")],
                Values =
                {
                    ["jumps"] = jumps.Worse(options.From) + jumps.Better(options.From), ["of"] = Math.Round((1 - options.From) * jumps.Count), ["lowest"] = lowest, ["highest"] = highest,
                    ["before"] = jumps.Largest.Before, ["score"] = key.Metric == Metric.ValidationAccuracy ? 1 : 0,
                },
            });
        }
    }

    /// <summary>Where a validation metric jumped between neighbours: ones and zeros in bounded memory.</summary>
    private sealed class Jumps(NoisyValidationOptions options, Metric metric)
    {
        private readonly bool _isScore = metric == Metric.ValidationAccuracy;
        private CompactedSeries _worse = new();
        private CompactedSeries _better = new();
        private double _previous = double.NaN;
        private double _previousRate = double.NaN;
        private double _scale = 1;

        /// <summary>Gets the number of validations.</summary>
        public long Count { get; private set; }

        /// <summary>Gets the largest jump for the worse: where, to what, from what.</summary>
        public (long Step, double Value, double Before) Largest { get; private set; } = (-1, double.NaN, double.NaN);

        public void Add(in Measurement measurement, double rate)
        {
            double value = measurement.Value;
            bool isOfSchedule = rate > options.RateFactor * _previousRate || _previousRate > options.RateFactor * rate;
            _previousRate = rate;
            if (!double.IsFinite(value))
            {
                return;
            }

            Count++;
            if (_isScore && value > 1.5 && _scale == 1)
            {
                // It is a score in percent: what was small before was no jump.
                (_scale, _worse, _better) = (100, new CompactedSeries(), new CompactedSeries());
            }

            double change = _isScore ? (_previous - value) / _scale : metric == Metric.ValidationError ? value - _previous : value > 0 && _previous > 0 ? Math.Log(value / _previous) : 0;
            double limit = metric == Metric.ValidationLoss ? Math.Log(options.JumpFactor) : options.JumpPoints;
            bool isHalved = _isScore && value >= 0 && value < _previous / 2;
            bool isDoubled = _isScore && _previous >= 0 && value > 2 * _previous;
            if (!double.IsNaN(_previous))
            {
                _worse.Add(measurement.Step, (change > limit || isHalved) && !isOfSchedule ? 1 : 0);
                _better.Add(measurement.Step, (change < -limit || isDoubled) && !isOfSchedule ? 1 : 0);
                double largest = _isScore ? Largest.Before - Largest.Value : Largest.Value / Largest.Before;
                if (!isOfSchedule && !((_isScore ? _previous - value : value / _previous) <= largest))
                {
                    Largest = (measurement.Step, value, _previous);
                }
            }

            _previous = value;
        }

        public double Worse(double from) => CountOf(_worse, from);

        public double Better(double from) => CountOf(_better, from);

        /// <summary>Gets how far a part of the series swings, over what was won before; of a score, over what a perfect one leaves.</summary>
        public double Swing(CompactedSeries series, double from)
        {
            var part = series.Part(from, 1);
            double lowest = double.PositiveInfinity;
            double highest = double.NegativeInfinity;
            for (int i = part.First; i < part.End; i++)
            {
                lowest = Math.Min(lowest, series.Lowests[i]);
                highest = Math.Max(highest, series.Highests[i]);
            }

            double won = _isScore ? highest - Math.Min(series.First, lowest) : series.First - lowest;
            return won > 0 ? (highest - lowest) / won : double.PositiveInfinity;
        }

        private static double CountOf(CompactedSeries series, double from)
        {
            var part = series.Part(from, 1);
            return part.End > part.First ? Math.Round(series.MeanOf(from, 1) * (part.End - part.First) * series.Stride) : 0;
        }
    }
}

/// <summary>Thresholds of <see cref="NoisyValidation"/>.</summary>
public sealed class NoisyValidationOptions
{
    /// <summary>Gets or sets by what factor the learning rate must differ from that of the validation before for a jump to be the schedule's.</summary>
    /// <value>The default is 3: warm restarts raise it a hundredfold, a cosine over many epochs lowers it by a few percent from one to the next; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double RateFactor { get; set; } = 3;

    /// <summary>Gets or sets how many validations are needed.</summary>
    /// <value>The default is 8; at least 6.</value>
    [Range(6, int.MaxValue)]
    public int MinimumValidations { get; set; } = 8;

    /// <summary>Gets or sets the factor between neighbouring validation losses that makes a jump.</summary>
    /// <value>The default is 1.5; bounds 1 to 100.</value>
    [Range(1.0, 100.0)]
    public double JumpFactor { get; set; } = 1.5;

    /// <summary>Gets or sets the difference of neighbouring scores that makes a jump, as 0.15 for 15 points of a hundred; a score that halves or doubles jumps too.</summary>
    /// <value>The default is 0.15; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double JumpPoints { get; set; } = 0.15;

    /// <summary>Gets or sets the share of the run after which jumps count.</summary>
    /// <value>The default is 0.2: while a network learns fast, validation moves far; bounds 0 to 0.9.</value>
    [Range(0.0, 0.9)]
    public double From { get; set; } = 0.2;

    /// <summary>Gets or sets how many jumps are several.</summary>
    /// <value>The default is 3; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int LeastJumps { get; set; } = 3;

    /// <summary>Gets or sets what share of the neighbours must jump.</summary>
    /// <value>The default is 0.1; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastShare { get; set; } = 0.1;

    /// <summary>Gets or sets the share of what was won since the first validation that the swings of the last half must reach.</summary>
    /// <value>The default is 0.15; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double LeastSwing { get; set; } = 0.15;
}
