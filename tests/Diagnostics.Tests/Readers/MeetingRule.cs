namespace TrainingDoctor.Tests.Readers;

/// <summary>A rule that waits at the first loss of its run until as many other runs have come so far.</summary>
/// <param name="meeting">Where they meet.</param>
internal sealed class MeetingRule(Barrier meeting) : Rule<MeetingRule.MeetingOptions>(new MeetingOptions())
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "TD4998",
        Name = "meeting",
        Category = RuleCategory.Loss,
        Severity = Severity.Info,
        Summary = $"A sample.",
        Explanation = $"A sample.",
        Why = $"A sample.",
        Inputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [],
        Remedies = [],
        Sources = ["None"],
    };

    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(meeting);

    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts) => throw new NotSupportedException();

    internal sealed class MeetingOptions;

    private sealed class Evaluator(Barrier meeting) : RuleEvaluator
    {
        private bool _hasMet;

        public override void Observe(in Measurement measurement)
        {
            if (!_hasMet)
            {
                _hasMet = meeting.SignalAndWait(TimeSpan.FromMinutes(1)) ? true : throw new TimeoutException("The other logs are not read meanwhile.");
            }
        }
    }
}
