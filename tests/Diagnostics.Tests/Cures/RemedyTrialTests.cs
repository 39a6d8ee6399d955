using TrainingDoctor.Tests.Programs;

using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Cures;

/// <summary>Remedies are tried on a whole program.</summary>
[Trait("Speed", "Slow")]
public sealed class RemedyTrialTests
{
    [Fact]
    public async Task ATooHighRateIsCuredTheSameWayEveryTimeAndTheReportCarriesTheTrials()
    {
        var program = new DigitsTestProgram { Optimizer = model => optim.SGD(model.parameters(), 30) };

        var first = await RemedyTrial.RunAsync(program);
        var second = await RemedyTrial.RunAsync(program);

        Assert.True(first.IsCured);
        Assert.True(first.ScoreAfter > first.ScoreBefore + 0.2);
        Assert.Contains("\"trial\": {", first.Before.ToJson(), StringComparison.Ordinal);
        Assert.Equal(first.Winner!.Title, second.Winner!.Title);
        Assert.Equal((first.ScoreBefore, first.ScoreAfter, first.TrainingsSpent), (second.ScoreBefore, second.ScoreAfter, second.TrainingsSpent));
    }
}
