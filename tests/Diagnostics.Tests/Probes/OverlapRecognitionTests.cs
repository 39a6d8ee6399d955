using TorchSharp;
using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>Losses of overlaps as programs write them, and losses that are none.</summary>
public sealed class OverlapRecognitionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public OverlapRecognitionTests() => manual_seed(4);

    public static TheoryData<string> Forms => ["dice", "dice of samples", "dice of channels", "dice of classes", "squared dice", "dice smoothed below alone", "jaccard", "negative dice", "cross entropy and dice", "half of both"];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public void KnowsWhatIsCountedAndOfWhat(string form)
    {
        Assert.Equal((true, true, false), After(4, o => Loss(form, o, o)));
        Assert.Equal((true, false, true), After(4, o => Loss(form, o.sigmoid(), o)));
        Assert.Equal((true, false, false), After(4, o => Loss(form, o.softmax(1), o)));
    }

    /// <summary>One step agrees with one of hundreds of forms by chance.</summary>
    [Fact]
    public void IsSureAfterThreeSteps()
    {
        Assert.Equal((false, true, false), After(1, o => Loss("dice", o, o)));
        Assert.Equal((false, true, false), After(2, o => Loss("dice", o, o)));
        Assert.Equal((true, true, false), After(3, o => Loss("dice", o, o)));
    }

    [Theory]
    [InlineData("focal")]
    [InlineData("tversky")]
    [InlineData("weighted")]
    public void KnowsNoOther(string form) => Assert.Null(After(4, o => form switch
    {
        "focal" => t => ((1 - o.sigmoid()).square() * nn.functional.softplus(-o) * t).mean(),
        "tversky" => t => 1 - ((o.sigmoid() * t).sum() / ((o.sigmoid() * t).sum() + (0.3 * (o.sigmoid() * (1 - t)).sum()) + (0.7 * ((1 - o.sigmoid()) * t).sum()))),
        _ => t => (1 - (2 * (o.sigmoid() * t).sum() / (o.sigmoid() + t).sum())) * 0.3,
    }));

    /// <summary>A fraction of next to nothing is rounded by more than forms differ; what fails in most steps is another loss, and stays one.</summary>
    [Fact]
    public void AFormMayFailNowAndThenAndNotMostly()
    {
        var recognition = new OverlapRecognition();
        var told = new[] { true, false, true, true, false, true, false, false, false, true, true, true }.Select(agrees =>
        {
            var (o, t) = Step();
            return recognition.Recognize(o, t, agrees ? Loss("dice", o, o)(t).item<float>() : 0.123)?.IsKnown;
        });

        Assert.Equal([false, false, false, true, false, true, false, false, null, null, null, null], told);
    }

    /// <summary>A batch of background tells nothing, and what was known stays known.</summary>
    [Fact]
    public void EmptyMasksAreLeftOut()
    {
        var recognition = new OverlapRecognition();
        for (int step = 0; step < 4; step++)
        {
            var (o, t) = Step();
            Assert.NotNull(recognition.Recognize(o, t, Loss("dice", o, o)(t).item<float>()));
            Assert.Null(recognition.Recognize(o, zeros_like(t), Loss("dice", o, o)(zeros_like(t)).item<float>()));
        }
    }

    [Fact]
    public void TargetsBetweenZeroAndOneAreNoMasks()
    {
        var (o, t) = Step();
        Assert.Null(new OverlapRecognition().Recognize(o, t * 0.9, Loss("dice", o, o)(t * 0.9).item<float>()));
    }

    [Fact]
    public void TellsHowMuchIsNoProbability()
    {
        var (o, t) = Step();
        var found = new OverlapRecognition().Recognize(o, t, Loss("dice", o, o)(t).item<float>());

        Assert.Equal(o.lt(0).logical_or(o.gt(1)).to_type(ScalarType.Float64).mean().item<double>(), found!.Value.Outside, 1e-12);
        Assert.InRange(found.Value.Outside, 0.5, 0.9);
    }

    private static (bool IsKnown, bool IsBare, bool IsSigmoid)? After(int steps, Func<Tensor, Func<Tensor, Tensor>> loss)
    {
        var recognition = new OverlapRecognition();
        RecognizedOverlap? last = null;
        for (int step = 0; step < steps; step++)
        {
            var (o, t) = Step();
            last = recognition.Recognize(o, t, loss(o)(t).item<float>());
        }

        return last is { } found ? (found.IsKnown, found.IsBare, found.IsSigmoid) : null;
    }

    private static (Tensor Output, Tensor Mask) Step() => (randn(6, 3, 5, 4) * 2, rand(6, 3, 5, 4).lt(0.3).to_type(ScalarType.Float32));

    private static Func<Tensor, Tensor> Loss(string form, Tensor marked, Tensor output) => t =>
    {
        var entropy = nn.functional.binary_cross_entropy_with_logits(output, t);
        return form switch
        {
            "dice" => 1 - Dice([0, 1, 2, 3], 1),
            "dice of samples" => 1 - Dice([1, 2, 3], 1e-5),
            "dice of channels" => 1 - Dice([2, 3], 1),
            "dice of classes" => 1 - Dice([0, 2, 3], 1e-3),
            "squared dice" => 1 - (((2 * (marked * t).sum()) + 1) / (marked.square().sum() + t.square().sum() + 1)),
            "dice smoothed below alone" => 1 - (2 * (marked * t).sum() / (marked.sum() + t.sum() + 10)),
            "jaccard" => 1 - (((marked * t).sum() + 1) / (marked.sum() + t.sum() - (marked * t).sum() + 1)),
            "negative dice" => -Dice([0, 1, 2, 3], 1),
            "cross entropy and dice" => entropy + 1 - Dice([1, 2, 3], 1),
            _ => (entropy + 1 - Dice([0, 1, 2, 3], 1)) / 2,
        };

        Tensor Dice(long[] together, double smoothing) => (((2 * (marked * t).sum(together)) + smoothing) / (marked.sum(together) + t.sum(together) + smoothing)).mean();
    };
}
