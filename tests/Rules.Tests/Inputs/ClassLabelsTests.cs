using TrainingDoctor.Rules.Inputs;

namespace TrainingDoctor.Tests.Inputs;

public sealed class ClassLabelsTests
{
    /// <summary>Words and pixels are uneven by nature; that is a fault where a constant answer is all that is learnt.</summary>
    [Theory]
    [InlineData("words of captions, learnt", 8, 1.2, Severity.Info)]
    [InlineData("tags of words, half learnt", 12, 0.9, Severity.Info)]
    [InlineData("pixels of a segmentation, learnt", 4096, 0.2, Severity.Info)]
    [InlineData("pixels of which the background is all that is answered", 4096, 1.99, Severity.Warning)]
    [InlineData("one label a sample, learnt", 1, 0.2, Severity.Warning)]
    [InlineData("one label a sample, not learnt", 1, 1.99, Severity.Warning)]
    public void SeveralLabelsASampleAreUnevenByNature(string name, double places, double end, Severity expected)
    {
        _ = name;
        Assert.Equal(expected, Assert.Single(Run(places, end, new RunDescription { Loss = Mean })).Severity);
    }

    /// <summary>What answers as many classes as it has embeddings answers its own words, be it only the next one.</summary>
    [Theory]
    [InlineData(10, Severity.Info)]
    [InlineData(5000, Severity.Warning)]
    public void TheWordsOfItsOwnVocabularyAreUnevenByNature(long words, Severity expected)
    {
        var model = new ModelDescription
        {
            TypeName = "Net",
            Layers =
            [
                new LayerDescription { Path = "words", TypeName = "Embedding", Kind = LayerKind.Embedding, IsLeaf = true },
                new LayerDescription { Path = "answer", TypeName = "Linear", Kind = LayerKind.Linear, IsLeaf = true, InputFeatures = 8, OutputFeatures = 10 },
            ],
            Parameters = [new ParameterDescription { Name = "words.weight", LayerPath = "words", Role = ParameterRole.Embedding, Shape = [words, 8], Count = 8 * words }],
        };

        Assert.Equal(expected, Assert.Single(Run(1, 0.9, new RunDescription { Loss = Mean, Model = model })).Severity);
    }

    /// <summary>All labels of one class teach nothing, however many there are.</summary>
    [Fact]
    public void OneClassIsAFaultWhateverALabelIs()
    {
        var trace = Labels(1, 1, 1, 4096).And(Loss(0.001));

        Assert.Equal(Severity.Warning, Assert.Single(RuleVerifier.Run(new ClassImbalance(new()), trace, new RunDescription { Loss = Mean })).Severity);
    }

    private static LossDescription Mean => new() { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss", Reduction = "mean" };

    private static IReadOnlyList<Finding> Run(double places, double end, RunDescription run) => RuleVerifier.Run(new ClassImbalance(new()), Labels(0.4, 0.004, 10, places).And(Loss(end)), run);

    private static Trace Loss(double end) => Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => end + ((2.3 - end) * Math.Exp(-step / 5.0))));

    private static Trace Labels(double majority, double minority, double classes, double places) =>
        Trace.Of(Metric.TargetMajorityFraction, Enumerable.Repeat(majority, 60)).And(Trace.Of(Metric.TargetMinorityFraction, Enumerable.Repeat(minority, 60)))
            .And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(classes, 60))).And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(64.0, 60)))
            .And(Trace.Of(Metric.TargetLabelCount, Enumerable.Repeat(64 * places, 60)));
}
