using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Curves;

/// <summary>The training loss of a run as the loss rules see it: the series, and whether it may be judged at all.</summary>
/// <param name="run">What is known of the run beforehand.</param>
/// <param name="facts">What was measured in it.</param>
/// <param name="minimumSamples">How many losses are needed for a judgement.</param>
internal sealed class LossCurve(RunDescription run, RunFacts facts, int minimumSamples)
{
    /// <summary>The share of the level that noise must be able to hide for a curve to tell nothing.</summary>
    private const double HideableShare = 0.1;
    private const double Significance = 3;

    /// <summary>The share of its fall that comes in the last half, of a curve that is converging and has not broken off.</summary>
    private const double LateGain = 0.1;
    private const double CheckInterval = 1.1;
    private readonly double[] _first = [double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity];
    private long _nextCheck = minimumSamples;

    /// <summary>Gets the series.</summary>
    public CompactedSeries Series => facts.LossSeries;

    /// <summary>Gets the smallest loss; infinity before any.</summary>
    public double Smallest { get; private set; } = double.PositiveInfinity;

    /// <summary>Gets a value indicating whether shares of the level mean anything: a loss that can be negative has no natural zero.</summary>
    public bool IsPositive => Smallest > 0;

    /// <summary>Gets the number of blocks in which training began: about 2 % of the run.</summary>
    public int StartBlocks => Math.Max(1, Series.BlockCount / 40);

    /// <summary>Gets the level at which training began; the first sample alone is mostly noise.</summary>
    public double Start => Series.MeanOf(0, StartShare);

    /// <summary>Gets the median of the first three losses: where training began, however fast it went from there.</summary>
    public double Origin => _first[0] > _first[1] ? Middle(_first[1], _first[0], _first[2]) : Middle(_first[0], _first[1], _first[2]);

    /// <summary>Gets the number of losses that <see cref="Start"/> is the mean of.</summary>
    public long StartCount => Series.CountOf(0, StartShare);

    /// <summary>Gets the standard error of <see cref="Start"/>.</summary>
    /// <remarks>The noise of the whole run is taken: so short a part, and so steep, tells nothing of its own.</remarks>
    public double StartError => Math.Max(Series.Noise / Math.Sqrt(StartBlocks * Series.Stride), Math.Max(Series.BlockNoiseOf(0, 1), NoiseAtTheStart) / Math.Sqrt(StartBlocks));

    /// <summary>Gets the lower of <see cref="Start"/> and <see cref="Origin"/>.</summary>
    public double Beginning => Math.Min(Start, Origin);

    /// <summary>Gets the standard error of <see cref="Beginning"/>: that of a median of three samples is 1.25 times that of their mean. It takes a look at the whole curve.</summary>
    public double BeginningError => Origin < Start ? Math.Max(StartError, 1.25 * Series.Noise / Math.Sqrt(_first.Length)) : StartError;

    /// <summary>Gets why the curve cannot be judged; null when it can.</summary>
    public Text? WhyNotJudged => WhyNotMeasurable(run) ?? (Series.Count < minimumSamples ? (Text)$"needs {minimumSamples} losses, had {Series.Count}"
        : facts.Curves.Loss.IsRunningMean ? (Text)$"each logged loss is the mean of all so far, which hides what the last ones did" : null);

    /// <summary>Gets why the finished curve tells nothing: the noise is so large that neither a fall nor its absence shows. Null when something shows.</summary>
    public Text? WhyNothingShows => WhyNotJudged ?? (IsPositive && IsHidden()
        ? (Text)$"the loss varies by {Series.Noise:G3} from one to the next: too much for {Series.Count} losses to show whether it falls" : null);

    /// <summary>Gets the standard error of the difference between the beginning and the last third.</summary>
    public double FallError => Math.Sqrt(Math.Pow(StartError, 2) + Math.Pow(Series.ErrorOf(2 / 3.0, 1), 2));

    /// <summary>Gets a value indicating whether the log begins in the middle of a training, as one that was resumed, after a tenth of the steps or more: what was won before is not in it, and a loss near its floor falls no more.</summary>
    public bool BeginsLate => !facts.IsMeasured && Series.Count > 1 && Series.FirstStep > 0.1 * Series.LastStep && Series.FirstStep - 1 > 1.5 * (Series.LastStep - Series.FirstStep) / (Series.Count - 1);

    /// <summary>Gets the noise of the first blocks. A running mean begins with single losses and ends with the mean of all.</summary>
    private double NoiseAtTheStart => Series.BlockCount >= 40 ? Series.BlockNoiseOf(0, 0.1) : 0;

    private double StartShare => (double)StartBlocks / Math.Max(1, Series.BlockCount);

    /// <summary>Says why no curve of losses of a run tells anything; null when it does.</summary>
    public static Text? WhyNotMeasurable(RunDescription run) => !TaskProfile.IsMeasuredByLoss(run.Task) ? TaskProfile.Of(run.Task)!.Why
        : run.Log is { IsSummaryOnly: true } ? (Text)$"the log holds last values only, no curve"
        : null;

    /// <summary>Takes a measurement; losses of the run itself only.</summary>
    /// <param name="measurement">The measurement.</param>
    /// <returns>Whether it is time to judge again: after every tenth of growth, so that a run of any length is judged equally often.</returns>
    public bool Add(in Measurement measurement)
    {
        if (measurement.Metric != Metric.Loss || measurement.Scope != ScopeTable.Run || !double.IsFinite(measurement.Value))
        {
            return false;
        }

        Smallest = Math.Min(Smallest, measurement.Value);
        if (Series.Count <= _first.Length)
        {
            _first[Series.Count - 1] = measurement.Value;
        }

        if (Series.Count < _nextCheck)
        {
            return false;
        }

        _nextCheck = Math.Max(Series.Count + 1, (long)(Series.Count * CheckInterval));
        return true;
    }

    /// <summary>Tells whether another measure shows learning that the loss hides: a score that rose, or a validation loss that fell.</summary>
    /// <param name="leastRise">How much a score, from 0 to 1, must have risen.</param>
    /// <param name="leastFall">The share by which the validation loss must have fallen.</param>
    public bool LearnsAnyway(double leastRise, double leastFall) =>
        Rose(facts.Of(Metric.ValidationAccuracy), leastRise) || Rose(facts.Of(Metric.Accuracy), leastRise) || ValidationFalls(leastFall);

    /// <summary>The mean of a part of the losses, as evidence that says so.</summary>
    /// <param name="from">Where the part begins, as a share of the series from 0 to 1.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="limit">What it is above; told only where it is.</param>
    public Evidence MeanOver(double from, double to, double limit)
    {
        var part = Series.Part(from, to);
        double mean = Series.MeanOf(from, to);
        var evidence = new Evidence("loss", null, Series.Ends[part.End - 1], mean, mean > limit ? limit : null, ">");
        long count = Series.CountOf(from, to);
        return count == 1 ? evidence : evidence with { MeanOf = count, FromStep = Series.Steps[part.First] };
    }

    /// <summary>The newest loss as evidence, as it was measured.</summary>
    /// <param name="limit">What the level of the newest losses is above; told only where this one is too.</param>
    public Evidence Newest(double limit) => new("loss", null, Series.LastStep, Series.Last, Series.Last > limit ? limit : null, ">");

    /// <summary>Tells how far the learning rate at the end lies below its highest: 1 while it was never lowered, near 0 at the end of most schedules.</summary>
    public double LearningRateLeft() => facts.Of(Metric.LearningRate) is { Maximum: > 0 } rate ? Math.Max(0, rate.Last) / rate.Maximum : 1;

    /// <summary>The validation loss ends below its first by the share and beyond its scatter, and part of that came in the last half.</summary>
    private bool ValidationFalls(double share)
    {
        if (facts.Curves.Of(Metric.ValidationLoss) is not { Series: { BlockCount: >= 3, First: > 0 } series } || !double.IsFinite(facts.Of(Metric.ValidationLoss)!.Value.Last))
        {
            return false;
        }

        double end = series.MeanOf(0.75, 1);
        double fall = series.First - end;
        return fall > share * series.First && fall > 2 * series.BlockNoiseOf(0, 1) && series.MeanOf(0.4, 0.6) - end > LateGain * fall;
    }

    private bool IsHidden()
    {
        double error = Significance * FallError;
        double start = Start;
        return error > HideableShare * start && Math.Abs(start - Series.MeanOf(2 / 3.0, 1)) < error && Math.Abs(Series.Trend(0).Z) < Significance;
    }

    private static double Middle(double low, double high, double other) => Math.Clamp(other, low, high);

    private static bool Rose(SeriesSummary? score, double least) => score is { Count: >= 3 } s && s.Recent - s.First >= least * Math.Max(1, s.Maximum > 1.5 ? 100 : 1);
}
