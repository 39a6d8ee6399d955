namespace TrainingDoctor.Tests.Measurements;

/// <summary>Scopes, metrics and sinks: what rules and reports take for granted.</summary>
public sealed class MeasurementTests
{
    [Fact]
    public void ATableKnowsItsScopes()
    {
        var scopes = new ScopeTable();
        Assert.Equal((1, new Scope(0, ScopeKind.Run, string.Empty)), (scopes.Count, scopes[ScopeTable.Run]));

        int[] ids = [.. Enumerable.Range(0, 20).Select(layer => scopes.Intern(ScopeKind.Layer, FormattableString.Invariant($"l{layer}")))];

        Assert.Equal(Enumerable.Range(1, 20), ids);
        Assert.Equal(21, scopes.Count);
        Assert.All(ids, id => Assert.Equal(new Scope(id, ScopeKind.Layer, FormattableString.Invariant($"l{id - 1}")), scopes[id]));
        Assert.Equal(ids[7], scopes.Intern(ScopeKind.Layer, "l7"));
        Assert.Equal(21, scopes.Intern(ScopeKind.Parameter, "l7"));
        Assert.Equal((8, 21, null, 22), (scopes.Find(ScopeKind.Layer, "l7"), scopes.Find(ScopeKind.Parameter, "l7"), scopes.Find(ScopeKind.Rank, "l7"), scopes.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => scopes[22]);
        Assert.Throws<ArgumentNullException>(() => scopes.Intern(ScopeKind.Layer, null!));
    }

    [Fact]
    public void AMetricIsFoundByItsName()
    {
        Assert.All(Enum.GetValues<Metric>(), metric =>
        {
            Assert.Equal(metric, MetricCatalog.All[(int)metric].Metric);
            Assert.Equal(MetricCatalog.NameOf(metric), MetricCatalog.Describe(metric).Name);
            Assert.True(MetricCatalog.TryParse(MetricCatalog.NameOf(metric), out var parsed) && parsed == metric);
        });
        Assert.Equal("validation_accuracy", MetricCatalog.NameOf(Metric.ValidationAccuracy));
        Assert.False(MetricCatalog.TryParse("Loss", out _));
    }

    /// <summary>Only particular kinds of training have a reward, or what came with it.</summary>
    [Fact]
    public void SomeMetricsAreOfOneKindOfTraining()
    {
        Assert.Equal([Metric.Reward, Metric.RewardSpread, Metric.RewardPart], TaskMetrics.All.Take(3));
        Assert.Equal(TaskMetrics.All.Count, TaskMetrics.All.Distinct().Count());
        Assert.Contains(Metric.ExpertCount, TaskMetrics.All);
        Assert.DoesNotContain(Metric.LearntLoss, TaskMetrics.All);
        Assert.DoesNotContain(Metric.Loss, TaskMetrics.All);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 5.9604644775390625e-8)]
    [InlineData(24, 0.5)]
    [InlineData(25, 1)]
    [InlineData(41, 65536)]
    [InlineData(-25, -1)]
    [InlineData(-26, -2)]
    public void ABucketBeginsAtAPowerOfTwo(int bucket, double edge) => Assert.Equal(edge, TrainingDoctor.Distribution.EdgeOf(bucket));

    /// <summary>Every sink is told everything, the first first; what a sink has no use for is passed over.</summary>
    [Fact]
    public void SeveralSinksAreToldInOrder()
    {
        var told = new List<string>();
        IMeasurementSink all = new CompositeSink(new Sink("one", told), new Plain(), new Sink("two", told));

        all.Begin(new RunDescription { Name = "a" });
        all.Update(new RunDescription { Name = "b" });
        all.Observe(new Measurement(3, Metric.Loss, 0, 7));
        all.Observe(new TrainingDoctor.Distribution(DistributionKind.Weights, "w", 4, 0, [1]));
        all.Complete();

        Assert.Equal(
            ["one begins a", "two begins a", "one updates b", "two updates b", "one observes 3", "two observes 3", "one is given w", "two is given w", "one ends", "two ends"], told);
    }

    private sealed class Sink(string name, List<string> told) : IMeasurementSink
    {
        public void Begin(RunDescription run) => told.Add($"{name} begins {run.Name}");

        public void Update(RunDescription run) => told.Add($"{name} updates {run.Name}");

        public void Observe(in Measurement measurement) => told.Add(FormattableString.Invariant($"{name} observes {measurement.Step}"));

        public void Observe(TrainingDoctor.Distribution distribution) => told.Add($"{name} is given {distribution.Scope}");

        public void Complete() => told.Add($"{name} ends");
    }

    private sealed class Plain : IMeasurementSink
    {
        public void Begin(RunDescription run)
        {
        }

        public void Update(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement)
        {
        }

        public void Complete()
        {
        }
    }
}
