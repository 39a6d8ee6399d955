using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Tests.Evaluation;

/// <summary>How many samples it takes for a symptom to open and to recover, and which number it keeps.</summary>
public sealed class SymptomTrackerTests
{
    private readonly List<Symptom> _opened = [];
    private readonly RunFacts _facts = Measured.Facts(Trace.Of(Metric.Loss, 1).From(41));

    [Fact]
    public void ItOpensAfterSoManyInARow()
    {
        var tracker = new SymptomTracker(Context(), 3, "kind") { Opening = Severity.Error, Confidence = 0.6 };

        Assert.Equal([false, false, true, true], new[] { 10L, 20L, 30L, 40L }.Select(step => tracker.Observe(step, true, Above(step))));

        var symptom = Assert.Single(_opened);
        Assert.Same(symptom, tracker.Symptom);
        Assert.Equal((10L, 40L, null), (symptom.FirstStep!.Value, symptom.LastStep!.Value, symptom.RecoveredAt));
        Assert.Equal((Severity.Error, 0.6, "kind"), (symptom.Severity, symptom.Confidence, symptom.Variant));
        Assert.Equal(new Evidence("loss", null, 40, 40, 5, ">"), Assert.Single(symptom.Evidence));
        Assert.Equal((4L, 4), (tracker.Samples, tracker.Streak));
    }

    /// <summary>A healthy sample between begins the count anew.</summary>
    [Fact]
    public void TheyMustLieInARow()
    {
        var tracker = new SymptomTracker(Context(), 2);

        Assert.Equal([false, false, false, true], new[] { true, false, true, true }.Select((isIll, step) => tracker.Observe(step, isIll, Above(9))));
        Assert.Equal(2, Assert.Single(_opened).FirstStep);
        Assert.Equal((4L, 2), (tracker.Samples, tracker.Streak));
    }

    /// <summary>Of a training that is measured now and then fewer samples do, where they lie as many steps apart as patience asks for.</summary>
    [Theory]
    [InlineData(3, 9L, true)]
    [InlineData(3, 8L, false)]
    [InlineData(4, 9L, false)]
    [InlineData(null, 90L, false)]
    public void FewSamplesDoInALongSpan(int? fewest, long last, bool opens)
    {
        var tracker = new SymptomTracker(Context(), 10) { FewestInSpan = fewest };

        tracker.Observe(0, true, Above(9));
        tracker.Observe(5, true, Above(9));

        Assert.Equal(opens, tracker.Observe(last, true, Above(9)));
        Assert.Equal(opens, tracker.Symptom is not null);
    }

    /// <summary>It has recovered at the last of as many healthy samples as it took ill ones, stays so, and is open again when it comes back.</summary>
    [Fact]
    public void ItRecoversAfterSoManyHealthyOnes()
    {
        var tracker = new SymptomTracker(Context(), 2);
        var recovered = new List<long?>();
        bool[] ills = [true, true, false, true, false, false, false, true, true, false, false];
        for (int step = 0; step < ills.Length; step++)
        {
            tracker.Observe(step, ills[step], Above(9));
            recovered.Add(tracker.Symptom?.RecoveredAt);
        }

        Assert.Equal([null, null, null, null, null, 5L, 5L, 5L, null, null, 10L], recovered);
        Assert.Equal((0L, 8L), (tracker.Symptom!.FirstStep!.Value, tracker.Symptom.LastStep!.Value));
        Assert.Single(_opened);
    }

    [Theory]
    [InlineData(">", 7.0, 6.0, 7.0)]
    [InlineData(">", 7.0, 8.0, 8.0)]
    [InlineData("<", 3.0, 2.0, 2.0)]
    [InlineData("<=", 3.0, 4.0, 3.0)]
    public void TheWorstNumberIsKept(string comparison, double first, double second, double kept)
    {
        var tracker = new SymptomTracker(Context(), 1);
        tracker.Observe(0, true, new Reading(Metric.Loss, first, 5, comparison));
        tracker.Observe(1, true, new Reading(Metric.Loss, second, 5, comparison));

        Assert.Equal((kept, kept == first ? 0L : 1L), (tracker.Symptom!.Evidence[0].Value, tracker.Symptom.Evidence[0].Step!.Value));
        Assert.Equal(1, tracker.Symptom.LastStep);
    }

    /// <summary>Of equal numbers the first is kept.</summary>
    [Fact]
    public void AnEqualNumberIsNotWorse()
    {
        Assert.False(Above(5).IsWorseThan(5));
        Assert.False(new Reading(Metric.Loss, 5, 5, "<").IsWorseThan(5));
        Assert.True(Above(6).IsWorseThan(5));
        Assert.True(new Reading(Metric.Loss, 4, 5, "<=").IsWorseThan(5));
    }

    /// <summary>A symptom that was not waited for begins at its own step; a layer and a name of its own are told.</summary>
    [Fact]
    public void WhatIsReportedAtOnceBeginsThere()
    {
        var tracker = new SymptomTracker(Context("fc1"), 3);
        tracker.Observe(4, false, Above(1));

        var symptom = tracker.Extend(7, Above(9) with { Layer = "fc2", Name = "ratio" });

        Assert.Equal((7L, 7L, "fc2"), (symptom.FirstStep!.Value, symptom.LastStep!.Value, Assert.Single(symptom.Layers)));
        Assert.Equal(new Evidence("ratio", "fc2", 7, 9, 5, ">"), symptom.Evidence[0]);

        var own = new SymptomTracker(Context("fc1"), 1);
        own.Observe(3, true, Above(9));
        Assert.Equal(("fc1", "fc1"), (own.Symptom!.Evidence[0].Layer, Assert.Single(own.Symptom.Layers)));
    }

    /// <summary>What is not established asks for further measurements, unless it were a remark, or is known already.</summary>
    [Theory]
    [InlineData(Severity.Warning, true)]
    [InlineData(Severity.Error, true)]
    [InlineData(Severity.Info, false)]
    public void OnlyAWarningIsDoubted(Severity opening, bool isDoubted)
    {
        new SymptomTracker(Context(), 2) { Opening = opening }.Observe(41, true, Above(9));

        Assert.Equal(isDoubted ? 41 : -1, _facts.DoubtedStep);
    }

    [Fact]
    public void WhatIsKnownOrHealthyIsNotDoubted()
    {
        var tracker = new SymptomTracker(Context(), 2);
        tracker.Extend(3, Above(9));
        tracker.Observe(5, false, Above(1));
        tracker.Observe(6, true, Above(9));

        Assert.Equal(-1, _facts.DoubtedStep);
    }

    [Theory]
    [InlineData(Severity.Error, 0.95, Severity.Error, 0.95)]
    [InlineData(Severity.Error, 0.5, Severity.Error, 0.9)]
    [InlineData(Severity.Warning, 0.95, Severity.Warning, 0.9)]
    [InlineData(Severity.Info, 0.95, Severity.Warning, 0.9)]
    public void SeverityOnlyRises(Severity severity, double confidence, Severity expected, double expectedConfidence)
    {
        var tracker = new SymptomTracker(Context(), 1);
        tracker.Raise(Severity.Error);
        tracker.Observe(0, true, Above(9));
        tracker.Raise(severity, confidence);

        Assert.Equal((expected, expectedConfidence), (tracker.Symptom!.Severity, tracker.Symptom.Confidence));
    }

    /// <summary>Enough were seen where they are as many as asked for, or few that span as many steps.</summary>
    [Theory]
    [InlineData(null, 0, 1, 3, "needs 4 measurements of loss, had 3")]
    [InlineData(null, 0, 1, 4, null)]
    [InlineData(3, 5, 2, 3, null)]
    [InlineData(3, 5, 1, 3, "needs 4 measurements of loss, had 3")]
    [InlineData(4, 5, 2, 3, "needs 4 measurements of loss, had 3")]
    [InlineData(3, 5, 0, 3, "needs 4 measurements of loss, had 3")]
    public void FewSamplesSayNothing(int? fewest, long first, int distance, int count, string? expected)
    {
        var tracker = new SymptomTracker(Context(), 4) { FewestInSpan = fewest };
        for (int sample = 0; sample < count; sample++)
        {
            tracker.Observe(first + (sample * distance), false, Above(1));
        }

        Assert.Equal(expected, tracker.WhyNotEvaluated(4, Metric.Loss)?.ToString());
    }

    private static Reading Above(double value) => new(Metric.Loss, value, 5, ">");

    private RuleContext Context(string? layer = null) => new(_facts, layer is null ? _facts.Scopes[ScopeTable.Run] : new Scope(1, ScopeKind.Layer, layer), _opened.Add);
}
