using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

public sealed class LossPartsTests
{
    [Theory]
    [InlineData("an area in square metres beside four classes", 700000, 40, null, true)]
    [InlineData("a price beside the classes of one sample", 90000, 1, null, true)]
    [InlineData("a sum over a batch of 128", 128 * 1.39, 128, null, false)]
    [InlineData("a sum over a batch of 4,096, of several terms", 4096 * 12.0, 4096, null, false)]
    [InlineData("a sum over the 65,536 pixels of 8 images", 8 * 65536 * 1.39, 8 * 65536, null, false)]
    [InlineData("a sum over the pixels of 64 images beside their class", 64 * 784 * 0.69, 64, null, false)]
    [InlineData("what makes large images by their class", 64 * 12288 * 0.69, 64, TrainingTask.Variational, false)]
    [InlineData("classes alone", 1.39, 64, null, false)]
    public void TellsAPartThatOutweighsTheClasses(string name, double first, double labels, TrainingTask? task, bool found)
    {
        _ = name;
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, 100).Select(step => first * (0.1 + (0.9 * Math.Exp(-step / 10.0))))).And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(4.0, 100)))
            .And(Trace.Of(Metric.TargetLabelCount, Enumerable.Repeat(labels, 100)));
        var findings = RuleVerifier.Run(new ImplausibleLoss(new()), trace, new RunDescription { Task = task });

        Assert.Equal(found, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Warning, Cause.UnscaledData), (finding.Severity, finding.Causes[0].Cause)));
    }

    /// <summary>A loss that was recognised is no sum of parts.</summary>
    [Fact]
    public void SaysNothingOfALossThatIsKnown()
    {
        var trace = Trace.Of(Metric.Loss, Enumerable.Repeat(90000.0, 100)).And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(4.0, 100))).And(Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat(1.0, 100)));

        Assert.Empty(RuleVerifier.Run(new ImplausibleLoss(new()), trace));
    }

    /// <summary>Weights of few digits lose most of a small step: the loss still falls at the end, and longer training is the wrong answer.</summary>
    [Theory]
    [InlineData("bfloat16", 0.0005, Severity.Warning, Cause.InsufficientPrecision)]
    [InlineData("bfloat16", 0.02, Severity.Info, Cause.TooFewEpochs)]
    [InlineData("float32", 0.0005, Severity.Info, Cause.LearningRateTooLow)]
    public void StepsBelowTheDigitsOfTheWeightsAreRoundedAway(string type, double update, Severity severity, Cause cause)
    {
        var run = new RunDescription
        {
            Model = new ModelDescription
            {
                TypeName = "Net",
                Layers = [new LayerDescription { Path = "0", TypeName = "Linear", Kind = LayerKind.Linear, IsLeaf = true }],
                Parameters = [new ParameterDescription { Name = "0.weight", LayerPath = "0", Role = ParameterRole.Weight, Shape = [8, 8], Count = 64, DataType = type, IsTrainable = true }],
            },
        };
        var finding = Assert.Single(RuleVerifier.Run(new SlowConvergence(new()), Falling(update), run));

        Assert.Equal((severity, cause), (finding.Severity, finding.Causes[0].Cause));
    }

    /// <summary>Where the validation only gets worse, samples are learnt by heart, slowly; longer steps would do it sooner.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void SlowMemorisingIsNoReasonForLongerSteps(bool getsWorse, int warnings)
    {
        var loss = Trace.Of(Metric.Loss, Enumerable.Range(0, 440).Select(step => 2.32 - (0.16 * step / 440) + (0.004 * Math.Sin(step * 1.7))));
        var validation = Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, 20).Select(row => 2.316 + ((getsWorse ? 0.0035 : -0.0035) * row))).Every(22).From(21);

        Assert.Equal(warnings, RuleVerifier.Run(new SlowConvergence(new()), loss.And(validation)).Count(finding => finding.Severity == Severity.Warning));
    }

    private static Trace Falling(double update) => Trace.Of(Metric.Loss, Enumerable.Range(0, 400).Select(step => 2.3 - (step / 400.0) + (0.01 * Math.Sin(step * 1.3))))
        .And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(update, 400))).And(Trace.Of(Metric.GlobalGradientNorm, Enumerable.Range(0, 400).Select(step => 1 + (0.3 * Math.Sin(step)))));
}
