using TrainingDoctor.Rules.Triage;

namespace TrainingDoctor.Tests.Triage;

/// <summary>When there is a price to speak of, and which curves it is counted from.</summary>
public sealed class TrainingPriceLimitsTests
{
    private static readonly Finding Plateau = SomeFinding.Of("F1", "TD4005");
    private static readonly Finding Overfitting = SomeFinding.Of("F1", "TD6001");

    [Fact]
    public void OnlyAnIllnessThatLastsCosts()
    {
        var facts = Measured.Facts(Trace.Of(Metric.Loss, Standing(20, 100)));

        var price = TrainingPrice.Of(Plateau, facts)!;
        Assert.Equal((20L, 79.0 / 100, false), (price.Since, price.Share, price.OfValidation));
        Assert.Null(TrainingPrice.Of(null, facts));
        Assert.Null(TrainingPrice.Of(Plateau with { RecoveredAt = 90 }, facts));
    }

    /// <summary>Below a tenth of the run there is nothing to speak of.</summary>
    [Theory]
    [InlineData(89, 0.1)]
    [InlineData(90, null)]
    [InlineData(99, null)]
    public void LessThanATenthIsNoPrice(int best, double? share) =>
        Assert.Equal(share, TrainingPrice.Of(Overfitting, Measured.Facts(Trace.Of(Metric.ValidationLoss, Bottom(best, 100))))?.Share);

    /// <summary>Eight values tell when a curve was at its best, seven do not.</summary>
    [Theory]
    [InlineData(8, true)]
    [InlineData(7, false)]
    public void FewValuesTellNothing(int count, bool isKnown) =>
        Assert.Equal(isKnown, TrainingPrice.Of(Overfitting, Measured.Facts(Trace.Of(Metric.ValidationLoss, Bottom(2, count)))) is not null);

    [Fact]
    public void ARunOfOneStepCostsNothing() => Assert.Null(TrainingPrice.Of(Plateau, Measured.Facts(Trace.Of(Metric.Loss, 2))));

    /// <summary>A run that begins late is as long as what was seen of it.</summary>
    [Fact]
    public void TheShareIsOfWhatWasSeen()
    {
        var price = TrainingPrice.Of(Overfitting, Measured.Facts(Trace.Of(Metric.ValidationLoss, Bottom(20, 100)).From(1000)))!;

        Assert.Equal((1020L, 79.0 / 100, true), (price.Since, price.Share, price.OfValidation));
    }

    /// <summary>Of several curves the last to be at its best counts, outside of validation the last to be next to it; of a score the highest is the best, of a loss the lowest.</summary>
    [Theory]
    [InlineData("TD6001", 20, 40, 40, true)]
    [InlineData("TD6001", 40, 20, 40, true)]
    [InlineData("TD4005", 20, 40, 58, false)]
    public void TheLastCurveCounts(string rule, int loss, int score, long since, bool ofValidation)
    {
        var facts = Measured.Facts(
            Trace.Of(Metric.ValidationLoss, Bottom(loss, 100)).And(Trace.Of(Metric.ValidationAccuracy, Bottom(score, 100).Select(value => 1 - value))).And(Trace.Of(Metric.Loss, Bottom(60, 100))));

        var price = TrainingPrice.Of(SomeFinding.Of("F1", rule), facts)!;

        Assert.Equal((since, ofValidation), (price.Since, price.OfValidation));
    }

    /// <summary>Overfitting without a validation loss is counted as any illness is.</summary>
    [Fact]
    public void WithoutAValidationLossTheTrainingCounts() =>
        Assert.False(TrainingPrice.Of(Overfitting, Measured.Facts(Trace.Of(Metric.Loss, Standing(20, 100)).And(Trace.Of(Metric.Accuracy, Bottom(10, 100).Select(value => 1 - value)))))!.OfValidation);

    /// <summary>A curve that levels out while it goes on learning tells the end of all numbers alone; a game tells its reward.</summary>
    [Theory]
    [InlineData(TrainingTask.Diffusion, "TD4003", null)]
    [InlineData(TrainingTask.Diffusion, "TD2003", 20L)]
    [InlineData(TrainingTask.Diffusion, "TD4001", 20L)]
    [InlineData(TrainingTask.Diffusion, "TD4009", 20L)]
    [InlineData(TrainingTask.Diffusion, "TD5004", 20L)]
    [InlineData(TrainingTask.Regression, "TD4003", 20L)]
    [InlineData(TrainingTask.Reinforcement, "TD4003", 29L)]
    [InlineData(TrainingTask.Adversarial, "TD4001", 29L)]
    public void TheTaskDecidesWhatCounts(TrainingTask task, string rule, long? since)
    {
        var facts = Measured.Facts(Trace.Of(Metric.Loss, Standing(20, 100)).And(Trace.Of(Metric.Reward, Standing(30, 100).Select(value => 3 - value))), new RunDescription { Task = task });

        Assert.Equal(since, TrainingPrice.Of(SomeFinding.Of("F1", rule), facts)?.Since);
    }

    /// <summary>Falls to its least at a step and stays there.</summary>
    private static IEnumerable<double> Standing(int until, int count) => Enumerable.Range(0, count).Select(step => 1 + Math.Max(0, 1 - ((double)step / until)));

    /// <summary>Falls to its least at a step and rises again.</summary>
    private static IEnumerable<double> Bottom(int at, int count) => Enumerable.Range(0, count).Select(step => 0.2 + (0.005 * Math.Abs(step - at)));
}
