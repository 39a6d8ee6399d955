using TrainingDoctor.Rules.Optimization;
using TrainingDoctor.Rules.Optimization.Rates;

namespace TrainingDoctor.Tests.Optimization.Rates;

/// <summary>TD5006 on rates that come to next to nothing: for how long, beside which loss, and within how many epochs.</summary>
public sealed class VanishedRateTests
{
    private const string BeforeAnything = "The learning rate vanished before anything was learned";
    private const string LongBefore = "The learning rate vanished long before the run ended";

    /// <summary>Of a number of rates the last few are a hundred-thousandth of the first, or a hundred-millionth.</summary>
    [Theory]
    [InlineData("half of the run, nothing learned", 100, 50, 1e-5, 0.0, BeforeAnything)]
    [InlineData("less than half", 100, 49, 1e-5, 0.0, null)]
    [InlineData("half of a short run, ten rates", 20, 10, 1e-5, 0.0, BeforeAnything)]
    [InlineData("more than half of it, nine rates", 17, 9, 1e-5, 0.0, null)]
    [InlineData("half of the run, a third learned", 100, 50, 1e-5, 0.33, null)]
    [InlineData("lost for a quarter, a third learned", 100, 25, 1e-8, 0.33, LongBefore)]
    [InlineData("lost for less than a quarter", 100, 24, 1e-8, 0.33, null)]
    [InlineData("lost for ten rates, a quarter of the run", 40, 10, 1e-8, 0.33, LongBefore)]
    [InlineData("lost for nine rates, a quarter of the run", 36, 9, 1e-8, 0.33, null)]
    [InlineData("lost for a quarter, most learned", 100, 25, 1e-8, 0.8, null)]
    [InlineData("lost for half, most learned", 100, 50, 1e-8, 0.8, LongBefore)]
    [InlineData("lost for less than half, most learned", 100, 49, 1e-8, 0.8, null)]
    [InlineData("lost for half, nothing learned", 100, 50, 1e-8, 0.0, BeforeAnything)]
    [InlineData("lost for a quarter, nothing learned", 100, 25, 1e-8, 0.0, LongBefore)]
    public void ARateThatIsNextToNothingIsJudgedByTimeAndLoss(string name, int count, int last, double left, double learned, string? title)
    {
        var losses = Enumerable.Range(0, count).Select(step => 2 * (1 - (learned * Math.Min(1, step / (0.2 * count)))));
        var finding = Judge(Rates(count, last, left), losses).SingleOrDefault();

        Assert.True(title == finding?.Title.ToString(), $"{name}: {finding}");
        Assert.True(finding is null || (finding.FirstStep, finding.LastStep) == (count - last, count - 1), name);
        Assert.True(finding is null || Math.Abs(finding.Evidence[0].Limit!.Value - (title == BeforeAnything ? 1e-4 : 1e-7)) < 1e-12, name);
    }

    /// <summary>Without losses nothing tells that nothing was learned; that half of the run was lost is told by the rates.</summary>
    [Theory]
    [InlineData(1e-5, null)]
    [InlineData(1e-8, LongBefore)]
    public void WithoutLossesOnlyWhatIsLostIsTold(double left, string? title) => Assert.Equal(title, Judge(Rates(100, 60, left), []).SingleOrDefault()?.Title.ToString());

    /// <summary>A loss that goes on falling is moved by another rate than is told.</summary>
    [Theory]
    [InlineData(0.3, false)]
    [InlineData(0.02, true)]
    public void ALossThatGoesOnFallingIsMovedBySomethingElse(double fall, bool isFound)
    {
        var losses = Enumerable.Range(0, 100).Select(step => step < 40 ? 10 - (0.2 * step) : 2 * (1 - (fall * (step - 40) / 60.0)));

        Assert.Equal(isFound, Judge(Rates(100, 60, 1e-8), losses).Count == 1);
    }

    /// <summary>Whoever plans a fall plans it over the run, not over its first epochs: the rate has vanished after step 20 of a hundred.</summary>
    [Theory]
    [InlineData("epochs of twenty steps", 20, true)]
    [InlineData("epochs of fourteen steps", 14, true)]
    [InlineData("the fall lasted one epoch and a half", 13, false)]
    [InlineData("epochs of nine steps", 9, false)]
    [InlineData("the run lasts less than three epochs", 34, false)]
    [InlineData("the run lasts three epochs and a little", 32, true)]
    public void AFallWithinTheFirstEpochsIsMovedTooOften(string name, int stepsPerEpoch, bool isCadence)
    {
        var epochs = Trace.Of(Metric.Epoch, Enumerable.Range(0, 100).Select(step => 3 + (step / (double)stepsPerEpoch)));
        var finding = Assert.Single(RuleVerifier.Run(
            new DegenerateLearningRate(new()), Trace.Of(Metric.LearningRate, Rates(100, 80, 1e-5)).And(epochs).And(Trace.Of(Metric.Loss, Enumerable.Repeat(2.0, 100)))));

        Assert.True(isCadence == (finding.Title.ToString() == "The learning rate vanished by step 20"), $"{name}: {finding}");
    }

    /// <summary>One epoch tells no length.</summary>
    [Fact]
    public void OneEpochTellsNoLength()
    {
        var trace = Trace.Of(Metric.LearningRate, Rates(100, 80, 1e-5)).And(Trace.Of(Metric.Epoch, Enumerable.Repeat(1.0, 100))).And(Trace.Of(Metric.Loss, Enumerable.Repeat(2.0, 100)));

        Assert.Equal(BeforeAnything, Assert.Single(RuleVerifier.Run(new DegenerateLearningRate(new()), trace)).Title.ToString());
    }

    /// <summary>Cuts that begin while the loss falls are told where the rate was spent for a third of the run, and not for ten rates alone.</summary>
    [Theory]
    [InlineData("a third", 100, 34, true)]
    [InlineData("less than a third", 100, 32, false)]
    [InlineData("ten rates of twenty-four", 24, 10, true)]
    [InlineData("nine rates of twenty-four", 24, 9, false)]
    public void ARateThatWasCutDownIsJudgedByHowLongItWasSpent(string name, int count, int spent, bool isFound)
    {
        double[] rates = [.. Enumerable.Repeat(1.0, count - spent - 2), 0.5, 0.25, .. Enumerable.Repeat(0.0005, spent)];
        var losses = Enumerable.Range(0, count).Select(step => 2 - (1.5 * Math.Min(1, step / (count - spent - 2.0))));
        var finding = Judge(rates, losses).SingleOrDefault();

        Assert.True(isFound == (finding?.Title.ToString() == "The learning rate was cut down while the loss was still falling"), $"{name}: {finding}");
        Assert.True(finding is null || (finding.FirstStep, finding.LastStep) == (count - spent, count - 1), name);
        Assert.True(finding is null || finding.Message.ToString().StartsWith(FormattableString.Invariant($"3 cuts, of which the first came at step {count - spent - 2},"), StringComparison.Ordinal), name);
    }

    /// <summary>How much the last validation before the first cut lay below the one before it; each must have lain below the one before.</summary>
    [Theory]
    [InlineData(new[] { 4.0, 2, 1 }, 0.5)]
    [InlineData(new[] { 9, 4, 2, 1.5 }, 0.25)]
    [InlineData(new[] { 2.0, 1 }, null)]
    [InlineData(new[] { 2.0, 2, 1 }, null)]
    [InlineData(new[] { 4.0, 2, 2 }, null)]
    [InlineData(new[] { 4.0, 2, 0 }, null)]
    public void ValidationsBeforeTheCutFell(double[] validations, double? expected)
    {
        var curve = new TrainingDoctor.Rules.Curves.Curve();
        for (int i = 0; i < validations.Length; i++)
        {
            curve.Add(10 * i, validations[i]);
        }

        curve.Add(10 * validations.Length, 7);
        Assert.Equal(expected, RateCuts.FallBefore(curve, 10 * validations.Length));
        Assert.Equal(expected, RateCuts.FallBefore(curve, (10 * validations.Length) - 5));
    }

    [Fact]
    public void NoValidationsTellNothing() => Assert.Null(RateCuts.FallBefore((TrainingDoctor.Rules.Curves.Curve?)null, 10));

    private static IEnumerable<double> Rates(int count, int last, double left) => Enumerable.Range(0, count).Select(step => step < count - last ? 1 : left);

    private static IReadOnlyList<Finding> Judge(IEnumerable<double> rates, IEnumerable<double> losses) =>
        RuleVerifier.Run(new DegenerateLearningRate(new()), Trace.Of(Metric.LearningRate, rates).And(Trace.Of(Metric.Loss, losses)));
}
