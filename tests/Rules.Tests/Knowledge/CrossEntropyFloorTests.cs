using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>Losses of probabilities fed to cross entropy, computed from their definition, against losses of logits that come close.</summary>
public sealed class CrossEntropyFloorTests
{
    private const int Steps = 400;
    private static readonly OutputLossMismatch Rule = new(new());

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(100)]
    public void ProbabilitiesAreFoundInALog(int classes)
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, Probabilities(classes, 0.97), new RunDescription()));

        Assert.Equal((Severity.Warning, Cause.WrongOutputActivation), (finding.Severity, finding.Causes[0].Cause));
        Assert.Equal(Math.Log(Math.E + classes - 1) - 1, finding.Evidence[0].Limit!.Value, 1e-9);
        Assert.Contains($"over {classes} classes", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToldClassesAndLossMakeItAnError()
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss", Reduction = "mean" } };
        var trace = Probabilities(10, 0.97).And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(10.0, Steps)));

        Assert.Equal(Severity.Error, Assert.Single(RuleVerifier.Run(Rule, trace, run)).Severity);
    }

    /// <summary>A rate that falls to nothing leaves honest logits at any loss, and a guess at classes from a constant is none.</summary>
    [Fact]
    public void LogitsThatWereStoppedEarlyAreNot()
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss", Reduction = "mean" } };
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, Steps).Select(step => 1.599 + (0.7 * Math.Exp(-12.0 * step / Steps))))
            .And(Trace.Of(Metric.ValidationAccuracy, Enumerable.Repeat(0.86, Steps))).And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(10.0, Steps)));

        Assert.Empty(RuleVerifier.Run(Rule, trace, run));
    }

    [Fact]
    public void OutputsThatAreNoProbabilitiesAreNot()
    {
        var trace = Probabilities(10, 0.97).And(Trace.Of(Metric.OutputMinimum, "(output)", Enumerable.Repeat(-3.0, Steps).ToArray()));

        Assert.Empty(RuleVerifier.Run(Rule, trace, new RunDescription()));
    }

    [Fact]
    public void AValidationLossThatNeverMovesIsNot()
    {
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, Steps).Select(step => 2.3 * Math.Exp(-8.0 * step / Steps)))
            .And(Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(4.96, Steps))).And(Trace.Of(Metric.ValidationAccuracy, Enumerable.Repeat(0.97, Steps)));

        Assert.Empty(RuleVerifier.Run(Rule, trace, new RunDescription()));
    }

    public static TheoryData<string, Func<double, double>, Func<double, double>> Healthy => new()
    {
        { "logits that are learnt", x => 0.03 + (2.27 * Math.Exp(-8 * x)), x => 1 - (0.9 * Math.Exp(-8 * x)) },
        { "label smoothing of 0.1 over ten classes", x => 0.5 + (1.8 * Math.Exp(-8 * x)), x => 0.98 - (0.88 * Math.Exp(-8 * x)) },
        { "a thousand classes, smoothed and mixed", x => 1.9 + (5 * Math.Exp(-8 * x)), x => 0.91 - (0.9 * Math.Exp(-8 * x)) },
        { "a loss on its way through the level of the floor", x => 1.386 - (0.61 * x), x => Math.Min(0.97, 0.25 + (2 * x)) },
        { "a hard task that stops early", x => 1.2 + (1.1 * Math.Exp(-8 * x)), x => 0.6 - (0.5 * Math.Exp(-8 * x)) },
        { "a fine-tuning from a good start", x => 0.35 - (0.1 * x), _ => 0.93 },
    };

    [Theory]
    [MemberData(nameof(Healthy))]
    public void LogitsAreNot(string name, Func<double, double> loss, Func<double, double> accuracy)
    {
        _ = name;
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, Steps).Select(step => loss((double)step / Steps)))
            .And(Trace.Of(Metric.Accuracy, Enumerable.Range(0, Steps).Select(step => accuracy((double)step / Steps))));

        Assert.Empty(RuleVerifier.Run(Rule, trace, new RunDescription()));
    }

    /// <summary>A share of right answers that grows, with probabilities that grow as sure as they are right: the loss from its definition, sample by sample.</summary>
    private static Trace Probabilities(int classes, double best)
    {
        var losses = new List<double>();
        var accuracies = new List<double>();
        for (int step = 0; step < Steps; step++)
        {
            double progress = 1 - Math.Exp(-12.0 * step / Steps);
            double accuracy = (1.0 / classes) + (progress * (best - (1.0 / classes)));
            double sure = (1.0 / classes) + (progress * (1 - (1.0 / classes)));
            double rest = (1 - sure) / (classes - 1);
            double normalizer = Math.Log(Math.Exp(sure) + ((classes - 1) * Math.Exp(rest)));
            losses.Add(normalizer - (accuracy * sure) - ((1 - accuracy) * rest));
            accuracies.Add(accuracy);
        }

        return Trace.Of(Metric.Loss, losses).And(Trace.Of(Metric.Accuracy, accuracies));
    }
}
