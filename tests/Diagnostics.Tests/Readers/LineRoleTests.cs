using System.Globalization;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Tests.Readers;

/// <summary>What numbers of printed lines are, by their names and by what stands beside them.</summary>
public sealed class LineRoleTests
{
    [Fact]
    public void ReadsLossScaleNormAndSkippedStepsOfMegatron()
    {
        var run = Assert.Single(ReadRun.Of((string)LineTests.Logs.ElementAt(1)[1]));

        Assert.Equal([65536.0, 32768], run.Values(Metric.LossScale));
        Assert.Equal([1.25, double.NaN], run.Values(Metric.GlobalGradientNorm));
        Assert.Equal([0.0, 1], run.Values(Metric.SkippedSteps));
        Assert.Equal(500_000, run.Run.PlannedSteps);
    }

    /// <summary>A blank is enough between a name that a kind of training has and its number.</summary>
    [Fact]
    public void ReadsNumbersOfAKindOfTrainingBehindABlank()
    {
        var run = Assert.Single(ReadRun.Of("Epoch   1/2 | loss 8.5 | recon 6.0 | kld 2.5 | beta 1.00\nEpoch   2/2 | loss 7.25 | recon 5.0 | kld 2.25 | beta 1.00\n"));

        Assert.Equal(TrainingTask.Variational, run.Run.Task);
        Assert.Equal([2.5, 2.25], run.Series[(Metric.LatentDivergence, string.Empty)].Select(point => point.Value));
        Assert.Equal([6.0, 5.0], run.Series[(Metric.ReconstructionLoss, string.Empty)].Select(point => point.Value));
    }

    [Fact]
    public void TakesAnUnprefixedScoreThatComesSeldomForValidation()
    {
        string text = string.Concat(Enumerable.Range(1, 40).Select(i => $"Epoch {i:000} loss  {50 - i}.5 | train 2.5s{(i % 5 == 0 ? $" | Acc {i}.25% | infer 4.5s" : string.Empty)}\n"));

        var run = Assert.Single(ReadRun.Of(text));

        Assert.Equal(40, run.Values(Metric.Loss).Length);
        Assert.Equal([5.25, 10.25, 15.25, 20.25, 25.25, 30.25, 35.25, 40.25], run.Values(Metric.ValidationAccuracy));
        Assert.Equal(5, run.Steps(Metric.ValidationAccuracy)[0]);
    }

    [Fact]
    public void TakesAScoreForThatOfTheLossBeforeIt()
    {
        var run = Assert.Single(ReadRun.Of("epoch 1\nTrain Loss: 2.5, Acc: 10.5%\nVal Loss: 2.25, Acc: 12.5%\nepoch 2\nTrain Loss: 2.0, Acc: 20.5%\nVal Loss: 2.125, Acc: 22.5%\n"));

        Assert.Equal([10.5, 20.5], run.Values(Metric.Accuracy));
        Assert.Equal([12.5, 22.5], run.Values(Metric.ValidationAccuracy));
    }

    [Theory]
    [InlineData("Epoch {0}/2 | Train Loss: {1} Acc: {2} | Val Loss: {1} Acc: {3}\n")]
    [InlineData("Epoch [{0}/2] Train(loss={1}, acc={2}) Val(loss={1}, acc={3})\n")]
    [InlineData("Epoch {0}: [Train] Loss={1} Acc={2} [Val] Loss={1} Acc={3}\n")]
    [InlineData("Epoch: {0}, Loss: {1}, Train: {2}, Val: {3}\n")]
    public void TakesAScoreForThatOfThePhaseNamedBeforeIt(string line)
    {
        var run = Assert.Single(ReadRun.Of(string.Format(CultureInfo.InvariantCulture, line, 1, 2.5, 0.5, 0.25) + string.Format(CultureInfo.InvariantCulture, line, 2, 2.25, 0.75, 0.5)));

        Assert.Equal([2.5, 2.25], run.Values(Metric.Loss));
        Assert.Equal([0.5, 0.75], run.Values(Metric.Accuracy));
        Assert.Equal([0.25, 0.5], run.Values(Metric.ValidationAccuracy));
    }

    [Theory]
    [InlineData("(epoch: {0}, iters: 100, time: 0.365, data: 0.063) D_A: 0.25 G_A: 0.5 cycle_A: 1.25 idt_A: 0.5\n")]
    [InlineData("(epoch: {0}, iters: 100, time: 0.365, data: 0.063) G_GAN: 2.25 G_L1: 20.5 D_real: 0.25 D_fake: 0.5\n")]
    [InlineData("[Epoch {0}/200] [D loss: 0.25] [G loss: 2.5]\n")]
    public void KnowsAdversarialTraining(string line)
    {
        var run = Assert.Single(ReadRun.Of(string.Concat(Enumerable.Range(1, 20).Select(epoch => string.Format(CultureInfo.InvariantCulture, line, epoch)))));

        Assert.Equal(TrainingTask.Adversarial, run.Run.Task);
    }

    [Theory]
    [InlineData("Episode {0}/200 | Score: 12.5 | Loss: 0.25 | ε: 0.5\n", TrainingTask.Reinforcement)]
    [InlineData("Episode {0}, Loss: 0.25, Accuracy: 0.5\n", null)]
    [InlineData("Epoch {0}, Loss: 0.25\n", null)]
    public void KnowsReinforcementByItsEpisodes(string line, TrainingTask? task)
    {
        var run = Assert.Single(ReadRun.Of(string.Concat(Enumerable.Range(1, 20).Select(episode => string.Format(CultureInfo.InvariantCulture, line, episode)))));

        Assert.Equal(task, run.Run.Task);
        Assert.Equal(20, run.Steps(Metric.Loss)[^1]);
    }

    [Fact]
    public void TakesTheLastAccuracyOfAnEvaluationForItsSum()
    {
        var run = Assert.Single(ReadRun.Of((string)LineTests.Logs.First(log => (string)log[0] == "the ImageNet script of PyTorch")[1]));

        Assert.Contains(26.5, run.Values(Metric.ValidationAccuracy));
    }

    [Fact]
    public void ListsNumbersOfUnknownNamesAndTakesThemWhenTold()
    {
        const string Text = "Epoch 1: Loss = 2.5, Wobble = 7.5, took 12 s\nEpoch 2: Loss = 2.25, Wobble = 6.5, took 12 s\n";

        Assert.Equal(["Wobble"], Assert.Single(ReadRun.Of(Text)).Log.UnmappedColumns);

        var told = Assert.Single(ReadRun.Of(Text, options: new LogReadOptions { Roles = new Dictionary<string, string> { ["validation_loss"] = "Wobble" } }));
        Assert.Equal([7.5, 6.5], told.Values(Metric.ValidationLoss));
        Assert.Empty(told.Log.UnmappedColumns);
    }

    [Fact]
    public void SaysWhatIsMissingWhereNumbersHaveNoNames()
    {
        var exception = Assert.Throws<LogFormatException>(() => ReadRun.Of("0 2.5 2.75\n1 2.25 2.5\n2 2.0 2.25\n"));

        Assert.Contains("line 1 ('0 2.5 2.75') has numbers without names", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsTextInAnotherEncoding()
    {
        byte[] gbk = [0xD1, 0xB5, 0xC1, 0xB7, (byte)' ', .. "epoch: 1, iter: 10/20, loss: 0.5\n"u8, 0xD1, 0xB5, 0xC1, 0xB7, (byte)' ', .. "epoch: 1, iter: 20/20, loss: 0.25\n"u8];

        Assert.Equal([0.5, 0.25], Assert.Single(ReadRun.Of(gbk)).Values(Metric.Loss));
    }
}
