using TrainingDoctor.Tests.Examples;

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

    [Fact]
    public void AHealthyRunHasNoPrice() => Assert.Null(Diagnose(Trace.Of(Metric.Loss, Enumerable.Range(0, 200).Select(step => 0.1 + (2.0 * Math.Exp(-0.02 * step))))).Price);

    private static RunDiagnosis Diagnose(Trace trace) => RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), trace, new RunDescription());
}
