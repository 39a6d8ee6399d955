using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6008 on when a first validation comes too late to tell, what a guess costs, and what clears a validation that stays at one.</summary>
public sealed class ValidationAtChanceLimitsTests
{
    private static readonly RunDescription Classes = new() { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };

    [Theory]
    [InlineData("within the second epoch", 20, 1.25, 5, false)]
    [InlineData("after four losses", 3, 0.5, 5, false)]
    [InlineData("two in all", 20, 1, 2, false)]
    public void TheFirstValidationMustComeInTime(string name, int first, double epoch, int count, bool isTold)
    {
        _ = name;
        var validations = Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(2.4, count)).Every(15).From(first);

        Assert.Equal(isTold, Find(Training(0.5).And(Trace.Of(Metric.Epoch, epoch).From(first)).And(validations)) is not null);
    }

    /// <summary>A guess costs ln 10, 2.303; training falls to the level that is given, and the last five losses before the first validation are near it.</summary>
    [Theory]
    [InlineData("far below a guess, beside validations below it", 0.5, 2.1, true)]
    [InlineData("far below a guess, beside validations well below it", 0.5, 1.9, false)]
    [InlineData("below a guess, beside validations above it", 1.8, 2.4, true)]
    public void TrainingMustHaveLeftTheGuessThatValidationStaysAt(string name, double to, double validation, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, Find(Training(to).And(Validations(validation))) is not null);
    }

    /// <summary>Right answers are no guesses, whatever they cost; a score in percent may be another one.</summary>
    [Theory]
    [InlineData(0.6, false)]
    [InlineData(60, true)]
    public void RightAnswersAreNoGuesses(double score, bool isTold) => Assert.Equal(isTold, Find(Training(0.5).And(Validations(2.4)).And(Trace.Of(Metric.ValidationAccuracy, Enumerable.Repeat(score, 5)).Every(15).From(20))) is not null);

    /// <summary>A log tells a guess by its first loss, to three digits where no score says that there are classes.</summary>
    [Theory]
    [InlineData("to two digits, beside a score", 2.36, Metric.Accuracy, true)]
    [InlineData("to one digit, beside a score", 2.5, Metric.Accuracy, false)]
    public void ALogTellsAGuessByItsFirstLoss(string name, double first, Metric score, bool isTold)
    {
        _ = name;
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, 90).Select(step => first * ((0.2 * 1) + (0.8 * Math.Exp(-step / 4.0))))).And(Trace.Of(score, 0.1)).And(Validations(2.4));

        Assert.Equal(isTold, RuleVerifier.Run(new ValidationAtChance(new()), trace, new RunDescription { Log = new LogDescription { Format = "text" } }).Count == 1);
    }

    [Fact]
    public void AValidationThatFallsAtLastIsNoFaultAnyMore()
    {
        var found = Find(Training(0.5).And(Trace.Of(Metric.ValidationLoss, 2.4, 2.5, 2.4, 2.35, 1, 0.9).Every(10).From(20)))!;

        Assert.Equal((50L, 60L, 2.35, 50L), (found.LastStep, found.RecoveredAt, found.Evidence[0].Value, found.Evidence[0].Step));
    }

    /// <summary>Outputs that follow the targets of the training and not those of the validation.</summary>
    [Theory]
    [InlineData("at both limits", 0.5, 0.25, 3, 0, true)]
    [InlineData("two validations", 0.75, 0.125, 2, 0, false)]
    [InlineData("learnt after the third validation", 0.75, 0.125, 6, 50, false)]
    public void OutputsThatFollowTheTrainingAloneAreTold(string name, double trained, double validated, int validations, int from, bool isTold)
    {
        _ = name;
        var trace = Trace.Of(Metric.OutputTargetCorrelation, Enumerable.Range(0, 100).Select(step => step < from ? 0 : trained))
            .And(Trace.Of(Metric.ValidationTargetCorrelation, Enumerable.Range(0, validations).Select(row => row == 1 ? validated : 0)).Every(15).From(20))
            .And(Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(1.0, validations)).Every(15).From(20)).And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 100)));

        var findings = RuleVerifier.Run(new ValidationAtChance(new() { TrainedCorrelation = 0.5, ValidationCorrelation = 0.25 }), trace);

        Assert.Equal(isTold, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((35L, validated), (finding.Evidence[0].Step, finding.Evidence[0].Value)));
    }

    [Fact]
    public void SaysWhyItDoesNotJudge()
    {
        var late = Training(0.5).And(Trace.Of(Metric.Epoch, 2.0)).And(Validations(2.4));

        Assert.Equal("the first validation came after the first epoch", RuleVerifier.Status(new ValidationAtChance(new()), late, Classes).Reason!.ToString());
    }

    private static Trace Training(double to) => Trace.Of(Metric.TargetClassCount, 10.0).And(Trace.Of(Metric.TargetMajorityFraction, 0.1)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 90).Select(step => to + ((2.303 - to) * Math.Exp(-step)))));

    private static Trace Validations(double loss) => Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(loss, 5)).Every(15).From(20);

    private static Finding? Find(Trace trace) => RuleVerifier.Run(new ValidationAtChance(new()), trace, Classes) is [var finding] ? finding : null;
}
