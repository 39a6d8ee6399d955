using TorchSharp;
using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>A loss that a program computes by functions is known by its value; the value comes from torch, the recognition computes it by itself.</summary>
public sealed class LossRecognitionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public LossRecognitionTests() => manual_seed(1);

    public static TheoryData<string, LossKind, int> Losses => new()
    {
        { "cross entropy", LossKind.CrossEntropy, 0 },
        { "summed cross entropy", LossKind.CrossEntropy, 1 },
        { "cross entropy upside down", LossKind.CrossEntropy, -1 },
        { "a quarter of cross entropy", LossKind.CrossEntropy, 3 },
        { "likelihood", LossKind.NegativeLogLikelihood, 0 },
        { "squares", LossKind.MeanSquaredError, 0 },
        { "summed squares", LossKind.MeanSquaredError, 1 },
        { "magnitudes", LossKind.MeanAbsoluteError, 0 },
        { "binary", LossKind.BinaryCrossEntropyWithLogits, 0 },
        { "divergence", LossKind.KullbackLeibler, 2 },
        { "soft labels", LossKind.CrossEntropy, 0 },
    };

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Losses))]
    public void KnowsTheUsualLosses(string name, LossKind kind, int reduction)
    {
        var (logits, classes, values) = (randn(24, 5), randint(0, 5, [24], dtype: ScalarType.Int64), rand(24, 5));
        var shares = values / values.sum(1, keepdim: true);
        var (output, target, loss) = name switch
        {
            "cross entropy" => (logits, classes, nn.functional.cross_entropy(logits, classes)),
            "summed cross entropy" => (logits, classes, nn.functional.cross_entropy(logits, classes, reduction: nn.Reduction.Sum)),
            "cross entropy upside down" => (logits, classes, -nn.functional.cross_entropy(logits, classes)),
            "a quarter of cross entropy" => (logits, classes, nn.functional.cross_entropy(logits, classes) / 4),
            "likelihood" => (logits, classes, nn.functional.nll_loss(logits, classes)),
            "squares" => (logits, values, nn.functional.mse_loss(logits, values)),
            "summed squares" => (logits, values, nn.functional.mse_loss(logits, values, nn.Reduction.Sum)),
            "magnitudes" => (logits, values, nn.functional.l1_loss(logits, values)),
            "binary" => (logits, values, nn.functional.binary_cross_entropy_with_logits(logits, values)),
            "divergence" => (logits.log_softmax(1), shares, nn.functional.kl_div(logits.log_softmax(1), shares, false, nn.Reduction.Sum) / 24),
            _ => (logits, shares, nn.functional.cross_entropy(logits, shares)),
        };

        var found = LossRecognition.Recognize(output, target, loss.item<float>(), null, null);

        Assert.Equal(((LossKind?)kind, reduction), (found?.Kind, found?.Reduction));
    }

    [Fact]
    public void KnowsNoOther()
    {
        var (logits, classes) = (randn(24, 5), randint(0, 5, [24], dtype: ScalarType.Int64));
        double smoothed = nn.functional.cross_entropy(logits, classes, label_smoothing: 0.2).item<float>();

        Assert.Null(LossRecognition.Recognize(logits, classes, smoothed, null, null)!.Kind);
        Assert.Null(LossRecognition.Recognize(logits, randint(0, 5, [23], dtype: ScalarType.Int64), smoothed, null, null));
        Assert.Null(LossRecognition.Recognize(logits, classes, double.NaN, null, null));
    }

    [Fact]
    public void SeesAFunctionThatTheLossTakesAgain()
    {
        var (logits, classes, yes) = (2 * randn(24, 5), randint(0, 5, [24], dtype: ScalarType.Int64), rand(24, 5).gt(0.5).to_type(ScalarType.Float32));
        double twice = nn.functional.cross_entropy(logits.softmax(1), classes).item<float>();
        double once = nn.functional.cross_entropy(logits, classes).item<float>();
        double sigmoid = nn.functional.binary_cross_entropy_with_logits(logits.sigmoid(), yes).item<float>();

        Assert.True(LossRecognition.Recognize(logits, classes, twice, null, null)!.IsActivated);
        Assert.True(LossRecognition.Recognize(logits, yes, sigmoid, null, null)!.IsActivated);
        Assert.False(LossRecognition.Recognize(logits, classes, once, null, null)!.IsActivated);
    }

    [Fact]
    public void KnowsTemporalClassification()
    {
        var (output, letters) = (randn(12, 4, 6).log_softmax(2), randint(1, 6, [4, 3], dtype: ScalarType.Int64));
        double loss = nn.functional.ctc_loss(output, letters, full(4, 12, ScalarType.Int64), full(4, 3, ScalarType.Int64)).item<float>();

        Assert.Equal(LossKind.ConnectionistTemporalClassification, LossRecognition.Recognize(output, letters, loss, null, null)!.Kind);
    }

    [Theory]
    [InlineData("logits", 0, -1)]
    [InlineData("shares", 1, 1)]
    [InlineData("logarithms", 2, 1)]
    [InlineData("over samples", 2, 0)]
    public void TellsSharesFromNumbers(string what, int kind, int dimension)
    {
        var logits = randn(24, 5);
        var output = what switch { "logits" => logits, "shares" => logits.softmax(1), "logarithms" => logits.log_softmax(1), _ => logits.log_softmax(0) };

        Assert.Equal(new OutputForm(kind, dimension), OutputForm.Of(output));
    }

    [Fact]
    public void SeesShapesThatBroadcast()
    {
        var (output, target) = (randn(16, 1), randn(16));

        Assert.True(LossRecognition.Recognize(output, target, nn.functional.mse_loss(output, target).item<float>(), null, null)!.IsBroadcast);
        Assert.False(LossRecognition.Recognize(output, target, nn.functional.mse_loss(output.flatten(), target).item<float>(), null, null)!.IsBroadcast);
    }

    [Fact]
    public void SeesLogitsThatAreReshapedAndNotTransposed()
    {
        var (logits, classes) = (randn(6, 4, 9), randint(0, 9, [6, 4], dtype: ScalarType.Int64));
        double reshaped = nn.functional.cross_entropy(logits.reshape(6, 9, 4), classes).item<float>();
        double transposed = nn.functional.cross_entropy(logits.transpose(1, 2), classes).item<float>();

        Assert.True(LossRecognition.Recognize(logits, classes, reshaped, null, null)!.IsRegrouped);
        Assert.False(LossRecognition.Recognize(logits, classes, transposed, null, null)!.IsRegrouped);
    }

    [Fact]
    public void SeesWhatIsLeftOut()
    {
        var (logits, classes) = (randn(30, 5), randint(0, 5, [30], dtype: ScalarType.Int64));
        double loss = nn.functional.cross_entropy(logits, classes, ignore_index: 2).item<float>();

        var found = LossRecognition.Recognize(logits, classes, loss, null, padding: 2)!;

        Assert.Equal((LossKind.CrossEntropy, 2L), (found.Kind, found.Ignored));
    }
}
