using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Tests.Curves;

/// <summary>The epoch of the best validation: told at its step, before or after it, or later.</summary>
public sealed class BestEpochsTests
{
    [Theory]
    [InlineData("the loss, lowest", Metric.ValidationLoss, new[] { 3.0, 1, 2, 1 }, 1)]
    [InlineData("the score, highest", Metric.ValidationAccuracy, new[] { 0.1, 0.2, 0.9, 0.9 }, 2)]
    [InlineData("a loss that is no number is none", Metric.ValidationLoss, new[] { 3.0, 2, double.NaN, double.NegativeInfinity }, 1)]
    [InlineData("an error is not kept", Metric.ValidationError, new[] { 3.0, 1, 2, 3 }, -1)]
    [InlineData("the loss of training is not either", Metric.Loss, new[] { 3.0, 1, 2, 3 }, -1)]
    public void OfTheBestTheEpochIsKept(string name, Metric metric, double[] values, int best)
    {
        _ = name;
        foreach (bool before in new[] { true, false })
        {
            var epochs = new BestEpochs();
            foreach (var (index, value) in values.Index())
            {
                var epoch = new Measurement(10 * index, Metric.Epoch, ScopeTable.Run, index + 0.5);
                var validation = new Measurement(10 * index, metric, ScopeTable.Run, value);
                epochs.Add(before ? epoch : validation);
                epochs.Add(before ? validation : epoch);
            }

            Assert.Equal(Enumerable.Range(0, values.Length).Select(index => index == best ? index + 0.5 : (double?)null), Enumerable.Range(0, values.Length).Select(index => epochs.At(10 * index)));
        }
    }

    [Fact]
    public void AnEpochThatIsToldLaterIsThatOfTheBestBefore()
    {
        var epochs = new BestEpochs();
        epochs.Add(new Measurement(5, Metric.ValidationLoss, ScopeTable.Run, 2));
        epochs.Add(new Measurement(5, Metric.ValidationLoss, 3, 2));
        Assert.Null(epochs.At(5));

        epochs.Add(new Measurement(9, Metric.Epoch, ScopeTable.Run, 1));
        Assert.Equal(1, epochs.At(5));
        Assert.Null(epochs.At(9));

        epochs.Add(new Measurement(12, Metric.Epoch, ScopeTable.Run, 2));
        Assert.Equal(1, epochs.At(5));
    }

    /// <summary>An epoch of a step that lies before a validation says nothing of it.</summary>
    [Fact]
    public void AnEpochOfAnEarlierStepIsNotThatOfALaterBest()
    {
        var epochs = new BestEpochs();
        epochs.Add(new Measurement(20, Metric.ValidationLoss, ScopeTable.Run, 2));
        epochs.Add(new Measurement(9, Metric.Epoch, ScopeTable.Run, 1));
        Assert.Null(epochs.At(20));

        epochs.Add(new Measurement(20, Metric.Epoch, ScopeTable.Run, 2));
        Assert.Equal(2, epochs.At(20));
    }
}
