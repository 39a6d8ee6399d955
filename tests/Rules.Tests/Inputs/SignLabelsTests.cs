using TrainingDoctor.Rules.Inputs;

namespace TrainingDoctor.Tests.Inputs;

/// <summary>A loss of signs takes -1 and 1, as numbers or as integers.</summary>
public sealed class SignLabelsTests
{
    [Theory]
    [InlineData("CosineEmbeddingLoss", LossKind.Other, 0, 1, Severity.Error)]
    [InlineData("MarginRankingLoss", LossKind.Margin, 0, 1, Severity.Error)]
    [InlineData("HingeEmbeddingLoss", LossKind.Margin, 0, 1, Severity.Error)]
    [InlineData("SoftMarginLoss", LossKind.Margin, 0, 4, Severity.Error)]
    [InlineData("cosine_embedding_loss", LossKind.Other, 0, 1, Severity.Warning)]
    [InlineData("margin_ranking_loss", LossKind.Margin, 0, 1, Severity.Warning)]
    [InlineData("CosineEmbeddingLoss", LossKind.Other, -1, 1, null)]
    [InlineData("MarginRankingLoss", LossKind.Margin, 1, 1, null)]
    [InlineData("MultiMarginLoss", LossKind.Margin, 0, 1, null)]
    [InlineData("MultiLabelSoftMarginLoss", LossKind.Margin, 0, 1, null)]
    [InlineData("TripletMarginLoss", LossKind.Margin, 0, 1, null)]
    [InlineData("FocalLoss", LossKind.Other, 0, 1, null)]
    public void LabelsThatCountFromZeroAreFound(string type, LossKind kind, double lowest, double highest, Severity? expected)
    {
        var findings = RuleVerifier.Run(new InvalidTarget(new()), Labels(lowest, highest), new RunDescription { Loss = new LossDescription { Kind = kind, TypeName = type } });

        Assert.Equal(expected, findings.SingleOrDefault()?.Severity);
        Assert.All(findings, finding => Assert.Equal(Cause.LabelError, finding.Causes[0].Cause));
    }

    /// <summary>Of a loss that the program computes itself its values tell what it is.</summary>
    [Theory]
    [InlineData(LossKind.Margin, 1, true)]
    [InlineData(LossKind.Margin, 6, false)]
    [InlineData(LossKind.CrossEntropy, 1, false)]
    public void ALossThatIsRecognisedTakesSigns(LossKind kind, double highest, bool found)
    {
        var trace = Labels(0, highest).And(Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat((double)kind, 20)));

        Assert.Equal(found, RuleVerifier.Run(new InvalidTarget(new()), trace).Count == 1);
        Assert.Equal(found, RuleVerifier.Run(new InvalidTarget(new()), trace, new RunDescription { Loss = new LossDescription { Kind = LossKind.Other, TypeName = "Mine" } }).Count == 1);
    }

    [Fact]
    public void LabelsBeyondOneAreNamed()
    {
        var finding = Assert.Single(RuleVerifier.Run(new InvalidTarget(new()), Labels(0, 4), new RunDescription { Loss = new LossDescription { Kind = LossKind.Margin, TypeName = "SoftMarginLoss" } }));

        Assert.Contains("from 0 to 4", finding.Title.ToString(), StringComparison.Ordinal);

        // Twice the label less one is a sign of 0 and 1 only.
        Assert.DoesNotContain("2 * y", finding.Remedies[0].Code, StringComparison.Ordinal);
    }

    private static Trace Labels(double lowest, double highest) =>
        Trace.Of(Metric.TargetMinimum, Enumerable.Repeat(lowest, 20)).And(Trace.Of(Metric.TargetMaximum, Enumerable.Repeat(highest, 20)));
}
