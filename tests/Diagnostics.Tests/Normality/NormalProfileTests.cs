using Newtonsoft.Json.Linq;
using TrainingDoctor.Differences;
using TrainingDoctor.Normality;
using TrainingDoctor.Tests.Differences;
using TrainingDoctor.Tests.Reports;

namespace TrainingDoctor.Tests.Normality;

/// <summary>What is learnt from good runs, and what it says of others, good and ill.</summary>
public sealed class NormalProfileTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void AFurtherSeedIsNormal(int good)
    {
        var profile = Learn(good);
        for (int seed = 101; seed <= 115; seed++)
        {
            Assert.DoesNotContain(Departures(profile, Traces.Training(seed)), departure => !departure.IsBetter);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void AnIllRunIsNot(int good)
    {
        var profile = Learn(good);

        Assert.Equal(Metric.InputStandardDeviation, Departures(profile, Traces.Training(101, inputs: 75)).First(departure => departure.Metric != Metric.InputMean).Metric);
        Assert.Contains(Departures(profile, Traces.Training(102, rate: 1e-5)), departure => departure.Metric == Metric.LearningRate && departure.FirstStep == 0);
        Assert.Contains(Departures(profile, Traces.Training(103, initial: 1e-3)), departure => departure.Metric == Metric.OutputStandardDeviation);
    }

    /// <summary>A fifth more than in any of ten good runs is told by ten and not by one: few runs do not tell how much seeds differ.</summary>
    [Fact]
    public void MoreGoodRunsTellSmallerDifferences()
    {
        Assert.Empty(Departures(NormalProfile.Learn([.. Loss(1, 1)]), Loss(1, 1.45, 50)[0]));
        Assert.NotEmpty(Departures(NormalProfile.Learn([.. Loss(12, 1)]), Loss(1, 1.45, 50)[0]));

        static List<RunTrace> Loss(int runs, double factor, int first = 1) =>
            [.. Enumerable.Range(first, runs).Select(seed => Traces.OfLoss(step => factor * (1 + (0.02 * (new Random(HashCode.Combine(seed, step)).NextDouble() - 0.5))) * Math.Exp(-step / 300.0)))];
    }

    [Fact]
    public void WhatLiesBetweenGoodRunsIsNormal()
    {
        var profile = NormalProfile.Learn([Constant(0.1), Constant(10)]);

        Assert.Empty(Departures(profile, Constant(1)));
        Assert.NotEmpty(Departures(profile, Constant(1e6)));

        static RunTrace Constant(double norm) => Traces.Of(new RunDescription(), 100, (Metric.GlobalGradientNorm, string.Empty, _ => norm));
    }

    /// <summary>Both losses are within what good runs have, but never in this relation to each other.</summary>
    [Fact]
    public void RelationsAreLearntToo()
    {
        var profile = NormalProfile.Learn([.. Enumerable.Range(0, 10).Select(run => Pair(Math.Pow(2, run - 5), 1.1))]);

        Assert.Contains(Departures(profile, Pair(1, 8)), departure => departure is { IsRelation: true, Name: "validation_loss / loss" });
        Assert.Empty(Departures(profile, Pair(1, 1.15)));

        static RunTrace Pair(double loss, double ratio) => Traces.Of(new RunDescription(), 200, (Metric.Loss, string.Empty, _ => loss), (Metric.ValidationLoss, string.Empty, _ => loss * ratio));
    }

    [Fact]
    public void RunsOfOtherBatchesAreLaidOverByTheSamplesThatTheySaw()
    {
        var profile = NormalProfile.Learn([Batches(64, 1)]);

        Assert.DoesNotContain(Departures(profile, Batches(32, 0.5)), departure => departure.Metric == Metric.Loss);
        Assert.Contains(Departures(profile, Batches(32, 1)), departure => departure.Metric == Metric.Loss);

        static RunTrace Batches(int size, double perStep) => Traces.Of(new RunDescription(), 800, (Metric.BatchSize, string.Empty, _ => size), (Metric.Loss, string.Empty, step => Math.Exp(-perStep * step / 100)));
    }

    [Fact]
    public void AFileSaysTheSameAsWhatWasLearnt()
    {
        var profile = Learn(3);
        var read = NormalProfile.Parse(profile.ToJson());

        Assert.Equal(profile.ToJson(), read.ToJson());
        Assert.Equal(Departures(profile, Traces.Training(101, inputs: 75)).Select(departure => departure.Name), Departures(read, Traces.Training(101, inputs: 75)).Select(departure => departure.Name));
        ReportSchema.ValidateNormal(profile.ToJson());
    }

    [Theory]
    [InlineData("$.schemaVersion", "2.0", "schemaVersion: 2.0; expected 1.x")]
    [InlineData("$.runs", "[]", "runs: []; expected at least one run")]
    [InlineData("$.series[0].unit", 0, "series[0].unit: 0; expected a number above 0")]
    [InlineData("$.series[0].scale", "length", "series[0].scale: length; expected ratio")]
    [InlineData("$.series[0].typical[1]", "NaN", "series[0].typical[1]: NaN; expected a number")]
    [InlineData("$.series[0].phases[1]", 0, "series[0].phases[1]: 0; expected phases from 0")]
    [InlineData("$.series[0].deviation[0]", -1, "series[0].deviation[0]: -1; expected a number of at least 0")]
    [InlineData("$.series[0].of.floor", -1, "series[0].of.floor: -1; expected a number of at least 0")]
    public void AWrongValueIsNamedWithItsPlace(string place, object value, string expected)
    {
        var json = JObject.Parse(Learn(1).ToJson());
        json.SelectToken(place, errorWhenNoMatch: true)!.Replace(value is "[]" ? new JArray() : JToken.FromObject(value));

        Assert.Contains(expected, Assert.Throws<NormalFormatException>(() => NormalProfile.Parse(json.ToString())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"schemaVersion\":\"1.0\"}")]
    public void WhatIsNoSuchFileIsRefused(string text) => Assert.Contains("traindoctor learn", Assert.Throws<NormalFormatException>(() => NormalProfile.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void ASeriesOfANewerProgramIsLeftOut()
    {
        var json = JObject.Parse(Learn(1).ToJson());
        int count = json["series"]!.Count();
        json["series"]![0]!["of"]!["metric"] = "metric_of_tomorrow";

        Assert.Equal(count - 1, NormalProfile.Parse(json.ToString()).SeriesCount);
    }

    [Fact]
    public void NothingInCommonIsAnError()
    {
        Assert.Throws<ArgumentException>(() => NormalProfile.Learn([]));
        Assert.Throws<ArgumentException>(() => NormalProfile.Learn([Traces.OfLoss(_ => 1), Traces.Of(new RunDescription(), 9, (Metric.Reward, string.Empty, _ => 1))]));
    }

    private static NormalProfile Learn(int runs) => NormalProfile.Learn([.. Enumerable.Range(1, runs).Select(seed => Traces.Training(seed))]);

    private static IReadOnlyList<NormalDeparture> Departures(NormalProfile profile, RunTrace run)
    {
        var scopes = new ScopeTable();
        var comparison = profile.Follow(scopes);
        foreach (var (key, series) in run.Series())
        {
            foreach (var (_, bin) in series.Bins)
            {
                comparison.Observe(new Measurement(bin.Step, key.Metric, scopes.Intern(key.Kind, key.Scope), bin.Mean));
            }
        }

        return comparison.Judge(new RunDescription(), 0.05).Departures;
    }
}
