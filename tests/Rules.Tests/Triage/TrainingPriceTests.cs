namespace TrainingDoctor.Tests.Triage;

/// <summary>What an illness cost is counted from when the last curve that counts was next to its best.</summary>
public sealed class TrainingPriceTests
{
    [Fact]
    public void AfterTheLossBecameNoNumberNothingWasLearned()
    {
        var losses = Enumerable.Range(0, 200).Select(step => step < 50 ? 2.0 * Math.Exp(-0.02 * step) : double.NaN);

        var price = Diagnose(Trace.Of(Metric.Loss, losses)).Price!;

        Assert.InRange(price.Since, 40, 49);
        Assert.Equal((199.0 - price.Since) / 200, price.Share, 6);
        Assert.False(price.OfValidation);
    }

    [Fact]
    public void OverfittingCostsWhatCameAfterTheBestValidation()
    {
        var training = Enumerable.Range(0, 100).Select(step => Math.Exp(-0.05 * step));
        var validation = Enumerable.Range(0, 100).Select(step => 0.5 + (Math.Abs(step - 30) / 60.0));

        var price = Diagnose(Trace.Of(Metric.Loss, training).And(Trace.Of(Metric.ValidationLoss, validation))).Price!;

        Assert.True(price.OfValidation);
        Assert.InRange(price.Since, 25, 32);
        Assert.InRange(price.Share, 0.6, 0.75);
    }

    /// <summary>Of validation it is said that it improved no more: not while it still did, however little.</summary>
    [Fact]
    public void ValidationImprovedUntilItsBest()
    {
        double[] validation = [.. Enumerable.Range(0, 60).Select(i => 0.33 + (0.36 * Math.Exp(-i / 5.0)) + (Math.Max(0, i - 12) * 0.0055))];
        int best = Array.IndexOf(validation, validation.Min());

        var diagnosis = Diagnose(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(i => Math.Exp(-i / 8.0))).And(Trace.Of(Metric.ValidationLoss, validation)));

        Assert.Equal((best, true), (diagnosis.Price!.Since, diagnosis.Price.OfValidation));
    }

    /// <summary>Where the loss is not a measure of progress, the reward is, and nothing else.</summary>
    [Theory]
    [InlineData(TrainingTask.Reinforcement, true)]
    [InlineData(TrainingTask.Adversarial, false)]
    public void TheLossOfAGameIsNoPrice(TrainingTask task, bool hasReward)
    {
        double[] losses = [.. Enumerable.Range(0, 120).Select(step => 40 + Math.Sin(step))];
        double[] reward = [.. Enumerable.Range(0, 120).Select(step => step < 60 ? 3.0 * step : 180 - (6.0 * (step - 60)))];
        var trace = hasReward ? Trace.Of(Metric.Loss, losses).And(Trace.Of(Metric.Reward, reward)) : Trace.Of(Metric.Loss, [.. losses.Take(60), .. Enumerable.Repeat(1e9, 60)]);

        var price = RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), trace, new RunDescription { Task = task }).Price;

        if (hasReward)
        {
            Assert.InRange(price!.Since, 50, 62);
        }
        else
        {
            Assert.Null(price);
        }
    }

    [Fact]
    public void AHealthyRunHasNoPrice() => Assert.Null(Diagnose(Trace.Of(Metric.Loss, Enumerable.Range(0, 200).Select(step => 0.1 + (2.0 * Math.Exp(-0.02 * step))))).Price);

    private static RunDiagnosis Diagnose(Trace trace) => RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), trace, new RunDescription());
}
