using TrainingDoctor.Differences;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Normality;

/// <summary>One run held against what good runs usually do, as <see cref="RunComparison"/> holds it against the runs themselves.</summary>
internal sealed class NormalComparison(NormalProfile profile, ScopeTable scopes) : INormalComparison
{
    private readonly RunTrace _trace = new(scopes);

    /// <inheritdoc/>
    public void Observe(in Measurement measurement) => _trace.Observe(measurement);

    /// <inheritdoc/>
    public NormalJudgement Judge(RunDescription run, double falseDiscoveryRate)
    {
        var series = NormalLearning.Cut(_trace, Alignment.Of(profile.Pace, Pace.Of(_trace)).Stretch);
        var differences = new List<(NormalSeries Normal, SeriesDifference Difference, TraceSeries Own)>();
        foreach (var normal in profile.Series)
        {
            if (normal.Traits is { } traits && normal.In(series) is { } own && Compare(normal, traits, own) is { } difference)
            {
                differences.Add((normal, difference, own));
            }
        }

        double[] rates = FalseDiscovery.Adjust([.. differences.Select(entry => entry.Difference.Probability)]);
        var departures = differences
            .Select((entry, index) => (entry.Normal, entry.Difference, entry.Own, Rate: rates[index]))
            .Where(entry => entry.Rate <= falseDiscoveryRate && entry.Difference.Onset >= 0)
            .OrderBy(entry => entry.Difference.Points[entry.Difference.Onset].Bin)
            .ThenBy(entry => entry.Difference.Traits.Stage)
            .ThenByDescending(entry => entry.Difference.Points.Skip(entry.Difference.Onset).Max(point => point.Distance) / entry.Difference.Traits.Effect)
            .Select(entry => Describe(entry.Normal, entry.Difference, entry.Own, entry.Rate));
        return new NormalJudgement(differences.Count, differences.Select(entry => entry.Difference.Points.Count).DefaultIfEmpty(0).Max(), [.. departures]);
    }

    private SeriesDifference? Compare(NormalSeries normal, MetricTraits traits, TraceSeries own)
    {
        double noise = Math.Max(normal.Noise, new ScaledCurve(normal.Scale, own).Noise);
        double news = 1 + (1.0 / profile.RunCount);
        var points = new List<DifferencePoint>();
        foreach (var (phase, value) in own.Finite)
        {
            // What is no number is an error of its own, with a rule of its own.
            if (value.NonFiniteStep is not null || normal.At(phase) is not { } usual)
            {
                continue;
            }

            double place = normal.Scale.Place(value.Mean);
            bool isInside = value.Mean >= usual.Low && value.Mean <= usual.High;
            double distance = isInside ? 0 : Math.Abs(place - normal.Scale.Place(usual.Typical));
            double deviation = Math.Sqrt(((usual.Deviation * usual.Deviation) + (noise * noise)) * news);
            points.Add(new DifferencePoint(phase, value.Step, usual.Typical, value.Mean, distance, distance / Math.Max(deviation, 1e-12), false));
        }

        return points.Count == 0 ? null : SeriesDifference.Judge(normal.Key, traits, points, SeriesDifference.Degrees + profile.RunCount - 1);
    }

    private static NormalDeparture Describe(NormalSeries normal, SeriesDifference difference, TraceSeries own, double rate)
    {
        // The phase from which it departs, or the first behind it that is outside every good run: only such a one may be told.
        var point = difference.Points.Skip(difference.Onset).First(point => point.Distance > 0);
        var usual = normal.At(point.Bin)!.Value;
        var value = own.Bins.First(bin => bin.Bin == point.Bin).Value;
        return new NormalDeparture
        {
            Metric = normal.Key.Metric,
            Scope = normal.Key.Scope,
            Name = normal.Name,
            IsRelation = normal.To is not null,
            FirstStep = value.Step,
            LastStep = value.LastStep,
            Count = value.Count,
            Value = value.Mean,
            Typical = usual.Typical,
            Low = usual.Low,
            High = usual.High,
            FalseDiscoveryRate = rate,
            IsBetter = IsBetter(normal, value.Mean, usual.Typical),
        };
    }

    private static bool IsBetter(NormalSeries normal, double value, double typical) => normal.Key.Metric switch
    {
        Metric.Loss or Metric.ValidationLoss or Metric.Error or Metric.ValidationError => value < typical,
        Metric.Accuracy or Metric.ValidationAccuracy or Metric.Reward or Metric.HeldOutReward => value > typical,
        _ => false,
    };
}
