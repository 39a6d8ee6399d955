using TrainingDoctor.Rules.Optimization;
using TrainingDoctor.Tests.Families;

namespace TrainingDoctor.Tests.Optimization.Rates;

/// <summary>TD5006 on schedules that are cut from level to level: too soon, while the loss still falls, or where nothing improves any more.</summary>
public sealed class RateCutsTests
{
    private const int Epochs = 60;
    private const int StepsPerEpoch = 10;

    /// <summary>Schedules by the epoch, and how fast the network learns at the full rate.</summary>
    public static TheoryData<string, Func<int, double>, double> Spent => new()
    {
        { "a plateau that is watched in the wrong mode, patience 2", epoch => Math.Pow(0.2, epoch / 3), 0.6 },
        { "patience 3, a tenth each time", epoch => Math.Pow(0.1, epoch / 4), 0.2 },
        { "halved after every third epoch", epoch => Math.Pow(0.5, epoch / 3), 0.3 },
        { "milestones of another run", epoch => epoch < 6 ? 1 : epoch < 12 ? 0.1 : epoch < 18 ? 0.01 : 0.001, 0.08 },
        { "a warm-up before", epoch => epoch < 2 ? (epoch + 1) / 3.0 : Math.Pow(0.1, (epoch - 2) / 4), 0.25 },
    };

    public static TheoryData<string, Func<int, double>, double> Sound => new()
    {
        { "a plateau that is one: cut where the floor is reached", epoch => epoch < 20 ? 1 : Math.Pow(0.1, (epoch - 16) / 4), 0.6 },
        { "fine-tuning that is over at once", epoch => epoch < 8 ? 1 : Math.Pow(0.2, (epoch - 4) / 4), 2 },
        { "a tenth at a third, a half and four fifths", epoch => epoch < 20 ? 1 : epoch < 30 ? 0.1 : epoch < 48 ? 0.01 : 0.001, 0.1 },
        { "a tenth early and learning on", epoch => epoch < 8 ? 1 : 0.1, 0.1 },
        { "two cuts early, at a hundredth to the end", epoch => epoch < 10 ? 1 : epoch < 20 ? 0.1 : 0.01, 0.15 },
        { "two cuts early, of which a log with five digits prints the second as zero", epoch => epoch < 24 ? 1 : epoch < 36 ? 0.1 : 0, 0.1 },
        { "exponential", epoch => Math.Pow(0.82, epoch), 0.3 },
        { "cosine", epoch => 0.5 * (1 + Math.Cos(Math.PI * epoch / Epochs)), 0.1 },
        { "restarts after cuts", epoch => Math.Pow(0.1, epoch % 15 / 3), 0.1 },
    };

    [Theory]
    [MemberData(nameof(Spent))]
    public void CutsThatBeginWhileTheLossFallsAndLeaveNothingAreTold(string schedule, Func<int, double> rate, double speed)
    {
        var finding = Assert.Single(Judge(rate, speed, 11), found => found.Rule.Id == "TD5006");

        Assert.True(finding is { Severity: Severity.Warning, Confidence: 0.7 }, $"{schedule}: {finding}");
        Assert.Equal("The learning rate was cut down while the loss was still falling", finding.Title.ToString());
        Assert.Equal(Cause.OptimizerMismatch, finding.Causes[0].Cause);
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public void CutsThatComeInTimeAreNot(string schedule, Func<int, double> rate, double speed)
    {
        for (int seed = 20; seed < 30; seed++)
        {
            var told = Judge(rate, speed, seed).FirstOrDefault(found => found.Rule.Id == "TD5006" && found.Severity >= Severity.Warning);

            Assert.True(told is null, $"{schedule}, seed {seed}: {told}");
        }
    }

    /// <summary>Where the noise of the losses hides their fall, validations show it: each better than the one before, by much before the first cut, or by little before three of them.</summary>
    [Theory]
    [InlineData(0.8, 6, true)]
    [InlineData(0.97, 6, false)]
    [InlineData(0.97, 11, false)]
    [InlineData(0.97, 16, true)]
    [InlineData(1.1, 16, false)]
    public void ValidationsTellWhatNoiseHides(double factor, int improvesUntil, bool told)
    {
        var losses = Trace.Of(Metric.Loss, new Dice(4).Scattered(Epochs * StepsPerEpoch, _ => 0.5, 0.4));
        var rates = Trace.Of(Metric.LearningRate, Enumerable.Range(0, Epochs * StepsPerEpoch).Select(step => 0.01 * Math.Pow(0.2, step / (5 * StepsPerEpoch))));
        var validations = Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, Epochs).Select(epoch => Math.Pow(factor, Math.Min(epoch, improvesUntil)))).Every(StepsPerEpoch).From(StepsPerEpoch - 1);

        var findings = RuleVerifier.Run(new DegenerateLearningRate(new DegenerateLearningRateOptions { VanishedShare = 1 }), losses.And(rates).And(validations));

        Assert.Equal(told, findings.Any(found => found.Title.ToString().Contains("while the loss was still falling", StringComparison.Ordinal)));
    }

    /// <summary>A loss comes down to its floor by what its network has moved so far, and scatters.</summary>
    private static IReadOnlyList<Finding> Judge(Func<int, double> rate, double speed, int seed)
    {
        var dice = new Dice(seed);
        double moved = 0;
        var losses = new List<double>();
        foreach (int step in Enumerable.Range(0, Epochs * StepsPerEpoch))
        {
            moved += rate(step / StepsPerEpoch) * speed / StepsPerEpoch;
            losses.Add((0.2 + (2.1 * Math.Exp(-moved))) * Math.Exp(0.05 * dice.Normal()));
        }

        var rates = Trace.Of(Metric.LearningRate, Enumerable.Range(0, Epochs * StepsPerEpoch).Select(step => 0.01 * rate(step / StepsPerEpoch)));
        return RuleVerifier.Diagnose(RuleSet.Default.Rules.Select(configured => configured.Rule), Trace.Of(Metric.Loss, losses).And(rates)).Findings;
    }
}
