using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>TD7019 part by part: what a preflight saw, and what is said of it with what is known and without.</summary>
public sealed class MisfitPartsTests
{
    private const string Input = "float32[8, 16, 16, 3]";

    public static TheoryData<PreflightDescription, Severity, string, string> Parts => new()
    {
        { new() { FailedAt = "forward", Input = Input, Failure = "mat1 and mat2" }, Severity.Error, "The model fails on the batch", "With inputs of float32[8, 16, 16, 3]: mat1 and mat2" },
        { new() { FailedAt = "loss" }, Severity.Error, "The loss fails on the model's output", "With inputs of an unknown kind: no message" },
        { new() { FailedAt = "backward", Input = Input }, Severity.Error, "The backward pass fails", "With inputs of float32[8, 16, 16, 3]: no message" },
        { new() { ChannelsLast = ["conv", "other"], Input = Input }, Severity.Warning, "conv, other reads images with the channels last", "The input is float32[8, 16, 16, 3]: heights and widths stand where conv, other reads channels." },
        { new() { ChannelsLast = ["conv"] }, Severity.Warning, "conv reads images with the channels last", "The input is an image: heights and widths stand where conv reads channels." },
        { new() { ReadAcross = ["conv"] }, Severity.Error, "conv reads pixels as channels", "The input of the model is an image, and conv is given the same numbers in the same order with the channels first: each of its channels holds parts of all." },
        { new() { ChangesInput = true }, Severity.Warning, "The model overwrites its input", "After one evaluation the batch held other numbers than before." },
        { new() { Decayed = ["a.bias", "b.bias"] }, Severity.Info, "Weight decay pulls on biases, normalisation or embeddings", "The optimizer decays 2 parameters that are not weights of a layer: a.bias, b.bias." },
        { new() { DecaysThroughGradient = true }, Severity.Info, "Weight decay goes through Adam's division", "NAdam adds a weight decay of 0.25 to the gradient, and then divides by its size: parameters with large gradients are hardly decayed." },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public void EachPartIsToldInItsWords(PreflightDescription preflight, Severity severity, string title, string message)
    {
        var run = new RunDescription { Model = Piece.Sequence(Piece.Linear(8, 2)), Preflight = preflight, Optimizer = new OptimizerDescription { TypeName = "NAdam", WeightDecay = 0.25 } };
        var finding = Assert.Single(RuleVerifier.Run(new MisfitPart(new()), Trace.Of(Metric.Loss, 1), run));

        Assert.Equal((severity, title, message), (finding.Severity, finding.Title.ToString(), finding.Message.ToString()));
    }

    [Theory]
    [InlineData("loss", Cause.WrongLoss)]
    [InlineData("forward", Cause.SwappedAxes)]
    [InlineData("backward", Cause.SwappedAxes)]
    public void AFailureIsTheFaultOfWhereItHappened(string failedAt, Cause cause)
    {
        var symptom = Assert.Single(Inspection.Of(new MisfitPart(new()), Piece.Sequence(Piece.Linear(8, 2)), null, new RunDescription { Preflight = new PreflightDescription { FailedAt = failedAt } }));
        var view = Inspection.View(Piece.Sequence(Piece.Linear(8, 2)), null, new RunDescription { Preflight = new PreflightDescription { FailedAt = failedAt } });

        Assert.Equal(cause, new MisfitPart(new()).Diagnose(symptom, view.Facts).Causes[0].Cause);
    }

    /// <summary>An optimizer that is not known is called Adam, and its decay is no number.</summary>
    [Fact]
    public void AnOptimizerThatIsNotKnownIsCalledAdam()
    {
        var run = new RunDescription { Model = Piece.Sequence(Piece.Linear(8, 2)), Preflight = new PreflightDescription { DecaysThroughGradient = true, Decayed = ["bias"] } };
        var findings = RuleVerifier.Run(new MisfitPart(new()), Trace.Of(Metric.Loss, 1), run);

        Assert.Contains(findings, finding => finding.Message.ToString().StartsWith("Adam adds a weight decay of NaN", StringComparison.Ordinal));
        Assert.Equal(2, findings.Count);
    }

    /// <summary>Statistics that two calls feed are a mixture; one call is as it should be, and so are calls of other layers.</summary>
    [Theory]
    [InlineData("once", "1", new[] { 1.0, 1 }, false)]
    [InlineData("twice", "1", new[] { 1.0, 2 }, true)]
    [InlineData("once at last", "1", new[] { 2.0, 1 }, false)]
    [InlineData("another layer twice", "2", new[] { 2.0, 2 }, false)]
    public void StatisticsThatTwoCallsFeedAreShared(string name, string layer, double[] calls, bool isFound)
    {
        var model = Piece.Sequence(Piece.Convolution(8, 8, 3), Piece.BatchNorm, Piece.Linear(8, 2));
        var symptom = Inspection.Of(new MisfitPart(new()), model, Trace.Of(Metric.CallCount, layer, calls), new RunDescription { Preflight = new PreflightDescription() }).SingleOrDefault();

        Assert.True(isFound == (symptom is not null), name);
        Assert.True(symptom is null || (symptom.Variant, symptom.Evidence[0].Value, symptom.Evidence[0].Limit) == ("shared-statistics", 2, 1), name);
    }

    public static TheoryData<string, ModelDescription, string> Biases => new()
    {
        { "directly before", Piece.Sequence(Piece.Linear(8, 8), Piece.BatchNorm), "0" },
        { "without a bias", Piece.Sequence(Piece.Convolution(8, 8, 3), Piece.BatchNorm), string.Empty },
        { "before another normalisation", Piece.Sequence(Piece.Linear(8, 8), Piece.Of(LayerKind.Normalization, "LayerNorm")), string.Empty },
        { "behind", Piece.Sequence(Piece.BatchNorm, Piece.Linear(8, 8)), string.Empty },
        { "before a function", Piece.Sequence(Piece.Linear(8, 8), Piece.Of(ActivationKind.ReLU), Piece.BatchNorm), string.Empty },
        { "twice", Piece.Sequence(Piece.Linear(8, 8), Piece.BatchNorm, Piece.Linear(8, 8), Piece.BatchNorm), "0 2" },
    };

    [Theory]
    [MemberData(nameof(Biases))]
    public void ABiasBeforeABatchNormalisationHasNoEffect(string name, ModelDescription model, string expected)
    {
        var symptoms = Inspection.Of(new MisfitPart(new()), model, null, new RunDescription { Preflight = new PreflightDescription() });

        Assert.True(expected == string.Join(' ', symptoms.SelectMany(symptom => symptom.Layers)), name);
        Assert.Empty(Inspection.Of(new MisfitPart(new()), model));
    }
}
