namespace TrainingDoctor.Tests.Hostile;

/// <summary>Where something of the diagnosis may throw.</summary>
public enum ThrowingPlace
{
    /// <summary>When a rule makes its evaluator.</summary>
    CreateEvaluator,

    /// <summary>When the evaluator begins.</summary>
    Begin,

    /// <summary>At a measurement.</summary>
    Observe,

    /// <summary>At the end of a step.</summary>
    StepCompleted,

    /// <summary>At the end of the run.</summary>
    Complete,

    /// <summary>When it says why it could not judge.</summary>
    WhyNotEvaluated,

    /// <summary>When it puts a symptom into words.</summary>
    Diagnose,

    /// <summary>When a sentence is written out.</summary>
    Wording,
}

/// <summary>A rule that throws at a place of the test's choosing, in the runs whose name says so.</summary>
/// <param name="place">Where.</param>
/// <param name="step">At which step.</param>
internal sealed class ThrowingRule(ThrowingPlace place, long step) : Rule<ThrowingRule.ThrowingOptions>(new ThrowingOptions())
{
    /// <summary>What the names of runs begin with in which the rule throws.</summary>
    public const string Victim = "victim";

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "TD4997",
        Name = "throwing",
        Category = RuleCategory.Loss,
        Severity = Severity.Warning,
        Summary = $"A sample.",
        Explanation = $"A sample.",
        Why = $"A sample.",
        Inputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [],
        Remedies = [],
        Sources = ["None"],
    };

    public override RuleEvaluator CreateEvaluator(RuleContext context) => Throws(context.Run, ThrowingPlace.CreateEvaluator) ? throw Fault() : new Evaluator(this, context);

    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts) => Throws(facts.Run, ThrowingPlace.Diagnose)
        ? throw Fault()
        : new Diagnosis($"A sample", $"{(Throws(facts.Run, ThrowingPlace.Wording) ? new Unspeakable() : "A sample")} was found.", [], [new Remedy { Title = $"Wait", Actions = [], Rationale = $"A sample." }]);

    private static InvalidOperationException Fault() => new("A fault of the rule.");

    private bool Throws(RunDescription run, ThrowingPlace at) => place == at && run.Name.StartsWith(Victim, StringComparison.Ordinal);

    internal sealed class ThrowingOptions;

    private sealed class Unspeakable
    {
        public override string ToString() => throw Fault();
    }

    private sealed class Evaluator(ThrowingRule rule, RuleContext context) : RuleEvaluator
    {
        private bool _isOpen;

        public override Text? WhyNotEvaluated => rule.Throws(context.Run, ThrowingPlace.WhyNotEvaluated) ? throw Fault() : null;

        public override void Begin() => At(ThrowingPlace.Begin);

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Step >= rule.Step && rule.Opens && !_isOpen)
            {
                _isOpen = true;
                context.Open(new Symptom { Severity = Severity.Warning, Confidence = 0.5, FirstStep = measurement.Step, Evidence = [] });
            }

            if (measurement.Step == rule.Step)
            {
                At(ThrowingPlace.Observe);
            }
        }

        public override void StepCompleted(long step)
        {
            if (step == rule.Step)
            {
                At(ThrowingPlace.StepCompleted);
            }
        }

        public override void Complete() => At(ThrowingPlace.Complete);

        private void At(ThrowingPlace here)
        {
            if (rule.Throws(context.Run, here))
            {
                throw Fault();
            }
        }
    }

    private long Step => step;

    private bool Opens => place is ThrowingPlace.Diagnose or ThrowingPlace.Wording;
}
