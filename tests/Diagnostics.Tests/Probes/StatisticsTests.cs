using CsCheck;
using TorchSharp;
using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>Every statistic against a second computation: torch in double precision.</summary>
public sealed class StatisticsTests
{
    public static TheoryData<ScalarType, double, double> Tensors => new()
    {
        { ScalarType.Float32, 0, 1 },
        { ScalarType.Float32, 1000, 0.01 },
        { ScalarType.Float32, 0, 1e-25 },
        { ScalarType.Float32, 0, 1e25 },
        { ScalarType.Float64, 0, 1e-80 },
        { ScalarType.Float64, 5, 1e-9 },
        { ScalarType.Float16, 1, 2 },
        { ScalarType.Float16, 0, 1e-6 },
        { ScalarType.BFloat16, -3, 2 },
    };

    [Theory]
    [MemberData(nameof(Tensors))]
    public void TheFusedPassAgreesWithTorch(ScalarType type, double mean, double deviation)
    {
        torch.manual_seed(3);
        using var scope = NewDisposeScope();
        foreach (long length in new[] { 1L, 7, 8, 1023, 5000, 40_001 })
        {
            var tensor = ((randn(length, dtype: ScalarType.Float64) * deviation) + mean).to(type);
            CheckAgainstTorch(tensor, TensorMeter.Measure(tensor));
        }
    }

    [Theory]
    [MemberData(nameof(Tensors))]
    public void ReductionsOnADeviceGiveTheSameFigures(ScalarType type, double mean, double deviation)
    {
        torch.manual_seed(4);
        using var scope = NewDisposeScope();
        var tensor = ((randn(5000, dtype: ScalarType.Float64) * deviation) + mean).to(type);
        CheckAgainstTorch(tensor, OnDevice(tensor));
    }

    [Fact]
    public void StridedTensorsAreReadWhereTheyLie()
    {
        torch.manual_seed(5);
        using var scope = NewDisposeScope();
        var whole = randn(6, 5, 70, 90);
        Tensor[] views =
        [
            whole.permute(0, 2, 3, 1), whole.transpose(2, 3), whole[TensorIndex.Ellipsis, TensorIndex.Slice(3, 80, 3)], whole[2].permute(2, 0, 1),
            whole[TensorIndex.Slice(1, 4), 1], randn(1, 5).expand(4000, 5), whole.to(ScalarType.BFloat16).permute(3, 0, 1, 2), whole.to(ScalarType.Float64).transpose(0, 3),
        ];
        foreach (var view in views)
        {
            Assert.False(view.is_contiguous());
            CheckAgainstTorch(view, TensorMeter.Measure(view));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheFirstNonFiniteElementIsFound(bool onDevice)
    {
        using var scope = NewDisposeScope();
        foreach (int position in new[] { 0, 1023, 1024, 4999 })
        {
            var tensor = ones(5000);
            tensor[position] = float.NaN;
            tensor[4999] = float.NegativeInfinity;
            var statistics = onDevice ? OnDevice(tensor) : TensorMeter.Measure(tensor);

            Assert.Equal(position, statistics.FirstNonFinite);
            Assert.Equal(position == 4999 ? 1 : 2, statistics.NonFiniteCount);
            Assert.Equal(1, statistics.Mean);
            Assert.Equal(0, statistics.StandardDeviation);
            Assert.Equal(1, statistics.AbsoluteMaximum);
        }
    }

    [Fact]
    public void AnOutlierInFrontSpoilsNothing()
    {
        torch.manual_seed(6);
        using var scope = NewDisposeScope();
        var tensor = randn(200_000);
        tensor[0] = 1e6f;
        CheckAgainstTorch(tensor, TensorMeter.Measure(tensor));
    }

    [Fact]
    public void PartsAddUpToTheWhole() => Gen.Select(Gen.Double[-5, 5].Array[2, 3000], Gen.Double[0, 1]).Sample((values, cut) =>
    {
        float[] all = [.. values.Select(value => (float)value)];
        int at = (int)(cut * all.Length);
        var left = Moments.Empty;
        left.Add(all.AsSpan(0, at));
        var right = Moments.Empty;
        right.Add(all.AsSpan(at));
        left.Add(right);
        var (whole, merged) = (Moments.Measure(all), left.ToStatistics());
        Assert.Equal(whole.Mean, merged.Mean, 1e-5);
        Assert.Equal(whole.StandardDeviation, merged.StandardDeviation, 1e-4);
        Assert.Equal(whole.Skewness, merged.Skewness, 1e-3);
        Assert.Equal((whole.Count, whole.Minimum, whole.Maximum, whole.ZeroFraction), (merged.Count, merged.Minimum, merged.Maximum, merged.ZeroFraction));
    }, iter: 200);

    [Theory]
    [InlineData(LayerKind.Activation, 40, 19)]
    [InlineData(LayerKind.Activation, 40, 6, 7)]
    [InlineData(LayerKind.Activation, 40, 5, 7, 9)]
    [InlineData(LayerKind.Convolution, 40, 5, 33)]
    public void UnitsAgreeWithTorch(LayerKind kind, params int[] sizes)
    {
        torch.manual_seed(8);
        using var scope = NewDisposeScope();
        long[] shape = [.. sizes.Select(size => (long)size)];
        var layout = UnitLayout.Of(shape, kind);
        var host = new LayerMeter((-0.9f, 0.9f));
        var device = new LayerMeter((-0.9f, 0.9f));
        using var readback = new DeviceReadback();
        for (int batch = 0; batch < 8; batch++)
        {
            var planes = tanh(randn(layout.Samples * layout.Outer, layout.Units, layout.Inner) * 2);
            planes[TensorIndex.Colon, 1] = 0;
            planes[TensorIndex.Colon, 3] = 0.95;
            var output = planes.reshape(shape);
            host.Measure(output, layout, null);
            device.Measure(output, layout, readback);
            readback.Fetch();
            device.Resolve(readback);
            double bound = output.abs().ge(0.9).to(ScalarType.Float64).mean().item<double>();
            double variation = output.reshape(shape[0], -1).to(ScalarType.Float64).std(0, unbiased: false).mean().item<double>();
            Assert.Equal(bound, host.Units.ElementBoundFraction, 1e-6);
            Assert.Equal(bound, device.Units.ElementBoundFraction, 1e-5);
            Assert.Equal(variation, host.Variation, 1e-5);
            Assert.Equal(variation, device.Variation, 1e-5);
        }

        Assert.True(host.Units.IsReady && device.Units.IsReady);
        Assert.Equal(1.0 / layout.Units, host.Units.DeadFraction);
        Assert.Equal(1.0 / layout.Units, host.Units.BoundFraction);
        Assert.Equal(host.Units.DeadFraction, device.Units.DeadFraction);
        Assert.Equal(host.Units.BoundFraction, device.Units.BoundFraction);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-2, 8_000)]
    [InlineData(ScalarType.Float32, 1e-20, 500)]
    [InlineData(ScalarType.Float64, 1e-12, 500)]
    [InlineData(ScalarType.BFloat16, 1, 500)]
    public void ChangeAndAngleAgreeWithTorch(ScalarType type, double scale, long length)
    {
        torch.manual_seed(9);
        using var scope = NewDisposeScope();
        using var readback = new DeviceReadback();
        using IParameterMeter host = type == ScalarType.Float64 ? new HostParameterMeter<double>() : new HostParameterMeter<float>();
        using var device = new DeviceParameterMeter(readback);
        var values = (randn(length, dtype: ScalarType.Float64) * scale).to(type);
        var gradient = (randn(length, dtype: ScalarType.Float64) * scale).to(type);
        foreach (var meter in new[] { host, device })
        {
            meter.Measure(values, gradient, followsRemembered: false, followsGradient: false);
        }

        var moved = values + (gradient * 0.1);
        var turned = gradient + (values * 0.5);
        foreach (var meter in new[] { host, device })
        {
            readback.Clear();
            meter.Measure(moved, turned, followsRemembered: true, followsGradient: true);
            readback.Fetch();
            var reading = meter.Read();
            var (v, g) = (values.to(ScalarType.Float64), gradient.to(ScalarType.Float64));
            var (m, t) = (moved.to(ScalarType.Float64), turned.to(ScalarType.Float64));
            AssertClose((m - v).square().sum().item<double>(), reading.SquaredChange, 1e-4);
            AssertClose(v.square().sum().item<double>(), reading.SquaredBefore, 1e-4);
            AssertClose(((g * t).sum() / (g.norm() * t.norm())).item<double>(), reading.Cosine!.Value, 1e-4);
            AssertClose(m.norm().item<double>(), reading.Values.Norm, 1e-5);
            AssertClose(t.norm().item<double>(), reading.Gradient!.Value.Norm, 1e-5);
        }
    }

    [Fact]
    public void ASampleOfALargeTensorTellsChangeAndAngleToAFewPercent()
    {
        torch.manual_seed(10);
        using var scope = NewDisposeScope();
        using var meter = new HostParameterMeter<float>();

        // Rows of very different size, as in a layer of which some units are hardly used.
        var values = randn(1_000, 300) * randn(1_000, 1).exp();
        var gradient = randn(1_000, 300) * randn(1_000, 1).exp();
        meter.Measure(values, gradient, followsRemembered: false, followsGradient: false);
        var (moved, turned) = (values + (gradient * 0.1), gradient + (values * 0.5));
        meter.Measure(moved, turned, followsRemembered: true, followsGradient: true);

        var reading = meter.Read();
        AssertClose(((moved - values).norm() / values.norm()).item<float>(), Math.Sqrt(reading.SquaredChange / reading.SquaredBefore), 0.1);
        AssertClose(((gradient * turned).sum() / (gradient.norm() * turned.norm())).item<float>(), reading.Cosine!.Value, 0.1);
        AssertClose(moved.norm().item<float>(), reading.Values.Norm, 1e-5);
        AssertClose(turned.norm().item<float>(), reading.Gradient!.Value.Norm, 1e-5);
    }

    [Fact]
    public void OfALargeTensorThatHardlyMovesNoMoveIsMissed()
    {
        using var scope = NewDisposeScope();
        using var meter = new HostParameterMeter<float>();
        var values = ones(1_000, 300);
        var gradient = zeros(1_000, 300);
        gradient[517, 299] = 1;
        meter.Measure(values, gradient, followsRemembered: false, followsGradient: false);
        meter.Measure(values, gradient, followsRemembered: true, followsGradient: true);

        meter.Measure(values - gradient, gradient, followsRemembered: true, followsGradient: true);

        Assert.Equal(1, meter.Read().SquaredChange, 1e-9);
    }

    private static TensorStatistics OnDevice(Tensor tensor)
    {
        using var readback = new DeviceReadback();
        int ticket;
        using (no_grad())
        {
            ticket = readback.Add(DeviceStatistics.Reduce(DeviceStatistics.Flatten(tensor)));
        }

        readback.Fetch();
        return DeviceStatistics.Read(readback.Take(ticket));
    }

    private static void CheckAgainstTorch(Tensor tensor, TensorStatistics statistics)
    {
        var x = tensor.to(ScalarType.Float64).contiguous();
        double mean = x.mean().item<double>();
        double deviation = x.std(unbiased: false).item<double>();
        double largest = x.abs().max().item<double>();
        Assert.Equal(x.NumberOfElements, statistics.Count);
        Assert.Equal(0, statistics.NonFiniteCount);
        Assert.Equal(-1, statistics.FirstNonFinite);
        AssertClose(mean, statistics.Mean, 1e-6, largest);
        AssertClose(deviation, statistics.StandardDeviation, 1e-4, 1e-7 * largest);
        AssertClose(x.norm().item<double>(), statistics.Norm, 1e-5);
        Assert.Equal(x.min().item<double>(), statistics.Minimum);
        Assert.Equal(x.max().item<double>(), statistics.Maximum);
        Assert.Equal(largest, statistics.AbsoluteMaximum);
        Assert.Equal(x.eq(0).to(ScalarType.Float64).mean().item<double>(), statistics.ZeroFraction, 1e-12);
        Assert.Equal(x.lt(0).to(ScalarType.Float64).mean().item<double>(), statistics.NegativeFraction, 1e-12);
        if (x.NumberOfElements >= 1000 && deviation > 1e-5 * largest)
        {
            AssertClose(((x - mean) / deviation).pow(3).mean().item<double>(), statistics.Skewness, 1e-3, 1);
        }
    }

    private static void AssertClose(double expected, double actual, double relative, double scale = 0) =>
        Assert.True(Math.Abs(expected - actual) <= relative * Math.Max(Math.Abs(expected), scale), $"expected {expected:R}, was {actual:R}");
}
