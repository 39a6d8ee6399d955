using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Tests.Curves;

/// <summary>Questions to the curves of a run that rules on particular kinds of training ask, against counts made by hand.</summary>
public sealed class TaskCurvesTests
{
    [Fact]
    public void PartsAreThoseWithANumber()
    {
        var facts = new RunFacts(new RunDescription(), new ScopeTable());
        foreach (var (name, count) in new[] { ("a", 2), ("b", 0), ("c", 3) })
        {
            int scope = facts.Scopes.Intern(ScopeKind.Dataset, name);
            facts.Add(new Measurement(0, Metric.ValidationLoss, scope, double.NaN));
            for (int step = 0; step < count; step++)
            {
                facts.Add(new Measurement(step, Metric.ValidationLoss, scope, 5));
            }
        }

        Assert.Equal([("a", 2L), ("c", 3L)], facts.Parts(Metric.ValidationLoss).Select(part => (part.Part, part.Series.Count)));
        Assert.Equal((null, null), (facts.Series(Metric.ValidationLoss), facts.Series(Metric.Accuracy)));
        Assert.Equal(3, facts.Series(Metric.ValidationLoss, 3)?.Count);
        Assert.Null(facts.Fewer(Metric.ValidationLoss, 3));
        Assert.Equal("needs 4 values of validation_loss, had 3", facts.Fewer(Metric.ValidationLoss, 4)?.ToString());
        Assert.Equal("needs 1 values of accuracy, had 0", facts.Fewer(Metric.Accuracy, 1)?.ToString());
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0.24, 2)]
    [InlineData(0.25, 2)]
    [InlineData(0.3, 3)]
    [InlineData(1, 9)]
    public void AShareOfTheSeriesHasItsStep(double share, long step) => Assert.Equal(step, CurveOf.Series(Enumerable.Range(0, 10).Select(i => (double)i)).StepAt(share));

    [Fact]
    public void SharesAndStretchesAreCountedInBlocks()
    {
        var series = CurveOf.Series([5, 1, 5, 5, 1, 5, 5, 1, 1, 5]);

        Assert.Equal((0.6, 0.25, 0.75), (series.ShareOf(0, 1, mean => mean > 1), series.ShareOf(0, 0.4, mean => mean == 1), series.ShareOf(0.2, 0.6, mean => mean == 5)));
        Assert.Equal((0.2, 2), series.Longest(mean => mean == 5));
        Assert.Equal((0.2, 7), series.Longest(mean => mean == 1));
        Assert.Equal((0, 0), series.Longest(mean => mean == 7));
        Assert.Equal((1, 0), series.Longest(_ => true));
    }

    [Fact]
    public void ALevelIsTheMeanOfTheLastPart() =>
        Assert.Equal(new Evidence("mean_level", null, 3, 3, 2, ">"), CurveOf.Series([9, 9, 2, 4]).Level("mean_level", 0.5, 2, ">"));
}
