using TorchSharp;
using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

public sealed class SequenceAlignmentTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CountsThePlacesThatTargetsAreShiftedBy(int shift)
    {
        var text = randint(0, 20, [8, 16], dtype: ScalarType.Int64);

        Assert.Equal(shift, Measure(text[.., ..12], text[.., shift..(12 + shift)])[Metric.TargetShift]);
        Assert.Equal(shift, Measure(text[.., ..12], text[.., shift..(12 + shift)].reshape(-1))[Metric.TargetShift]);
    }

    [Fact]
    public void ClaimsNoShiftOfOtherTargets() => Assert.DoesNotContain(Metric.TargetShift, Measure(randint(0, 20, [8, 12], dtype: ScalarType.Int64), randint(0, 20, [8, 12], dtype: ScalarType.Int64)).Keys);

    [Fact]
    public void SeesPaddingThatCountsAndPaddingThatDoesNot()
    {
        var (input, target) = Sentences(end: 1, pad: 0);

        Assert.InRange(Measure(input, target)[Metric.TargetPaddingFraction], 0.3, 0.7);
        Assert.Equal(0, Measure(input, target, 0)[Metric.TargetPaddingFraction]);
    }

    [Fact]
    public void SeesWhetherRowsEndAlike()
    {
        var (input, target) = Sentences(end: 1, pad: 0);
        var (same, ignored) = Sentences(end: 1, pad: 1);

        Assert.Equal(1, Measure(input, target, 0)[Metric.TargetEndAgreement]);
        Assert.True(Measure(same, ignored, 1)[Metric.TargetEndAgreement] < 0.7);
    }

    private static (Tensor Input, Tensor Target) Sentences(long end, long pad)
    {
        var random = new Random(3);
        long[] rows = [.. Enumerable.Range(0, 16).SelectMany(_ =>
        {
            long[] sentence = [.. Enumerable.Range(0, 3 + random.Next(6)).Select(_ => (long)(2 + random.Next(18))), end];
            return sentence.Concat(Enumerable.Repeat(pad, 13 - sentence.Length));
        })];
        var text = tensor(rows).reshape(16, 13);
        return (text[.., ..12], text[.., 1..]);
    }

    private static Dictionary<Metric, double> Measure(Tensor input, Tensor target, params long[] ignored)
    {
        var seen = new Dictionary<Metric, double>();
        SequenceAlignment.Of(input, target)!.Measure(ignored, true, 0, (metric, _, value) => seen[metric] = value);
        return seen;
    }
}
