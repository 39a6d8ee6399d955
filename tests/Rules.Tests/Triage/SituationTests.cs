using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Knowledge.Frameworks;
using TrainingDoctor.Rules.Triage;
using TrainingDoctor.Tests.Examples;
using TrainingDoctor.Tests.Laws;

namespace TrainingDoctor.Tests.Triage;

/// <summary>No remedy is given outside where it applies, and each is said as the run's framework says it.</summary>
public sealed class SituationTests
{
    /// <summary>What an expert would smile at, by the situation in which he would.</summary>
    private static readonly Dictionary<string, RemedyActionKind[]> Misplaced = new()
    {
        ["fine-tuned language model"] = [RemedyActionKind.ReplaceActivation, RemedyActionKind.Reinitialize, RemedyActionKind.IncreaseCapacity, RemedyActionKind.ReduceCapacity, RemedyActionKind.AddNormalization, RemedyActionKind.ChangeOutputActivation, RemedyActionKind.ZeroGradients, RemedyActionKind.CallModulesWithCall],
        ["detector"] = [RemedyActionKind.ReplaceActivation, RemedyActionKind.Reinitialize, RemedyActionKind.IncreaseCapacity, RemedyActionKind.ReduceCapacity, RemedyActionKind.AddNormalization, RemedyActionKind.ChangeOutputActivation, RemedyActionKind.ZeroGradients, RemedyActionKind.UnmaskLabels, RemedyActionKind.ChangeLoss],
        ["boosting"] = [RemedyActionKind.ReplaceActivation, RemedyActionKind.Reinitialize, RemedyActionKind.ClipGradientNorm, RemedyActionKind.AddWarmup, RemedyActionKind.AddWeightDecay, RemedyActionKind.AddDropout, RemedyActionKind.AddNormalization, RemedyActionKind.ChangeBatchSize, RemedyActionKind.ScaleInputs, RemedyActionKind.SetEvaluationMode, RemedyActionKind.ChangePrecision, RemedyActionKind.UnmaskLabels],
        ["boosting by whoever"] = [RemedyActionKind.ReplaceActivation, RemedyActionKind.ClipGradientNorm, RemedyActionKind.AddWarmup, RemedyActionKind.AddDropout, RemedyActionKind.AddNormalization, RemedyActionKind.ChangeBatchSize, RemedyActionKind.ZeroGradients, RemedyActionKind.ChangePrecision],
        ["diffusion model"] = [RemedyActionKind.ReplaceActivation, RemedyActionKind.Reinitialize, RemedyActionKind.ChangeOutputActivation, RemedyActionKind.UnmaskLabels],
    };

    public static TheoryData<string> Rules => [.. RuleExamples.All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whatever rule fires, in each situation nothing misplaced is advised, and something is.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void NothingMisplacedIsAdvised(string rule)
    {
        var example = RuleExamples.All[rule];
        var diagnosis = RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), example.Ill, example.IllRun);
        foreach (var (situation, kinds) in Misplaced)
        {
            var run = Run(situation);
            foreach (var finding in Situation.Fit(diagnosis.Findings, run))
            {
                Assert.NotEmpty(finding.Remedies);
                Assert.DoesNotContain(finding.Remedies.SelectMany(remedy => remedy.Actions), action => kinds.Contains(action.Kind));
                Assert.All(finding.Remedies, remedy => Assert.True(remedy.Code is null || (remedy.Framework == FrameworkCatalog.Of(run).Name && situation != "boosting by whoever"), $"{situation}: {remedy.Code}"));
            }
        }
    }

    [Fact]
    public void TorchSharpKeepsItsOwnCode()
    {
        var remedy = Assert.Single(Fit(LearningRateRemedies.RangeTest(Facts), new RunDescription { Framework = "torchsharp" }));

        Assert.Equal((LearningRateRemedies.RangeTest(Facts).Code, "torchsharp", "csharp"), (remedy.Code, remedy.Framework, remedy.Language));
    }

    [Fact]
    public void AnActivationThatIsTheUsersOwnMayBeChanged()
    {
        var remedy = ActivationRemedies.Relu(["hidden"], "Sigmoid");

        Assert.Equal("python", Assert.Single(Fit(remedy, new RunDescription { Framework = "pytorch" })).Language);
        Assert.DoesNotContain(Fit(remedy, new RunDescription { Framework = "pytorch", Situation = new RunSituation { IsPretrained = true } }).Single().Actions, action => action.Kind == RemedyActionKind.ReplaceActivation);
    }

    /// <summary>A NaN in a fine-tuning is first looked for in its precision and its labels.</summary>
    [Theory]
    [InlineData(null, "change-precision", "unmask-labels")]
    [InlineData("fp16", "change-precision", "unmask-labels")]
    [InlineData("bf16", "unmask-labels")]
    public void NaNInAFineTuningIsPrecisionAndLabelsFirst(string? precision, params string[] first)
    {
        var run = new RunDescription { Framework = "llamafactory", Log = new LogDescription { Format = "llamafactory" }, Situation = new RunSituation { IsPretrained = true, Precision = precision } };
        var trace = Trace.Of(Metric.Loss, [.. Enumerable.Range(0, 40).Select(step => step < 30 ? 2.0 - (0.01 * step) : double.NaN)]).And(Trace.Of(Metric.LearningRate, Enumerable.Repeat(1e-4, 40)));

        var finding = RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), trace, run).Findings.Single(finding => finding.Rule.Id == "TD4001");

        Assert.Equal(first, finding.Remedies.Take(first.Length).Select(remedy => KebabCase.Of(remedy.Actions[0].Kind)));
        Assert.All(finding.Remedies, remedy => Assert.True(remedy.Code is null || remedy.Language == "yaml"));
    }

    /// <summary>A trainer that computes in half precision unless told otherwise, and a run that scales its loss, are looked at there first.</summary>
    [Theory]
    [InlineData("ultralytics", false, "change-precision")]
    [InlineData("fairseq", true, "change-precision")]
    [InlineData("fairseq", false, "set-learning-rate")]
    public void NaNInHalfPrecisionIsPrecisionFirst(string framework, bool scales, string first)
    {
        var run = new RunDescription { Framework = framework, Log = new LogDescription { Format = framework } };
        var trace = Trace.Of(Metric.Loss, [.. Enumerable.Range(0, 40).Select(step => step < 30 ? 2.0 - (0.01 * step) : double.NaN)]).And(Trace.Of(Metric.LearningRate, Enumerable.Repeat(1e-4, 40)));

        var finding = RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), scales ? trace.And(Trace.Of(Metric.LossScale, Enumerable.Repeat(128.0, 40))) : trace, run).Findings.Single(finding => finding.Rule.Id == "TD4001");

        Assert.Equal(first, KebabCase.Of(finding.Remedies[0].Actions[0].Kind));
    }

    /// <summary>Trees have no activation functions, and those of a pretrained model are not to blame.</summary>
    [Theory]
    [InlineData("xgboost", false)]
    [InlineData("huggingface", false)]
    [InlineData("ultralytics", false)]
    [InlineData("pytorch", true)]
    public void ActivationsAreToBlameInNetworksOfOnesOwn(string framework, bool isOwn)
    {
        var example = RuleExamples.All["TD6001"];
        var finding = RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), example.Ill, example.IllRun).Findings[0] with { Causes = [new(Cause.OverCapacity, 0.5), new(Cause.AsymmetricActivation, 0.1)] };

        var causes = Situation.Fit([finding], new RunDescription { Framework = framework, Log = new LogDescription { Format = "csv" } })[0].Causes;

        Assert.Equal(isOwn, causes.Any(cause => cause.Cause == Cause.AsymmetricActivation));
        Assert.Contains(causes, cause => cause.Cause == Cause.OverCapacity);
    }

    [SharedFact]
    public void LabelledLogsGetNoRemedyOutsideTheirSituation()
    {
        foreach (var log in JudgedLogs.Labelled)
        {
            var run = log.Diagnosis.Facts.Run;
            var framework = FrameworkCatalog.Of(run);
            foreach (var remedy in log.Diagnosis.Findings.SelectMany(finding => finding.Remedies))
            {
                Assert.True(Situation.Fits(remedy, framework, run), $"{log.Name} ({framework.Name}): {remedy.Title}");
                Assert.True(remedy.Code is null || remedy.Framework == framework.Name, $"{log.Name} ({framework.Name}): {remedy.Framework}");
            }
        }
    }

    private static RunFacts Facts { get; } = RuleVerifier.Diagnose([], Trace.Of(Metric.LearningRate, [0.01])).Facts;

    private static RunDescription Run(string situation) => new()
    {
        Log = new LogDescription { Format = "text" },
        Framework = situation switch { "fine-tuned language model" => "huggingface", "detector" => "ultralytics", "boosting" => "xgboost", "boosting by whoever" => null, _ => "pytorch" },
        Task = situation switch { "boosting" or "boosting by whoever" => TrainingTask.Boosting, "diffusion model" => TrainingTask.Diffusion, _ => null },
        Situation = situation == "diffusion model" ? new RunSituation { IsPretrained = true } : null,
    };

    private static IReadOnlyList<Remedy> Fit(Remedy remedy, RunDescription run)
    {
        var finding = RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), RuleExamples.All["TD4003"].Ill, RuleExamples.All["TD4003"].IllRun).Findings[0];
        return Situation.Fit([finding with { Remedies = [remedy] }], run)[0].Remedies;
    }
}
