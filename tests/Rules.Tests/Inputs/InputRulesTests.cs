using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Inputs;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Inputs;

public sealed class InputRulesTests
{
    private static readonly RunDescription Classes = new() { Task = TrainingTask.MulticlassClassification };
    private static readonly RunDescription Numbers = new() { Task = TrainingTask.Regression };

    [Theory]
    [InlineData("pixels in 0 … 1", 0.13, 0.31)]
    [InlineData("standardised", 0, 1)]
    [InlineData("one-hot of 100", 0.01, 0.1)]
    [InlineData("small variance", 0.5, 0.01)]
    [InlineData("irises in centimetres", 3.46, 1.98)]
    [InlineData("word counts", 2.5, 2.2)]
    [InlineData("blobs between -10 and 10", -2, 6)]
    [InlineData("digits from 0 to 16", 4.9, 6)]
    public void ScaleAllowsUsualInputs(string name, double mean, double deviation)
    {
        _ = name;
        Assert.Empty(RuleVerifier.Run(new UnscaledInput(new()), Input(mean, deviation)));
    }

    [Theory]
    [InlineData("pixels in 0 … 255", 33, 78)]
    [InlineData("wine with proline", 69, 200)]
    [InlineData("identifiers", 22000, 2500)]
    [InlineData("x from -100 to 100", 0, 58)]
    public void ScaleFindsRawInputs(string name, double mean, double deviation)
    {
        _ = name;
        var finding = Assert.Single(RuleVerifier.Run(new UnscaledInput(new()), Input(mean, deviation)));

        Assert.Equal((Severity.Warning, Cause.UnscaledData), (finding.Severity, finding.Causes[0].Cause));
        Assert.Contains(finding.Remedies, remedy => remedy.Actions[0].Kind == RemedyActionKind.ScaleInputs);
    }

    [Fact]
    public void ScaleTellsOneDamagedBatchFromRawData()
    {
        var trace = Trace.Of(Metric.InputMean, [.. Enumerable.Repeat(0.1, 30), 100, .. Enumerable.Repeat(0.1, 30)])
            .And(Trace.Of(Metric.InputStandardDeviation, [.. Enumerable.Repeat(0.3, 30), 300, .. Enumerable.Repeat(0.3, 30)]));

        var finding = Assert.Single(RuleVerifier.Run(new UnscaledInput(new()), trace));

        Assert.Equal((30L, Cause.CorruptData), (finding.FirstStep, finding.Causes[0].Cause));
    }

    [Fact]
    public void ScaleIsNotJudgedBehindNormalisation()
    {
        var run = new RunDescription
        {
            Model = new ModelDescription { TypeName = "S", Layers = [new LayerDescription { Path = "0", TypeName = "BatchNorm1d", Kind = LayerKind.BatchNormalization, IsLeaf = true }], Parameters = [] },
        };

        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(new UnscaledInput(new()), Input(33, 78), run).Outcome);
    }

    [Fact]
    public void AFullBatchMayRepeatButNotAnEpochOfTwentySteps()
    {
        var rule = new ConstantInput(new());
        Trace Repeating(int stepsPerEpoch) => Input(0, 1, 100).And(Trace.Of(Metric.InputIdenticalBatch, Enumerable.Repeat(1.0, 100)))
            .And(Epochs(100, stepsPerEpoch));

        Assert.Empty(RuleVerifier.Run(rule, Repeating(1)));
        Assert.Single(RuleVerifier.Run(rule, Repeating(20)));

        // Epochs that are told at every tenth alone, with the validation, are ten and not one.
        var seldom = Input(0, 1, 100).And(Trace.Of(Metric.InputIdenticalBatch, Enumerable.Repeat(1.0, 100))).And(Trace.Of(Metric.Epoch, Enumerable.Range(1, 10).Select(tenth => 10.0 * tenth)).Every(10).From(9));
        Assert.Empty(RuleVerifier.Run(rule, seldom));
    }

    [Fact]
    public void AnInputThatRepeatsWhileTargetsChangeIsFound()
    {
        var trace = Input(0, 1).And(Trace.Of(Metric.InputIdenticalBatch, Enumerable.Repeat(1.0, 60))).And(Trace.Of(Metric.TargetMean, SeededCurve.Noisy(60, _ => 0, 1)));

        Assert.Contains("targets change", Assert.Single(RuleVerifier.Run(new ConstantInput(new()), trace)).Title.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two to one", 0.66, 0.34, null)]
    [InlineData("twelve to one", 0.6, 0.05, Severity.Info)]
    [InlineData("hundred to one", 0.25, 0.0025, Severity.Warning)]
    public void ImbalanceIsJudgedByTheRatio(string name, double majority, double minority, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, RuleVerifier.Run(new ClassImbalance(new()), Labels(majority, minority, 10), Classes).SingleOrDefault()?.Severity);
    }

    [Fact]
    public void ImbalanceIsForClassesOnlyAndWeightsMakeItAHint()
    {
        var rule = new ClassImbalance(new());
        var weighted = Classes with { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss", HasClassWeights = true } };

        Assert.Empty(RuleVerifier.Run(rule, Labels(0.5, 0.0001, 10), new RunDescription { Task = TrainingTask.LanguageModeling }));
        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(rule, Labels(0.25, 0.0025, 10), weighted)).Severity);
        Assert.Contains("one class", Assert.Single(RuleVerifier.Run(rule, Labels(1, 1, 1), Classes)).Title.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A function is told its weights at each call, where nobody sees them: its values are then none of the usual ones.</summary>
    [Theory]
    [InlineData("weighted, and learnt", -1, null, 0.3, Severity.Info)]
    [InlineData("weighted, and named", -1, "binary_cross_entropy_with_logits", 0.3, Severity.Info)]
    [InlineData("weighted, and not learnt", -1, null, 0.95, Severity.Warning)]
    [InlineData("a usual loss", 4, null, 0.3, Severity.Warning)]
    [InlineData("a module without weights", -1, "BCEWithLogitsLoss", 0.3, Severity.Warning)]
    public void ImbalanceMayBeWeightedUnseen(string name, double recognized, string? type, double end, Severity expected)
    {
        _ = name;
        var run = Classes with { Loss = type is null ? null : new LossDescription { Kind = LossKind.BinaryCrossEntropyWithLogits, TypeName = type } };
        var trace = Labels(0.97, 0.01, 3).And(Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat(recognized, 60))).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => 1 - ((1 - end) * step / 50))));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new ClassImbalance(new()), trace, run)).Severity);
    }

    [Fact]
    public void ImbalanceOfZerosAndOnesIsReadFromTheirMean()
    {
        Trace Binary(double share) => Trace.Of(Metric.TargetMean, Enumerable.Repeat(share, 60)).And(Trace.Of(Metric.TargetMinimum, Enumerable.Repeat(0.0, 60)))
            .And(Trace.Of(Metric.TargetMaximum, Enumerable.Repeat(1.0, 60))).And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(64.0, 60)));
        var run = new RunDescription { Task = TrainingTask.BinaryClassification };

        Assert.Empty(RuleVerifier.Run(new ClassImbalance(new()), Binary(0.37), run));
        Assert.Equal(Severity.Warning, Assert.Single(RuleVerifier.Run(new ClassImbalance(new()), Binary(0.98), run)).Severity);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void OrderIsSeenInRealBatches(bool shuffled, bool found)
    {
        // 600 numbers from 0 to 1 in batches of 20, three epochs.
        var random = new Random(3);
        var means = new List<double>();
        var deviations = new List<double>();
        for (int epoch = 0; epoch < 3; epoch++)
        {
            var values = Enumerable.Range(0, 600).Select(i => i / 600.0).ToArray();
            if (shuffled)
            {
                random.Shuffle(values);
            }

            foreach (var batch in values.Chunk(20))
            {
                means.Add(batch.Average());
                deviations.Add(Math.Sqrt(batch.Average(x => (x - batch.Average()) * (x - batch.Average()))));
            }
        }

        var trace = Trace.Of(Metric.TargetMean, means).And(Trace.Of(Metric.TargetStandardDeviation, deviations)).And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(20.0, 90)));

        Assert.Equal(found, RuleVerifier.Run(new UnshuffledData(new()), trace, Numbers).Count == 1);
    }

    [Theory]
    [InlineData("two classes in batches of four", 4, 0.5, 0.15)]
    [InlineData("one class in a hundred", 32, 0.99, 0.72)]
    public void ChanceMayMakeBatchesOfOneClass(string name, double size, double majority, double share)
    {
        _ = name;
        var trace = Trace.Of(Metric.TargetSingleClassBatch, Enumerable.Range(0, 100).Select(step => step % 100 < 100 * share ? 1.0 : 0))
            .And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(2.0, 100)))
            .And(Trace.Of(Metric.TargetMajorityFraction, Enumerable.Repeat(majority, 100)))
            .And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(size, 100)));

        Assert.Empty(RuleVerifier.Run(new UnshuffledData(new()), trace, Classes));
    }

    [Fact]
    public void BroadcastShapesAreHarmlessWhenTheLossShowsThatTheyWereSqueezed()
    {
        var rule = new InvalidTarget(new());
        Trace Shapes(double final) => Trace.Of(Metric.TargetBroadcast, Enumerable.Repeat(1.0, 200)).And(Trace.Of(Metric.TargetStandardDeviation, Enumerable.Repeat(1.0, 200)))
            .And(Trace.Of(Metric.Loss, SeededCurve.Noisy(200, step => final + ((1.4 - final) * Math.Exp(-step / 20.0)), 0.003)));

        Assert.Empty(RuleVerifier.Run(rule, Shapes(0.4), Numbers));
        Assert.Equal(Cause.WrongLoss, Assert.Single(RuleVerifier.Run(rule, Shapes(1.01), Numbers)).Causes[0].Cause);
    }

    [Fact]
    public void BinaryLossesWantTargetsFromZeroToOne()
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.BinaryCrossEntropyWithLogits, TypeName = "BCEWithLogitsLoss" } };
        Trace Targets(double low) => Trace.Of(Metric.TargetMinimum, Enumerable.Repeat(low, 10)).And(Trace.Of(Metric.TargetMaximum, Enumerable.Repeat(1.0, 10)));

        Assert.Equal(Severity.Error, Assert.Single(RuleVerifier.Run(new InvalidTarget(new()), Targets(-1), run)).Severity);
        Assert.Empty(RuleVerifier.Run(new InvalidTarget(new()), Targets(0), run));
    }

    [Fact]
    public void RawTargetsAreHarmlessOnceTheyAreLearnt()
    {
        var rule = new UnscaledTarget(new());
        Trace Targets(double finalLoss) => Trace.Of(Metric.TargetMean, Enumerable.Repeat(150.0, 200)).And(Trace.Of(Metric.TargetStandardDeviation, Enumerable.Repeat(77.0, 200)))
            .And(Trace.Of(Metric.Loss, Enumerable.Range(0, 200).Select(step => finalLoss + (20000 * Math.Exp(-step / 20.0)))));

        Assert.Equal(Severity.Warning, Assert.Single(RuleVerifier.Run(rule, Targets(5000), Numbers)).Severity);
        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(rule, Targets(1), Numbers)).Severity);
        Assert.Empty(RuleVerifier.Run(rule, Targets(5000), Classes));
    }

    [Fact]
    public void NonFiniteInputIsAnErrorWhenTheLossFollows()
    {
        var rule = new NonFiniteInput(new());
        var input = Trace.Of(Metric.InputNonFiniteCount, 0, 0, 3, 0);

        Assert.Equal(Severity.Warning, Assert.Single(RuleVerifier.Run(rule, input.And(Trace.Of(Metric.Loss, 2, 2, 2, 1)))).Severity);
        Assert.Equal(Severity.Error, Assert.Single(RuleVerifier.Run(rule, input.And(Trace.Of(Metric.Loss, 2, 2, double.NaN, double.NaN)))).Severity);
    }

    private static Trace Input(double mean, double deviation, int steps = 60) =>
        Trace.Of(Metric.InputMean, SeededCurve.Noisy(steps, _ => mean, 0.05 * deviation)).And(Trace.Of(Metric.InputStandardDeviation, SeededCurve.Noisy(steps, _ => deviation, 0.05 * deviation)));

    private static Trace Labels(double majority, double minority, double classes) =>
        Trace.Of(Metric.TargetMajorityFraction, Enumerable.Repeat(majority, 60)).And(Trace.Of(Metric.TargetMinorityFraction, Enumerable.Repeat(minority, 60)))
            .And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(classes, 60))).And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(64.0, 60)));

    private static Trace Epochs(int steps, int stepsPerEpoch) =>
        Trace.Of(Metric.Epoch, Enumerable.Range(1, steps / stepsPerEpoch).Select(epoch => (double)epoch)).Every(stepsPerEpoch);
}
