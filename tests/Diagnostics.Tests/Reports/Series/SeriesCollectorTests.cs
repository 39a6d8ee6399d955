using CsCheck;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports.Series;

public sealed class SeriesCollectorTests
{
    [Fact]
    public void AShortRunIsKeptWhole()
    {
        var points = Collect(Enumerable.Range(0, 200).Select(step => ((long)step, Math.Sin(step))));

        Assert.Equal(Enumerable.Range(0, 200).Select(step => new SeriesPoint(step, Math.Sin(step))), points);
    }

    [Fact]
    public void MemoryIsBoundAndPeaksAreKept()
    {
        var points = Collect(Enumerable.Range(0, 1_000_000).Select(step => ((long)step, step == 654_321 ? 1e9 : step == 123_456 ? -1e9 : 1.0)));

        Assert.InRange(points.Count, 256, 1024);
        Assert.Contains(new SeriesPoint(654_321, 1e9), points);
        Assert.Contains(new SeriesPoint(123_456, -1e9), points);
    }

    [Fact]
    public void ALongRunKnowsTheMeanOfEachSpan() =>
        Gen.Double[-1e3, 1e3].Array[600, 5000].Sample(values =>
        {
            var collector = new SeriesCollector(new ScopeTable());
            for (int step = 0; step < values.Length; step++)
            {
                collector.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, values[step]));
            }

            var spans = collector.ToSeries().Of(Metric.Loss)!.Spans!;
            Assert.InRange(spans.Width, 2, 16);
            for (int span = 0; span < spans.Means.Count; span++)
            {
                Assert.Equal(values.Skip(span * (int)spans.Width).Take((int)spans.Width).Average(), spans.Means[span]!.Value, 1e-6);
            }
        }, iter: 30);

    [Fact]
    public void SpansWithoutAMeasurementHaveNoMean()
    {
        var collector = new SeriesCollector(new ScopeTable());
        foreach (long step in (long[])[0, 1, 2, 9000, 9001])
        {
            collector.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, double.MaxValue));
        }

        var means = collector.ToSeries().Of(Metric.Loss)!.Spans!.Means;

        Assert.Equal((double.MaxValue, (double?)null, double.MaxValue), (means[0]!.Value, means[100], means[^1]!.Value));
    }

    [Fact]
    public void TheFirstValueThatIsNotFiniteIsKept()
    {
        var points = Collect(Enumerable.Range(0, 100_000).Select(step => ((long)step, step == 77_777 ? double.NaN : 1.0)));

        Assert.Contains(points, point => point.Step == 77_777 && double.IsNaN(point.Value));
    }

    [Fact]
    public void WhatIsKeptIsAPartOfWhatCameWithItsExtremesInOrder() =>
        Gen.Select(Gen.Long[0, 1000], Gen.Double[-5, 5]).List[1, 4000].Sample(gaps =>
        {
            long step = 0;
            var values = gaps.Select(gap => (step += gap.Item1, gap.Item2)).ToList();
            var points = Collect(values);

            Assert.Subset(values.ToHashSet(), points.Select(point => (point.Step, point.Value)).ToHashSet());
            Assert.Equal(points.OrderBy(point => point.Step).Select(point => point.Step), points.Select(point => point.Step));
            Assert.Equal(values.Min(value => value.Item2), points.Min(point => point.Value));
            Assert.Equal(values.Max(value => value.Item2), points.Max(point => point.Value));
        }, iter: 100);

    [Fact]
    public void TheOrderInWhichScopesAppearDoesNotMatter()
    {
        Assert.Equal(Names("b", "a", "c"), Names("c", "b", "a"));

        static IEnumerable<string> Names(params string[] layers)
        {
            var scopes = new ScopeTable();
            var collector = new SeriesCollector(scopes);
            foreach (string layer in layers)
            {
                collector.Observe(new Measurement(0, Metric.OutputMean, scopes.Intern(ScopeKind.Layer, layer), 1));
            }

            return collector.ToSeries().All.Select(series => series.Scope);
        }
    }

    private static IReadOnlyList<SeriesPoint> Collect(IEnumerable<(long Step, double Value)> values)
    {
        var collector = new SeriesCollector(new ScopeTable());
        foreach (var (step, value) in values)
        {
            collector.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, value));
        }

        return collector.ToSeries().Of(Metric.Loss)!.Points;
    }
}
