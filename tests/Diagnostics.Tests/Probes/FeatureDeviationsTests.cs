using TorchSharp;
using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

public sealed class FeatureDeviationsTests
{
    [Theory]
    [InlineData(128, 784)]
    [InlineData(7, 3)]
    [InlineData(33, 21)]
    public void TheyAgreeWithTorch(int rows, int columns)
    {
        torch.manual_seed(5);
        using var scope = NewDisposeScope();
        var input = (randn(rows, columns) * 3) + 40;
        input[TensorIndex.Colon, 1] = 7;
        input[TensorIndex.Colon, 2] = 0;
        input[rows - 1, 2] = 1e-38;

        var deviations = new FeatureDeviations().Measure(input.data<float>().ToArray(), rows, columns);

        var expected = input.to_type(ScalarType.Float64).std(0, unbiased: false).data<double>().ToArray();
        for (int c = 0; c < columns; c++)
        {
            Assert.Equal(expected[c], deviations[c], 1e-5 * Math.Max(1e-30, expected[c]));
        }

        Assert.Equal(0, deviations[1]);
        Assert.True(deviations[2] > 0);
    }
}
