namespace TrainingDoctor.Tests.Curves;

/// <summary>What is known of a run as it goes: its steps, its epochs, where numbers were lost first, and which scopes were seen.</summary>
public sealed class RunFactsTests
{
    [Theory]
    [InlineData("a plan, nearly done", 100, null, 95, 0, true)]
    [InlineData("a plan, not done", 100, null, 94, 0, false)]
    [InlineData("a plan of nothing, live", 0, null, 5, 0, true)]
    [InlineData("no plan, live", null, null, 5, 0, true)]
    [InlineData("no plan, a log without epochs", null, "csv", 5, -1, false)]
    [InlineData("no plan, a log of two epochs", null, "csv", 5, 2, true)]
    [InlineData("no plan, a log of less", null, "csv", 5, 1.75, false)]
    [InlineData("a plan that a log has not come to", 100, "csv", 94, 2, false)]
    public void ARunHasRunItsCourse(string name, int? planned, string? format, int last, double epochs, bool expected)
    {
        _ = name;
        var facts = Facts(new RunDescription { PlannedSteps = planned, Log = format is null ? null : new LogDescription { Format = format } });
        if (epochs >= 0)
        {
            facts.Add(new Measurement(0, Metric.Epoch, ScopeTable.Run, 3));
            facts.Add(new Measurement(last, Metric.Epoch, ScopeTable.Run, 3 + epochs));
        }

        facts.Add(new Measurement(last, Metric.Loss, ScopeTable.Run, 1));

        Assert.Equal(expected, facts.HasRunItsCourse);
    }

    [Theory]
    [InlineData(new double[0], 0)]
    [InlineData(new[] { 0.5, 2.5 }, 3)]
    [InlineData(new[] { 1.0, 2, 3 }, 3)]
    [InlineData(new[] { 7.0, 9 }, 9)]
    public void EpochsAreCountedFromNoughtOrFromOne(double[] epochs, double expected)
    {
        var facts = Facts();
        foreach (var (step, epoch) in epochs.Index())
        {
            facts.Add(new Measurement(step, Metric.Epoch, ScopeTable.Run, epoch));
        }

        Assert.Equal(expected, facts.Epochs);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("telemetry", true)]
    [InlineData("csv", false)]
    public void AMonitorMeasuresAndALogTells(string? format, bool expected) =>
        Assert.Equal(expected, Facts(new RunDescription { Log = format is null ? null : new LogDescription { Format = format } }).IsMeasured);

    [Theory]
    [InlineData(Metric.InputNonFiniteCount, 1, true)]
    [InlineData(Metric.TargetNonFiniteCount, 1, true)]
    [InlineData(Metric.OutputNonFiniteCount, 1, true)]
    [InlineData(Metric.GradientNonFiniteCount, 1, true)]
    [InlineData(Metric.ActivationGradientNonFiniteCount, 1, true)]
    [InlineData(Metric.WeightNonFiniteCount, 1, true)]
    [InlineData(Metric.WeightNonFiniteCount, 0, false)]
    [InlineData(Metric.Loss, double.NaN, true)]
    [InlineData(Metric.GlobalGradientNorm, double.PositiveInfinity, true)]
    [InlineData(Metric.GradientNorm, double.NaN, true)]
    [InlineData(Metric.WeightNorm, double.NaN, true)]
    [InlineData(Metric.WeightNorm, 5, false)]
    [InlineData(Metric.ValidationLoss, double.NaN, false)]
    public void TheFirstStepWithoutNumbersIsNoted(Metric metric, double value, bool isNoted)
    {
        var facts = Facts();
        Assert.Equal((-1, -1, 0, null), (facts.FirstStep, facts.LastStep, facts.StepCount, facts.FirstNonFiniteStep));
        facts.Add(new Measurement(4, Metric.Accuracy, ScopeTable.Run, 1));
        facts.Add(new Measurement(7, metric, ScopeTable.Run, value));
        facts.Add(new Measurement(9, metric, ScopeTable.Run, value));
        facts.Add(new Measurement(9, Metric.Accuracy, ScopeTable.Run, 1));

        Assert.Equal((4, 9, 3, isNoted ? 7L : (long?)null), (facts.FirstStep, facts.LastStep, facts.StepCount, facts.FirstNonFiniteStep));
    }

    [Fact]
    public void MetricsAreFoundByScopeAndByName()
    {
        var facts = Facts();
        int first = facts.Scopes.Intern(ScopeKind.Layer, "first");
        int second = facts.Scopes.Intern(ScopeKind.Layer, "second");
        facts.Add(new Measurement(0, Metric.OutputMean, second, 2));

        Assert.Equal((2, null, null, null), (facts.Of(Metric.OutputMean, "second")?.Last, facts.Of(Metric.OutputMean, "first"), facts.Of(Metric.OutputMean, "third"), facts.Of(Metric.OutputMean)));
        Assert.Equal((null, null), (facts.Of(Metric.OutputMean, second + 1), facts.Of(Metric.OutputMinimum, second)));
        Assert.Equal(["second"], facts.All(Metric.OutputMean).Select(item => item.Scope.Name));
        Assert.Equal((true, false), (facts.Has(Metric.OutputMean), facts.Has(Metric.OutputMinimum)));
        Assert.Empty(facts.All(Metric.OutputMinimum));

        facts.Add(new Measurement(0, Metric.OutputMean, first, 1));
        Assert.Equal(["first", "second"], facts.All(Metric.OutputMean).Select(item => item.Scope.Name));
    }

    [Theory]
    [InlineData(Metric.CallCount, 1, true)]
    [InlineData(Metric.CallCount, 0, false)]
    [InlineData(Metric.CallOrder, 0, true)]
    [InlineData(Metric.OutputMean, 0, true)]
    [InlineData(Metric.OutputMaximum, 3, false)]
    public void ALayerWasSeenWhereItWasCalledOrMeasured(Metric metric, double value, bool expected)
    {
        var facts = Facts();
        facts.Add(new Measurement(0, metric, facts.Scopes.Intern(ScopeKind.Layer, "fc"), value));

        Assert.Equal((expected, false), (facts.WasSeen("fc"), facts.WasSeen("other")));
    }

    [Fact]
    public void ACopyStaysAsItWas()
    {
        var facts = Facts(new RunDescription { Name = "mine" });
        facts.Add(new Measurement(3, Metric.Loss, ScopeTable.Run, double.NaN));
        facts.Add(new Measurement(4, Metric.Loss, ScopeTable.Run, 2));
        facts.Doubt();
        var (copy, without) = (facts.Copy(), facts.WithoutCurves());
        facts.Add(new Measurement(8, Metric.Loss, ScopeTable.Run, 1));
        facts.Doubt();

        foreach (var earlier in new[] { copy, without })
        {
            Assert.Equal(("mine", 3, 4, 4, 2, 3), (earlier.Run.Name, earlier.FirstStep, earlier.LastStep, earlier.DoubtedStep, earlier.StepCount, earlier.FirstNonFiniteStep));
            Assert.Equal((2, 2), (earlier.Of(Metric.Loss)?.Last, earlier.Of(Metric.Loss)?.Count));
        }

        Assert.Equal((8, 2, 0), (facts.DoubtedStep, copy.LossSeries.Count, without.LossSeries.Count));
    }

    private static RunFacts Facts(RunDescription? run = null) => new(run ?? new RunDescription(), new ScopeTable());
}
