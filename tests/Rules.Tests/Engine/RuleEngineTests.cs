using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Tests.Engine;

public sealed class RuleEngineTests
{
    private static readonly DeadUnits Dead = new(new() { Patience = 2 });

    [Fact]
    public void AThrowingRuleCostsItselfOnly()
    {
        var trace = Trace.Of(Metric.DeadFraction, "relu", 0.9, 0.9, 0.9);

        var diagnosis = RuleVerifier.Diagnose([new ThrowingRule(), Dead], trace);

        Assert.Contains(diagnosis.Findings, finding => finding.Rule.Id == "TD3001");
        var fault = Assert.Single(diagnosis.Findings, finding => finding.Rule.Id == "TD0001");
        Assert.Contains("deliberate", fault.Message.ToString(), StringComparison.Ordinal);
        Assert.Equal(RuleOutcome.NotEvaluated, diagnosis.Rules[0].Outcome);
    }

    [Fact]
    public void ARuleThatIsOffFindsNothingAndSaysWhy()
    {
        var scopes = new ScopeTable();
        var engine = new RuleEngine(new RuleSet([new ConfiguredRule(Dead, OffReason: "known sparse layer")]), scopes);

        var diagnosis = Feed(engine, scopes, Trace.Of(Metric.DeadFraction, "relu", 0.9, 0.9, 0.9));

        Assert.Empty(diagnosis.Findings);
        Assert.Equal((RuleOutcome.Off, "known sparse layer"), (diagnosis.Rules[0].Outcome, diagnosis.Rules[0].Reason!.ToString()));
    }

    [Fact]
    public void AnOverrideHoldsForTheLayersThatItsPatternFits()
    {
        var scopes = new ScopeTable();
        var configured = new ConfiguredRule(Dead)
        {
            Overrides = [new LayerOverride("gate.*", OffReason: "sparse on purpose"), new LayerOverride("head*", Severity: Severity.Info)],
        };
        var trace = Trace.Of(Metric.DeadFraction, "gate.relu", 0.9, 0.9).And(Trace.Of(Metric.DeadFraction, "head", 0.9, 0.9));

        var finding = Assert.Single(Feed(new RuleEngine(new RuleSet([configured]), scopes), scopes, trace).Findings);

        Assert.Equal((Severity.Info, "head"), (finding.Severity, Assert.Single(finding.Layers)));
    }

    [Fact]
    public void StatusesThatSayTheSameAreOneObject()
    {
        IReadOnlyList<RuleStatus> Statuses() => RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), Trace.Of(Metric.Loss, 2.3, 2.2, 2.1)).Rules;

        var one = Statuses();

        Assert.All(one.Zip(Statuses()), pair => Assert.Same(pair.First, pair.Second));
        Assert.Equal(one.Count, one.Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    [Fact]
    public void AFindingIsAnnouncedOnceWhenItOpens()
    {
        var scopes = new ScopeTable();
        var engine = new RuleEngine(RuleSet.Of([Dead]), scopes);
        var opened = new List<Finding>();
        engine.FindingOpened += opened.Add;

        Feed(engine, scopes, Trace.Of(Metric.DeadFraction, "a", 0.9, 0.9, 0.9).And(Trace.Of(Metric.DeadFraction, "b", 0.9, 0.9, 0.9)));

        Assert.Equal("TD3001", Assert.Single(opened).Rule.Id);
    }

    [Fact]
    public void NothingMeasuredIsInconclusive()
    {
        var diagnosis = RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), new Trace());

        Assert.Equal(Verdict.Inconclusive, diagnosis.Verdict);
        Assert.Null(diagnosis.Primary);
        Assert.DoesNotContain(diagnosis.Rules, status => status.Outcome == RuleOutcome.Found);
    }

    private static RunDiagnosis Feed(RuleEngine engine, ScopeTable scopes, Trace trace)
    {
        engine.Begin(new RunDescription());
        foreach (var (step, metric, kind, scope, value) in trace.Rows)
        {
            engine.Observe(new Measurement(step, metric, scopes.Intern(kind, scope), value));
        }

        return engine.Diagnose();
    }

    [Fact]
    public void ARuleMayFillItsSymptomAfterOpeningIt()
    {
        var scopes = new ScopeTable();
        var engine = new RuleEngine(RuleSet.Of([new LateFillingRule()]), scopes);
        var opened = new List<Finding>();
        engine.FindingOpened += opened.Add;

        var diagnosis = Feed(engine, scopes, Trace.Of(Metric.DeadFraction, "a", 0.9));

        Assert.Equal("42", Assert.Single(opened).Message.ToString());
        Assert.Equal("TD3001", Assert.Single(diagnosis.Findings).Rule.Id);
    }

    private sealed class LateFillingRule : Rule
    {
        public override RuleDescriptor Descriptor => DeadUnits.Metadata;

        public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(context);

        public override Diagnosis Diagnose(Symptom symptom, RunFacts facts) => new($"late", $"{symptom.Values["late"]:F0}", [new(Cause.DyingRelu, 1)], []);

        private sealed class Evaluator(RuleContext context) : RuleEvaluator
        {
            public override void Observe(in Measurement measurement) =>
                context.Open(new Symptom { Severity = Severity.Warning, Evidence = [] }).Values["late"] = 42;
        }
    }

    private sealed class ThrowingRule : Rule
    {
        public override RuleDescriptor Descriptor => DeadUnits.Metadata with { Id = "TD9999", Name = "throwing" };

        public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator();

        public override Diagnosis Diagnose(Symptom symptom, RunFacts facts) => throw new InvalidOperationException();

        private sealed class Evaluator : RuleEvaluator
        {
            public override void Observe(in Measurement measurement) => throw new InvalidOperationException("a deliberate fault");
        }
    }
}
