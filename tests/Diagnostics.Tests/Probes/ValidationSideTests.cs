#pragma warning disable IDE1006 // Naming styles: the names of these fields become the paths of layers.
using TrainingDoctor.Models;
using TrainingDoctor.Probes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>What the validation side tells: classes, weights, lengths.</summary>
public sealed class ValidationSideTests
{
    [Fact]
    public void AClassThatTrainingShouldHaveHadIsCounted()
    {
        var told = Classes(Enumerable.Range(0, 400).Select(row => row % 3), Enumerable.Range(0, 100).Select(row => (row % 4, row % 4)));

        Assert.Equal(0.25, told[Metric.ValidationUnknownClassFraction], 6);
        Assert.Equal(1, told[Metric.ValidationAgreement], 6);
    }

    [Fact]
    public void AClassThatIsRareMayBeMissingByChance()
    {
        var told = Classes(Enumerable.Range(0, 60).Select(row => row % 3), Enumerable.Range(0, 100).Select(row => (row < 10 ? 3 : row % 3, 0)));

        Assert.Equal(0, told[Metric.ValidationUnknownClassFraction], 6);
    }

    [Fact]
    public void AnswersUnderOtherNumbersAreRightOnceRenamed()
    {
        var told = Classes(Enumerable.Range(0, 400).Select(row => row % 4), Enumerable.Range(0, 100).Select(row => (row % 4, (row + 1) % 4)));

        Assert.Equal((0.0, 1.0), (told[Metric.ValidationAgreement], told[Metric.ValidationRenamedAgreement]));
    }

    [Theory]
    [InlineData(27, 1)]
    [InlineData(73, 0)]
    [InlineData(60, 2)]
    public void OneAnswerForAllIsRightUnderNoOtherName(int zeros, int answer)
    {
        var told = Classes(Enumerable.Range(0, 400).Select(row => row % 2), Enumerable.Range(0, 100).Select(row => (row < zeros ? 0 : 1, answer < 2 ? answer : row * 7 / 5 % 2)));

        Assert.DoesNotContain(Metric.ValidationRenamedAgreement, told.Keys);
    }

    [Fact]
    public void ATrainingOfOneClassLacksNone()
    {
        var told = Classes(Enumerable.Repeat(0, 400), Enumerable.Range(0, 100).Select(row => (row % 4, row % 4)));

        Assert.DoesNotContain(Metric.ValidationUnknownClassFraction, told.Keys);
    }

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.1, 0.9)]
    public void AnAverageWithinIsFoundAndFollowed(double decay, double expected)
    {
        using var model = new Averaging();
        using var optimizer = optim.SGD(model.net.parameters(), 0.1);
        using var weights = new EvaluatedWeights(model, optimizer);
        model.Follow(decay);

        weights.OnLayer(model.average);
        Assert.Equal(expected, Math.Round(weights.Take(1)!.Value, 5));

        weights.OnLayer(model.average);
        weights.OnLayer(model.net);
        Assert.Null(weights.Take(1));
    }

    /// <summary>Of large batches parts are looked at, which cover them in turns: here one class comes before the other.</summary>
    [Fact]
    public void OfLargeBatchesSamplesFromAllOverThemAreCompared()
    {
        var comparison = new ClassComparison();
        using var labels = cat([zeros(4, 400, 512, ScalarType.Int64), ones(4, 400, 512, ScalarType.Int64)], 0);
        using var output = nn.functional.one_hot(labels, 2).to(ScalarType.Float32).permute(0, 3, 1, 2);
        for (int batch = 0; batch < 7; batch++)
        {
            comparison.AddTraining(output.shape, labels);
            comparison.AddEvaluation(output, labels);
        }

        var told = new Dictionary<Metric, double>();
        comparison.Take((metric, value) => told[metric] = value);

        Assert.Equal((0.0, 1.0), (told[Metric.ValidationUnknownClassFraction], told[Metric.ValidationAgreement]));
    }

    /// <summary>What was evaluated before the last steps of training, to draw samples for example, is not what is validated.</summary>
    [Theory]
    [InlineData(1, 1, 0.25)]
    [InlineData(1, 2, null)]
    public void ValuesThatAreExchangedForTheEvaluationAreSeen(long evaluated, long validated, double? expected)
    {
        using var model = nn.Linear(4, 2);
        using var weights = new EvaluatedWeights(model, null);
        using var still = no_grad();
        model.weight!.add_(0.25);
        weights.OnModel(evaluated);
        model.weight.add_(0.75);

        Assert.Equal(expected, weights.Take(validated) is { } progress ? Math.Round(progress, 5) : null);
        Assert.Null(weights.Take(validated));
    }

    [Theory]
    [InlineData(new long[] { 1, 2, 3 }, 3, 0.0)]
    [InlineData(new long[] { 1, 1, 3 }, 3, 1.0)]
    [InlineData(new long[] { 1, 2, 3, 4 }, 3, 1.0)]
    public void ATargetNeedsAPlaceForEachTokenAndForEachBlank(long[] tokens, long places, double share)
    {
        using var targets = tensor(tokens).unsqueeze(0);
        using var offered = tensor(new[] { places });
        using var lengths = tensor(new[] { tokens.LongLength });

        Assert.Equal(share, TargetLengths.OverlongShare(TargetLengths.OwnTokens(targets, lengths)!, offered));
    }

    [Theory]
    [InlineData(new long[] { 3, 2 }, 0, 0.2)]
    [InlineData(new long[] { 1, 2 }, 0, 0.0)]
    [InlineData(new long[] { 4, 4 }, 0, 0.5)]
    [InlineData(new long[] { 3, 2 }, 4, 0.0)]
    [InlineData(new long[] { 0, 0 }, 0, 0.0)]
    public void WhatFillsRowsUpAsksForNoBlank(long[] lengths, long blank, double share)
    {
        using var rows = tensor(new long[,] { { 1, 0, 2, 0 }, { 3, 3, 0, 0 } });
        using var asked = tensor(lengths);
        using var beyond = tensor(new long[] { 5, 5 });

        Assert.Equal(share, TargetLengths.BlankShare(TargetLengths.OwnTokens(rows, asked)!, blank));
        Assert.Null(TargetLengths.OwnTokens(rows, beyond));
    }

    [Fact]
    public void ALossTellsItsBlank()
    {
        using var ctc = nn.CTCLoss(blank: 7);
        using var other = nn.MSELoss();

        Assert.Equal(7, LossInspector.BlankOf(ctc));
        Assert.Null(LossInspector.BlankOf(other));
        Assert.Null(LossInspector.BlankOf(null));
    }

    private static Dictionary<Metric, double> Classes(IEnumerable<int> trained, IEnumerable<(int Target, int Answer)> validated)
    {
        var comparison = new ClassComparison();
        using var labels = tensor(trained.Select(label => (long)label).ToArray());
        comparison.AddTraining([labels.shape[0], 4], labels);
        var pairs = validated.ToList();
        using var targets = tensor(pairs.Select(pair => (long)pair.Target).ToArray());
        using var answers = tensor(pairs.Select(pair => (long)pair.Answer).ToArray());
        using var output = nn.functional.one_hot(answers, 4).to(ScalarType.Float32);
        comparison.AddEvaluation(output, targets);
        var told = new Dictionary<Metric, double>();
        comparison.Take((metric, value) => told[metric] = value);
        return told;
    }

    private sealed class Averaging : nn.Module<Tensor, Tensor>
    {
        public readonly Linear net = nn.Linear(4, 2);
        public readonly Linear average = nn.Linear(4, 2);

        public Averaging()
            : base(nameof(Averaging))
        {
            RegisterComponents();
            using var still = no_grad();
            foreach (var (mine, theirs) in average.parameters().Zip(net.parameters()))
            {
                mine.copy_(theirs);
                mine.requires_grad = false;
            }
        }

        /// <summary>Moves the trained weights, and lets the average follow.</summary>
        public void Follow(double decay)
        {
            using var still = no_grad();
            foreach (var (trained, follower) in net.parameters().Zip(average.parameters()))
            {
                trained.add_(1);
                follower.mul_(decay).add_(trained * (1 - decay));
            }
        }

        public override Tensor forward(Tensor input) => (training ? net : average).call(input);
    }
}
