using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

public sealed class MismatchedClassesTests
{
    [Fact]
    public void NamesAClassThatTrainingNeverHad()
    {
        var finding = Assert.Single(Run(Trace.Of(Metric.ValidationUnknownClassFraction, 0.1, 0.1, 0.1)));

        Assert.Equal((Severity.Warning, Cause.MismatchedClasses), (finding.Severity, finding.Causes[0].Cause));
        Assert.Contains("never had", finding.Title.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void NamesClassesOfOtherNumbers()
    {
        var finding = Assert.Single(Run(Answers(0.1, 0.9)));

        Assert.Contains("numbers the classes otherwise", finding.Title.ToString(), StringComparison.Ordinal);
        Assert.Equal(0.8, finding.Evidence[0].Value, 6);
    }

    [Theory]
    [InlineData("right answers", 0.9, 0.91)]
    [InlineData("two classes at chance among 50 answers", 0.42, 0.58)]
    [InlineData("answers that do not tell the classes apart", 0.1, 0.4)]
    public void SaysNothingWhereRenamingGainsNoMoreThanChance(string name, double agreement, double renamed)
    {
        _ = name;
        Assert.Empty(Run(Answers(agreement, renamed)));
    }

    [Fact]
    public void AClassThatTurnsUpLaterIsNoFaultAnyMore()
    {
        var finding = Assert.Single(Run(Trace.Of(Metric.ValidationUnknownClassFraction, 0.1, 0.1, 0, 0, 0)));

        Assert.Equal(3, finding.RecoveredAt);
    }

    private static Trace Answers(double agreement, double renamed) =>
        Trace.Of(Metric.ValidationAgreement, Enumerable.Repeat(agreement, 5)).And(Trace.Of(Metric.ValidationRenamedAgreement, Enumerable.Repeat(renamed, 5)));

    private static IReadOnlyList<Finding> Run(Trace trace) => RuleVerifier.Run(new MismatchedClasses(new()), trace);
}
