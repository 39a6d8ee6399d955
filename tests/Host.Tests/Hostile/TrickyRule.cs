namespace TrainingDoctor.Tests.Hostile;

/// <summary>A rule that throws at the thirtieth step of the run whose name it knows.</summary>
internal sealed class TrickyRule() : Rule<TrickyRule.TrickyOptions>(new TrickyOptions())
{
    /// <summary>The name of the run.</summary>
    public const string Victim = "victim";

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "TD4996",
        Name = "tricky",
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

    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(context);

    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts) => throw new NotSupportedException();

    internal sealed class TrickyOptions;

    private sealed class Evaluator(RuleContext context) : RuleEvaluator
    {
        public override void Observe(in Measurement measurement)
        {
            if (measurement.Step == 30 && context.Run.Name == Victim)
            {
                throw new InvalidOperationException("A fault of the rule.");
            }
        }
    }
}
