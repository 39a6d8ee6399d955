using TrainingDoctor.Rules.Inputs;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Inputs;

/// <summary>From which ratio on classes are uneven, how labels are counted, and what makes it a remark (TD1004).</summary>
public sealed class ClassImbalanceLimitsTests
{
    private const int Count = 60;
    private static readonly RunDescription Classes = new() { Task = TrainingTask.MulticlassClassification };
    private static readonly RunDescription Binary = new() { Task = TrainingTask.BinaryClassification };

    [Theory]
    [InlineData("ten to one", 0.625, 0.0625, null, 0)]
    [InlineData("twenty to one", 0.625, 0.03125, Severity.Info, 10)]
    [InlineData("a class that never comes", 0.625, 0, Severity.Warning, 20)]
    public void TheRatioIsToldFromItsLimits(string name, double majority, double minority, Severity? expected, double limit)
    {
        _ = name;
        var findings = RuleVerifier.Run(new ClassImbalance(new()), Labels(majority, minority, 4, 64), Classes);

        Assert.Equal(expected, findings.SingleOrDefault()?.Severity);
        Assert.All(findings, finding => Assert.Equal((limit, 0L, 59L), (finding.Evidence[0].Limit!.Value, finding.FirstStep, finding.LastStep)));
    }

    [Theory]
    [InlineData("as many labels as are needed", 4, 10, 50, RuleOutcome.Found)]
    [InlineData("fewer for each class", 11, 10, 50, RuleOutcome.Passed)]
    public void EnoughLabelsMustHaveBeenSeen(string name, double classes, double size, int count, RuleOutcome expected)
    {
        _ = name;
        Assert.Equal(expected, RuleVerifier.Status(new ClassImbalance(new()), Labels(0.625, 0.015625, classes, size, count), Classes).Outcome);
    }

    /// <summary>Without a size a batch is one label; where labels are counted, they are what counts; a step of which nothing was measured adds none.</summary>
    [Theory]
    [InlineData("no size", double.NaN, double.NaN, 60)]
    [InlineData("a size", 16, double.NaN, 960)]
    [InlineData("a number of labels", 16, 3, 180)]
    public void LabelsAreCounted(string name, double size, double labels, int expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.TargetMajorityFraction, Enumerable.Repeat(1.0, Count)).And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(1.0, Count))).And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, Count + 9)));
        trace = double.IsNaN(size) ? trace : trace.And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(size, Count + 9)));
        trace = double.IsNaN(labels) ? trace : trace.And(Trace.Of(Metric.TargetLabelCount, Enumerable.Repeat(labels, Count)));

        var finding = Assert.Single(RuleVerifier.Run(new ClassImbalance(new() { MinimumLabels = 1, LabelsPerClass = 1 }), trace, Classes));

        Assert.Equal(FormattableString.Invariant($"All {expected} labels of the measured batches were of one class."), finding.Message.ToString());
        Assert.Equal(("single_class_share", (double?)null), (finding.Evidence[0].Metric, finding.Evidence[0].Limit));
    }

    /// <summary>A number of labels stands for its step alone.</summary>
    [Fact]
    public void StepsWithoutANumberOfLabelsCountBySize()
    {
        var trace = Labels(1, 1, 1, 16).And(Trace.Of(Metric.TargetLabelCount, Enumerable.Repeat(100.0, 10)));

        Assert.StartsWith("All 1800 labels", Assert.Single(RuleVerifier.Run(new ClassImbalance(new()), trace, Classes)).Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Zeros and ones count by their mean, each batch by its size: here 1 of 8 of 32 and none of 96, or the other way round.</summary>
    [Theory]
    [InlineData(0.125, 0, 0, 1, "31")]
    [InlineData(0.875, 1, 0, 1, "31")]
    [InlineData(1, 1, 1, 1, "one class")]
    [InlineData(0, 0, 0, 0, "one class")]
    [InlineData(0.125, 0, -1, 1, "")]
    public void ZerosAndOnesCountByTheirMean(double first, double second, double lowest, double highest, string expected)
    {
        var trace = Trace.Of(Metric.TargetMean, StepCurve.Change(Count, 30, first, second)).And(Trace.Of(Metric.BatchSize, StepCurve.Change(Count, 30, 32, 96)))
            .And(Trace.Of(Metric.TargetMinimum, Enumerable.Repeat(lowest, Count))).And(Trace.Of(Metric.TargetMaximum, Enumerable.Repeat(highest, Count)));
        var findings = RuleVerifier.Run(new ClassImbalance(new()), trace, Binary);

        Assert.Equal(expected.Length > 0, findings.Count == 1);
        Assert.All(findings, finding => Assert.Contains(expected, finding.Title.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("classes that are counted, of a task that is not known", null, 4, RuleOutcome.Found)]
    [InlineData("classes that are not counted, of a task that is not known", null, double.NaN, RuleOutcome.NotEvaluated)]
    public void OnlyClassesAreJudged(string name, TrainingTask? task, double classes, RuleOutcome expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.TargetMajorityFraction, Enumerable.Repeat(0.625, Count)).And(Trace.Of(Metric.TargetMinorityFraction, Enumerable.Repeat(0.015625, Count))).And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(64.0, Count)));

        Assert.Equal(expected, RuleVerifier.Status(new ClassImbalance(new()), double.IsNaN(classes) ? trace : trace.And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(classes, Count))), new RunDescription { Task = task }).Outcome);
    }

    /// <summary>Several labels a sample in most of the batches are words or pixels.</summary>
    [Theory]
    [InlineData("in half of the batches", 30, 65, Severity.Warning)]
    [InlineData("one label a sample in all", 60, 64, Severity.Warning)]
    public void LabelsOfPlacesAreUneven(string name, int batches, double labels, Severity expected)
    {
        _ = name;
        var trace = Labels(0.625, 0.015625, 4, 64).And(Trace.Of(Metric.TargetLabelCount, Enumerable.Repeat(labels, batches)));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new ClassImbalance(new()), trace, Classes)).Severity);
    }

    /// <summary>The words of a model are those of an embedding that has as many rows as a layer answers, and more than two.</summary>
    [Theory]
    [InlineData("its own words", ParameterRole.Embedding, 4, LayerKind.Linear, 4, Severity.Info)]
    [InlineData("two words", ParameterRole.Embedding, 2, LayerKind.Linear, 2, Severity.Warning)]
    [InlineData("no embedding", ParameterRole.Weight, 4, LayerKind.Linear, 4, Severity.Warning)]
    [InlineData("no layer that answers", ParameterRole.Embedding, 4, LayerKind.Convolution, 4, Severity.Warning)]
    public void WordsOfItsOwnAreUneven(string name, ParameterRole role, long rows, LayerKind kind, long answers, Severity expected)
    {
        _ = name;
        var model = new ModelDescription
        {
            TypeName = "Net",
            Layers = [new LayerDescription { Path = "answer", TypeName = "Answer", Kind = kind, IsLeaf = true, InputFeatures = 8, OutputFeatures = answers }],
            Parameters = [new ParameterDescription { Name = "words.weight", LayerPath = "words", Role = role, Shape = [rows, 8], Count = 8 * rows }],
        };

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new ClassImbalance(new()), Labels(0.625, 0.015625, 4, 64), Classes with { Model = model })).Severity);
    }

    /// <summary>Places that are answered by a constant are a fault; a few losses do not tell.</summary>
    [Theory]
    [InlineData("a constant answer", 60, 1.6, Severity.Warning)]
    [InlineData("more than that is learnt", 60, 0.5, Severity.Info)]
    [InlineData("three losses", 3, 1.6, Severity.Warning)]
    [InlineData("two losses", 2, 1.6, Severity.Info)]
    public void AConstantAnswerIsAFaultOfPlaces(string name, int losses, double loss, Severity expected)
    {
        _ = name;
        var trace = Labels(0.625, 0.015625, 4, 64).And(Trace.Of(Metric.TargetLabelCount, Enumerable.Repeat(640.0, Count))).And(Trace.Of(Metric.Loss, Enumerable.Repeat(loss, losses)));
        var run = Classes with { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss", Reduction = "mean" } };

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new ClassImbalance(new()), trace, run)).Severity);
    }

    private static Trace Labels(double majority, double minority, double classes, double size, int count = Count) =>
        Trace.Of(Metric.TargetMajorityFraction, Enumerable.Repeat(majority, count)).And(Trace.Of(Metric.TargetMinorityFraction, Enumerable.Repeat(minority, count)))
            .And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(classes, count))).And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(size, count)));
}
