using CsCheck;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports;

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

        Assert.InRange(points.Count, 128, 512);
        Assert.Contains(new SeriesPoint(654_321, 1e9), points);
        Assert.Contains(new SeriesPoint(123_456, -1e9), points);
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
