using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Generalization;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Generalization;

public sealed class GeneralizationRulesTests
{
    private static readonly Overfitting Rule = new(new());
    private static readonly Trace Training = Trace.Of(Metric.Loss, 2.0, 1.5, 1.1, 0.8, 0.6, 0.45, 0.33, 0.25, 0.18, 0.13);

    [Theory]
    [InlineData("falls on", new[] { 2.0, 1.6, 1.3, 1.1, 1.0, 0.9, 0.85, 0.8, 0.78, 0.77 })]
    [InlineData("flat with noise", new[] { 2.0, 1.6, 1.3, 0.8, 0.5, 0.51, 0.495, 0.515, 0.5, 0.505 })]
    [InlineData("comes back", new[] { 2.0, 1.6, 1.3, 1.0, 1.4, 1.5, 1.4, 1.2, 1.0, 0.9 })]
    public void SaysNothingOfHealthyValidation(string name, double[] validation)
    {
        _ = name;
        Assert.DoesNotContain(RuleVerifier.Run(Rule, Training.And(Trace.Of(Metric.ValidationLoss, validation))), finding => finding.Severity >= Severity.Warning);
    }

    [Theory]
    [InlineData("rises", new[] { 2.0, 1.6, 1.3, 1.1, 1.0, 1.05, 1.1, 1.16, 1.2, 1.25 })]
    [InlineData("stays apart", new[] { 1.35, 1.1, 1.15, 1.12, 1.0, 1.31, 1.17, 1.1, 1.22, 1.27 })]
    [InlineData("is left behind", new[] { 2.0, 1.6, 1.3, 1.1, 0.99, 1.02, 1.0, 1.03, 1.0, 1.01 })]
    [InlineData("grows unstable", new[] { 0.4, 0.28, 0.31, 0.26, 0.25, 0.36, 0.47, 0.33, 0.57, 0.37 })]
    public void FindsOverfittingAndWhenToStop(string name, double[] validation)
    {
        _ = name;
        var finding = Assert.Single(RuleVerifier.Run(Rule, Training.And(Trace.Of(Metric.ValidationLoss, validation))));

        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.Equal(4, finding.Remedies[0].Actions[0].Step);
        Assert.Contains(finding.Remedies, remedy => remedy.Actions.Any(action => action is { Kind: RemedyActionKind.ReplaceActivation, To: "Tanh" }));
    }

    /// <summary>What training leaves behind is judged by the score that validation ends with, not by those of its first epochs.</summary>
    [Theory]
    [InlineData(0.82, 0.965, Severity.Info)]
    [InlineData(0.6, 0.7, Severity.Warning)]
    public void AGapIsNoWarningWhereValidationAnswersWell(double firstScore, double lastScore, Severity expected)
    {
        var training = Trace.Of(Metric.Loss, Enumerable.Range(0, 16).Select(epoch => 2 * Math.Exp(-0.5 * epoch)));
        var validation = Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, 16).Select(epoch => 0.15 + (0.3 * Math.Exp(-epoch)) + (0.001 * (epoch % 3))));
        var scores = Trace.Of(Metric.ValidationAccuracy, Enumerable.Range(0, 16).Select(epoch => lastScore - ((lastScore - firstScore) * Math.Exp(-epoch / 1.5))));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rule, training.And(validation).And(scores))).Severity);
    }

    /// <summary>Training that gets better while validation gets worse than a guess has learnt single samples by heart: labels come before capacity.</summary>
    [Theory]
    [InlineData(2.45, true)]
    [InlineData(2.15, false)]
    public void LittleLearntIsBlamedOnLabelsWhereNothingCarriesOver(double validation, bool isLabels)
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };
        var training = Trace.Of(Metric.Loss, SeededCurve.Noisy(120, step => 2.3 - (0.001 * step), 0.005)).And(Trace.Of(Metric.TargetClassCount, 10.0)).And(Trace.Of(Metric.TargetMajorityFraction, 0.1));

        var finding = Assert.Single(RuleVerifier.Run(new Underfitting(new()), training.And(Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(validation, 12)).Every(10)), run));

        Assert.Equal(isLabels, finding.Causes[0].Cause == Cause.LabelError);
    }

    [Fact]
    public void FourValidationsThatClimbAreEnough()
    {
        var halves = Trace.Of(Metric.Loss, 1.0, 0.4, 0.15, 0.06);
        Assert.Single(RuleVerifier.Run(Rule, halves.And(Trace.Of(Metric.ValidationLoss, 0.31, 0.36, 0.42, 0.45))));
        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(Rule, halves.And(Trace.Of(Metric.ValidationLoss, 0.31, 0.36, 0.35, 0.36)))).Severity);
    }

    [Fact]
    public void NeedsAFallingTrainingLoss()
    {
        var flat = Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 10));
        Assert.Empty(RuleVerifier.Run(Rule, flat.And(Trace.Of(Metric.ValidationLoss, 2.0, 1.6, 1.3, 1.1, 1.0, 1.05, 1.1, 1.16, 1.2, 1.25))));
    }

    [Fact]
    public void LooksAtEveryEvaluationSet()
    {
        var trace = Training.And(Trace.Of(Metric.ValidationLoss, 2.0, 1.6, 1.3, 1.1, 1.0, 0.9, 0.85, 0.8, 0.78, 0.77))
            .And(Trace.Of(Metric.ValidationLoss, "other", 2.0, 1.6, 1.3, 1.1, 1.0, 1.05, 1.1, 1.16, 1.2, 1.25));

        Assert.Equal("other", Assert.Single(RuleVerifier.Run(Rule, trace)).Evidence[0].Layer);
    }

    [Fact]
    public void TwoValidationsAreTooFew()
    {
        var status = RuleVerifier.Status(Rule, Training.And(Trace.Of(Metric.ValidationLoss, 1, 2)));

        Assert.Equal(RuleOutcome.NotEvaluated, status.Outcome);
        Assert.Contains("3", status.Reason!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void FindsValidationOnTheTrainingData()
    {
        var finding = Assert.Single(RuleVerifier.Run(new SuspiciousValidation(new()), Training.And(Trace.Of(Metric.ValidationLoss, Training.Rows.Select(row => row.Value)))));

        Assert.Equal(Cause.DataLeak, finding.Causes[0].Cause);
    }

    [Fact]
    public void FindsTrainingInEvaluationModeAfterTheFirstValidation()
    {
        var run = GeneralizationExamples.All.Single(example => example.RuleId == "TD6006").IllRun;
        double[] modes = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        var finding = Assert.Single(RuleVerifier.Run(new WrongMode(new()), Trace.Of(Metric.TrainingMode, "drop", modes), run));

        Assert.Equal((6L, 13L), (finding.FirstStep, finding.LastStep));
        Assert.Empty(RuleVerifier.Run(new WrongMode(new()), Trace.Of(Metric.TrainingMode, "drop", Enumerable.Repeat(1.0, 14)), run));
    }

    /// <summary>A frozen part is kept in evaluation mode rightly, dropout within it too; one parameter of it that is trained makes it a part in the wrong mode.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void APartThatIsFrozenMayBeKeptInEvaluationMode(bool isTrained, bool isSilent)
    {
        LayerDescription Layer(string path, LayerKind kind) => new() { Path = path, TypeName = kind.ToString(), Kind = kind, DropoutRate = kind == LayerKind.Dropout ? 0.5 : null };
        ParameterDescription Held(string layer, bool isTrainable) => new() { Name = layer + ".weight", LayerPath = layer, Role = ParameterRole.Weight, Shape = [8], Count = 8, IsTrainable = isTrainable };
        var run = new RunDescription
        {
            Model = new ModelDescription
            {
                TypeName = "Net",
                Layers = [Layer("backbone.norm", LayerKind.BatchNormalization), Layer("backbone.drop", LayerKind.Dropout), Layer("head", LayerKind.Linear)],
                Parameters = [Held("backbone.conv", isTrained), Held("backbone.norm", isTrained), Held("head", true)],
            },
        };
        var trace = Trace.Of(Metric.TrainingMode, "backbone.norm", Enumerable.Repeat(0.0, 14)).And(Trace.Of(Metric.TrainingMode, "backbone.drop", Enumerable.Repeat(0.0, 14)));

        var findings = RuleVerifier.Run(new WrongMode(new()), trace, run);

        Assert.Equal(isSilent, findings.Count == 0);
        Assert.All(findings, finding => Assert.Equal(["backbone.norm", "backbone.drop"], finding.Layers));
    }
}
