using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Operation;

/// <summary>TD8521: the run leaves what one's own good runs do.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class OutsideLearntNormality(OutsideLearntNormalityOptions options) : Rule<OutsideLearntNormalityOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD8521",
        Name = "outside-learnt-normality",
        Category = RuleCategory.Operation,
        Severity = Severity.Warning,
        Summary = $"A series of the run leaves what one's own good runs do in the same phase of training.",
        Explanation = $"A file that `traindoctor learn` wrote holds, for each series and for the relations of some, what good runs usually do in each phase of training, and how far they are from each other; of few good runs, what two seeds usually differ by stands in. A series departs when a person would see the difference, when it lasts, when it is beyond every good run, and when chance does not do it: of all departures that are told, at most the set share is false (Benjamini and Hochberg 1995). While the run goes on the share is smaller, since it is looked at more than once.",
        Why = $"Thresholds that hold for everybody's trainings are wide. What one's own good runs do is narrow, and shows a fault that still looks like a training.",
        Inputs = [.. MetricCatalog.All.Select(info => info.Metric)],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.UnscaledData, Cause.PoorInitialization, Cause.LearningRateTooHigh, Cause.LearningRateTooLow, Cause.OptimizerMismatch, Cause.WrongLoss, Cause.MismatchedPreprocessing],
        Remedies =
        [
            new($"Compare the run with a good one by `traindoctor diff`.", $"It names what was set differently, and where the two part."),
            new($"Learn again when the change was meant.", $"Normality is that of the runs it was learnt from; after a change of model, data or schedule they are no longer the measure."),
        ],
        Sources =
        [
            "Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57: Controlling the false discovery rate",
            "Student 1908, Biometrika 6: The probable error of a mean",
            "Hahn and Meeker 1991, Statistical Intervals: prediction intervals for one future observation",
        ],
        Limitations = $"Judges steps that the good runs had, too. A change that was meant is outside as well as a fault. With a single good run, what two seeds usually differ by decides; three or more tell it of one's own training.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <summary>Gets what good runs usually do; null when none were given, and nothing can be said.</summary>
    public INormalRuns? Normal { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Metric> Observed => Normal is null ? [] : Metadata.Inputs;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, Normal, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        var leading = (NormalDeparture)symptom.Subject!;
        int runs = Normal?.RunCount ?? 1;
        int others = (int)symptom.Values[nameof(NormalJudgement.Departures)] - 1;
        int compared = (int)symptom.Values[nameof(NormalJudgement.SeriesCompared)];
        Text usual = runs == 1 ? (Text)$"the good run had {leading.Typical:G4}" : (Text)$"{runs} good runs had {leading.Typical:G4} ({leading.Low:G4} to {leading.High:G4})";
        Text here = leading.Count == 1 && !leading.IsRelation ? (Text)$"at step {leading.LastStep}, {leading.Name} is {leading.Value:G4}" : (Text)$"over steps {leading.FirstStep} to {leading.LastStep}, {leading.Name} is {leading.Value:G4} on average";
        Text more = others == 0 ? (Text)$"no other of {compared} series is outside" : (Text)$"{others} more of {compared} series are outside too";
        return new Diagnosis(
            $"{leading.Name} is outside what your good runs do from step {leading.FirstStep} on",
            $"First {here}, where {usual}; {more}.",
            CausesOf(leading),
            [
                new Remedy
                {
                    Title = $"Compare the run with a good one: traindoctor diff GOOD --against THIS",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.CompareRuns }],
                    Rationale = $"It names what was set differently and where the two part; this rule says only that they do.",
                    Caveat = $"Where the change was meant, learn again from good runs with it.",
                    Sources = ["Benjamini and Hochberg 1995"],
                },
                DataRemedies.Inspect(),
            ]);
    }

    /// <summary>What usually acts where a series departs; no more than that is known.</summary>
    private static CauseLikelihood[] CausesOf(NormalDeparture departure)
    {
        bool isLarger = departure.Value > departure.Typical;
        string name = MetricCatalog.NameOf(departure.Metric);
        return name.Split('_')[0] switch
        {
            "input" or "target" => [new(Cause.UnscaledData, 0.5)],
            "learning" => [new(isLarger ? Cause.LearningRateTooHigh : Cause.LearningRateTooLow, 0.6)],
            "update" or "weight" or "global" or "gradient" => [new(isLarger ? Cause.LearningRateTooHigh : Cause.LearningRateTooLow, 0.35), new(Cause.OptimizerMismatch, 0.15)],
            "validation" => [new(Cause.MismatchedPreprocessing, 0.3)],
            "loss" => [new(Cause.WrongLoss, 0.2), new(isLarger ? Cause.LearningRateTooHigh : Cause.LearningRateTooLow, 0.2)],
            _ => [new(Cause.PoorInitialization, 0.3), new(Cause.UnscaledData, 0.2)],
        };
    }

    private sealed class Evaluator(OutsideLearntNormalityOptions options, INormalRuns? normal, RuleContext context) : RuleEvaluator
    {
        /// <summary>The first look; each next comes after twice as many steps.</summary>
        private const long FirstLook = 32;

        private readonly INormalComparison? _comparison = normal?.Follow(context.Facts.Scopes);
        private NormalJudgement? _judgement;
        private Symptom? _symptom;
        private long _next = FirstLook;

        public override Text? WhyNotEvaluated => normal is null ? (Text)$"no good runs to hold it against; 'traindoctor learn' makes a file of them, --normal takes it"
            : _judgement is null or { SeriesCompared: 0 } ? (Text)$"nothing that was measured is in the file of good runs"
            : _judgement.PhasesCompared < options.MinimumPhases ? (Text)$"needs {options.MinimumPhases} phases of training in common with the good runs, had {_judgement.PhasesCompared}"
            : null;

        public override void Observe(in Measurement measurement) => _comparison?.Observe(measurement);

        public override void StepCompleted(long step)
        {
            if (_comparison is not null && step >= _next)
            {
                _next = 2 * step;
                Judge(options.RunningFalseDiscoveryRate);
            }
        }

        public override void Complete()
        {
            if (_comparison is not null)
            {
                Judge(options.FalseDiscoveryRate);
            }
        }

        private void Judge(double rate)
        {
            _judgement = _comparison!.Judge(context.Run, rate);
            if (_judgement.PhasesCompared < options.MinimumPhases || _judgement.Departures.Count == 0)
            {
                return;
            }

            // What is better than in any good run alone is worth a look and no warning.
            var leading = _judgement.Departures.FirstOrDefault(departure => !departure.IsBetter) ?? _judgement.Departures[0];
            var severity = leading.IsBetter ? Severity.Info : Severity.Warning;
            _symptom ??= context.Open(new Symptom
            {
                Severity = severity,
                Confidence = 1 - Math.Min(0.5, leading.FalseDiscoveryRate),
                FirstStep = leading.FirstStep,
                Layers = leading.Scope.Length == 0 ? [] : [leading.Scope],
                Evidence = [Evidence(leading)],
                Subject = leading,
            });
            if (severity > _symptom.Severity)
            {
                _symptom.Severity = severity;
                _symptom.Subject = leading;
                _symptom.Layers = leading.Scope.Length == 0 ? [] : [leading.Scope];
                _symptom.Evidence[0] = Evidence(leading);
            }

            _symptom.LastStep = Math.Max(_symptom.LastStep ?? 0, context.Facts.LastStep);
            _symptom.Values[nameof(NormalJudgement.Departures)] = _judgement.Departures.Count;
            _symptom.Values[nameof(NormalJudgement.SeriesCompared)] = _judgement.SeriesCompared;
        }

        private static Evidence Evidence(NormalDeparture departure)
        {
            bool isAbove = departure.Value > departure.Typical;
            return new Evidence(
                departure.IsRelation ? departure.Name : MetricCatalog.NameOf(departure.Metric),
                departure.Scope.Length == 0 ? null : departure.Scope,
                departure.LastStep,
                departure.Value,
                isAbove ? departure.High : departure.Low,
                isAbove ? ">" : "<")
            {
                MeanOf = departure.Count == 1 || departure.IsRelation ? null : departure.Count,
                FromStep = departure.Count == 1 || departure.IsRelation ? null : departure.FirstStep,
            };
        }
    }
}

/// <summary>Thresholds of <see cref="OutsideLearntNormality"/>.</summary>
public sealed class OutsideLearntNormalityOptions
{
    /// <summary>Gets or sets the share of false ones that is accepted among departures when the run is over.</summary>
    /// <value>The default is 0.05, as Benjamini and Hochberg (1995) and the comparison of runs have it; bounds 0.000001 to 0.5.</value>
    [Range(1e-6, 0.5)]
    public double FalseDiscoveryRate { get; set; } = 0.05;

    /// <summary>Gets or sets the share of false ones that is accepted while the run goes on, at each look.</summary>
    /// <value>The default is 0.002: about 20 looks of a run of 30 million steps together have less than the last one; bounds 0.000001 to 0.5.</value>
    [Range(1e-6, 0.5)]
    public double RunningFalseDiscoveryRate { get; set; } = 0.002;

    /// <summary>Gets or sets in how many phases of training the run and the good runs must have been measured.</summary>
    /// <value>The default is 3, so that a difference can last; at least 1.</value>
    [Range(1, 1000)]
    public int MinimumPhases { get; set; } = 3;
}
