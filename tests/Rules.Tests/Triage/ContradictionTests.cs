using TrainingDoctor.Rules.Triage;

namespace TrainingDoctor.Tests.Triage;

/// <summary>Which two changes undo each other or set one thing to two values, and what becomes of the weaker of them.</summary>
public sealed class ContradictionTests
{
    private static readonly RunFacts Facts = Measured.Facts(
        Trace.Of(Metric.BatchSize, 16, 32, 8).And(Trace.Of(Metric.LearningRate, 0.001, 0.01, 0.002)),
        new RunDescription { Optimizer = new OptimizerDescription { TypeName = "AdamW", WeightDecay = 0.01 } });

    [Theory]
    [InlineData(RemedyActionKind.AddDropout, RemedyActionKind.RemoveDropout, true)]
    [InlineData(RemedyActionKind.ReduceCapacity, RemedyActionKind.IncreaseCapacity, true)]
    [InlineData(RemedyActionKind.TrainLonger, RemedyActionKind.StopEarly, true)]
    [InlineData(RemedyActionKind.AddNormalization, RemedyActionKind.RemoveNormalization, true)]
    [InlineData(RemedyActionKind.AddDropout, RemedyActionKind.AddDropout, false)]
    [InlineData(RemedyActionKind.AddDropout, RemedyActionKind.AddWeightDecay, false)]
    [InlineData(RemedyActionKind.TrainLonger, RemedyActionKind.RemoveDropout, false)]
    public void OppositesContradictEitherWay(RemedyActionKind one, RemedyActionKind other, bool contradict)
    {
        Assert.Equal(contradict, Prescription.Contradicts(new RemedyAction { Kind = one }, new RemedyAction { Kind = other }, Facts));
        Assert.Equal(contradict, Prescription.Contradicts(new RemedyAction { Kind = other }, new RemedyAction { Kind = one }, Facts));
    }

    /// <summary>More decay is a factor above one, a value above the present one, or a decay without a number.</summary>
    [Theory]
    [InlineData(10.0, null, true)]
    [InlineData(1.0, null, false)]
    [InlineData(0.1, 5.0, false)]
    [InlineData(null, 0.02, true)]
    [InlineData(null, 0.01, false)]
    [InlineData(null, null, true)]
    public void LessDecayContradictsMore(double? factor, double? value, bool isMore)
    {
        var action = new RemedyAction { Kind = RemedyActionKind.AddWeightDecay, Factor = factor, Value = value };

        Assert.Equal(!isMore, Prescription.Contradicts(action, new RemedyAction { Kind = RemedyActionKind.AddWeightDecay, Factor = 2 }, Facts));
        Assert.Equal(isMore, Prescription.Contradicts(new RemedyAction { Kind = RemedyActionKind.AddWeightDecay, Factor = 0.5 }, action, Facts));
    }

    [Fact]
    public void WithoutAnOptimizerAnyDecayIsMore() => Assert.False(Prescription.Contradicts(
        new RemedyAction { Kind = RemedyActionKind.AddWeightDecay, Value = 1e-6 }, new RemedyAction { Kind = RemedyActionKind.AddWeightDecay, Factor = 2 }, Measured.Facts()));

    /// <summary>A batch is larger by a factor above one, or by a value above the largest so far.</summary>
    [Theory]
    [InlineData(2.0, null, true)]
    [InlineData(1.0, null, false)]
    [InlineData(null, 33.0, true)]
    [InlineData(null, 32.0, false)]
    [InlineData(null, null, false)]
    public void ASmallerBatchContradictsALarger(double? factor, double? value, bool isLarger)
    {
        var action = new RemedyAction { Kind = RemedyActionKind.ChangeBatchSize, Factor = factor, Value = value };

        Assert.Equal(!isLarger, Prescription.Contradicts(action, new RemedyAction { Kind = RemedyActionKind.ChangeBatchSize, Factor = 4 }, Facts));
        Assert.Equal(isLarger, Prescription.Contradicts(new RemedyAction { Kind = RemedyActionKind.ChangeBatchSize, Factor = 0.5 }, action, Facts));
    }

    public static TheoryData<RemedyActionKind, string> Settings => new()
    {
        { RemedyActionKind.AddWarmup, "steps" }, { RemedyActionKind.ClipGradientNorm, "norm" }, { RemedyActionKind.SetLearningRate, "value" }, { RemedyActionKind.ScaleLearningRate, "factor" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void OneSettingHasOneValue(RemedyActionKind kind, string setting)
    {
        RemedyAction Set(int number) => new()
        {
            Kind = kind,
            Steps = setting == "steps" ? number : 7,
            MaxNorm = setting == "norm" ? number : 7,
            Value = setting == "value" ? number : 7,
            Factor = setting == "factor" ? number : 7,
        };

        Assert.True(Prescription.Contradicts(Set(1), Set(2), Facts));
        Assert.False(Prescription.Contradicts(Set(2), Set(2), Facts));
        Assert.False(Prescription.Contradicts(Set(2), Set(1) with { Kind = RemedyActionKind.Reinitialize }, Facts));
        Assert.False(Prescription.Contradicts(Set(1) with { Kind = RemedyActionKind.Reinitialize }, Set(2) with { Kind = RemedyActionKind.Reinitialize }, Facts));
    }

    [Fact]
    public void AFactorAndAValueAreNotComparedWithEachOther() => Assert.False(Prescription.Contradicts(
        new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 }, new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 3, Factor = 5 }, Facts));

    /// <summary>Whoever puts a normalisation in place of another is for normalising.</summary>
    [Theory]
    [InlineData(true, "AddNormalization ShuffleData")]
    [InlineData(false, "RemoveNormalization ShuffleData")]
    public void AReplacementStandsForWhatItPutsIn(bool replaces, string expected)
    {
        var remedy = SomeFinding.Remedy("normalise", [.. replaces ? new[] { new RemedyAction { Kind = RemedyActionKind.AddNormalization } } : [], new RemedyAction { Kind = RemedyActionKind.RemoveNormalization }, new RemedyAction { Kind = RemedyActionKind.ShuffleData }]);

        Assert.Equal(expected, string.Join(' ', Prescription.Claims(remedy).Select(action => action.Kind)));
    }

    /// <summary>What contradicts the root is left out; a finding that has nothing else takes over the first remedy that was stronger, and one that has keeps the rest.</summary>
    [Fact]
    public void WhoHasNothingLeftTakesTheStrongerRemedy()
    {
        var grow = SomeFinding.Remedy("grow", new RemedyAction { Kind = RemedyActionKind.IncreaseCapacity });
        var longer = SomeFinding.Remedy("longer", new RemedyAction { Kind = RemedyActionKind.TrainLonger });
        var shrink = SomeFinding.Remedy("shrink", new RemedyAction { Kind = RemedyActionKind.ReduceCapacity });
        var stop = SomeFinding.Remedy("stop", new RemedyAction { Kind = RemedyActionKind.StopEarly });
        var shuffle = SomeFinding.Remedy("shuffle", new RemedyAction { Kind = RemedyActionKind.ShuffleData });

        var agreed = Prescription.Agree(
            [
                SomeFinding.Of("F1", "TD4002") with { Remedies = [grow, longer, grow] }, SomeFinding.Of("F2", "TD4002") with { Remedies = [stop, shrink] },
                SomeFinding.Of("F3", "TD4002") with { Remedies = [shrink, shuffle] }, SomeFinding.Of("F4", "TD4002"),
            ],
            Facts);

        Assert.Equal(["grow longer", "longer", "shuffle", string.Empty], agreed.Select(finding => string.Join(' ', finding.Remedies.Select(remedy => remedy.Title))));
    }

    /// <summary>A finding's own remedies contradict each other, too: the first holds.</summary>
    [Fact]
    public void OneFindingDoesNotContradictItself()
    {
        var agreed = Prescription.Agree(
            [SomeFinding.Of("F1", "TD4002") with { Remedies = [SomeFinding.Remedy("stop", new RemedyAction { Kind = RemedyActionKind.StopEarly }), SomeFinding.Remedy("longer", new RemedyAction { Kind = RemedyActionKind.TrainLonger })] }], Facts);

        Assert.Equal("stop", Assert.Single(agreed[0].Remedies).Title.ToString());
    }
}
