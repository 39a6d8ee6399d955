using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Triage;

namespace TrainingDoctor.Tests.Examples;

/// <summary>A headline names the likeliest cause and the first remedy in one breath: the one must answer the other, whatever is known of the run.</summary>
public sealed class RemedyAnswersCauseTests
{
    /// <summary>Their titles are the mistake itself, and headlines name no cause behind them.</summary>
    private static readonly RuleCategory[] NamingTheirCause = [RuleCategory.Structure, RuleCategory.Inputs, RuleCategory.Diagnosis, RuleCategory.Operation];

    /// <summary>A score that is computed wrongly: no cause in the list says so, and the remedy does.</summary>
    private const string WithoutItsCause = "TD6011";

    private static readonly Dictionary<string, Func<RunDescription, RunDescription>> Situations = new()
    {
        ["as it is"] = run => run,
        ["fine-tuned"] = run => run with { Situation = new RunSituation { IsPretrained = true } },
        ["fine-tuned in bf16"] = run => run with { Situation = new RunSituation { IsPretrained = true, Precision = "bf16" } },
        ["by a trainer of half precision"] = run => run with { Framework = "nanogpt" },
    };

    private static readonly Dictionary<string, (string Rule, Trace Trace)> Broken = new()
    {
        ["the validation loss ends infinite"] = ("TD4001", Losses(60, step => 2 - (0.01 * step), step => step < 30 ? 2 : double.PositiveInfinity)),
        ["the validation loss was infinite"] = ("TD4001", Losses(60, step => 2 - (0.01 * step), step => step is > 10 and < 20 ? double.PositiveInfinity : 2)),
        ["the loss grew before it was NaN"] = ("TD4001", Losses(60, step => step < 40 ? Math.Pow(1.2, step) : double.NaN)),
        ["the loss was NaN at once"] = ("TD4001", Losses(60, _ => double.NaN)),
        ["the loss is zero throughout"] = ("TD4009", Losses(60, _ => 0)),
        ["the loss fell to zero"] = ("TD4009", Losses(60, step => step < 30 ? 2 - (0.01 * step) : 0)),
    };

    public static TheoryData<string, string> Examples => Pairs(RuleExamples.All.Values.Where(example => !NamingTheirCause.Contains(RuleCatalog.Find(example.RuleId)!.Descriptor.Category) && example.RuleId != WithoutItsCause).Select(example => example.RuleId));

    public static TheoryData<string, string> BrokenNumbers => Pairs(Broken.Keys);

    [Theory]
    [MemberData(nameof(Examples))]
    public void TheFirstRemedyAnswersTheLikeliestCause(string ruleId, string situation)
    {
        var example = RuleExamples.All[ruleId];
        foreach (var finding in RuleVerifier.Run(example.CreateRule(), example.Ill, Situations[situation](example.IllRun)))
        {
            // A framework may offer none of the changes that would: then the first of those it offers stands.
            var answer = finding.Remedies.FirstOrDefault(remedy => CauseAnswers.Answers(remedy, finding.Causes[0].Cause));
            Assert.Same(answer ?? (situation == "as it is" ? null : finding.Remedies[0]), finding.Remedies[0]);
        }
    }

    [Theory]
    [MemberData(nameof(BrokenNumbers))]
    public void SoItIsWithNumbersThatBreak(string how, string situation)
    {
        var (ruleId, trace) = Broken[how];
        var finding = Assert.Single(RuleVerifier.Run(RuleCatalog.Find(ruleId)!.CreateDefault(), trace, Situations[situation](new RunDescription())));

        var answer = finding.Remedies.FirstOrDefault(remedy => CauseAnswers.Answers(remedy, finding.Causes[0].Cause));
        Assert.Same(answer ?? (situation == "as it is" ? null : finding.Remedies[0]), finding.Remedies[0]);
    }

    [Fact]
    public void EveryCauseHasAnAnswer() =>
        Assert.All(Enum.GetValues<Cause>(), cause => Assert.Contains(Enum.GetValues<RemedyActionKind>(), kind => CauseAnswers.Answers(
            new Remedy { Title = $"Do it", Rationale = $"It helps.", Actions = [new RemedyAction { Kind = kind }] }, cause)));

    private static Trace Losses(int count, Func<int, double> training, Func<int, double>? validation = null)
    {
        var steps = Enumerable.Range(0, count).ToList();
        var trace = Trace.Of(Metric.Loss, steps.Select(training));
        return validation is null ? trace : trace.And(Trace.Of(Metric.ValidationLoss, steps.Select(validation)));
    }

    private static TheoryData<string, string> Pairs(IEnumerable<string> names)
    {
        var pairs = new TheoryData<string, string>();
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            foreach (string situation in Situations.Keys)
            {
                pairs.Add(name, situation);
            }
        }

        return pairs;
    }
}
