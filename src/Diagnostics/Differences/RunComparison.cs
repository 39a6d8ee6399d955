using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Differences;

/// <summary>
/// A run that does not work set against one or several that do: what was set differently, what was measured differently, where they part, and what is only a consequence.
/// </summary>
/// <remarks>
/// Runs are laid over each other by steps, samples or epochs. Every series is set against those of the good runs on a scale of its own; a difference counts when a person would see it, when it
/// lasts, and when it is more than two seeds of one program differ by (with several good runs: than these differ by), at a false-discovery rate of 5 % over all series
/// (Benjamini and Hochberg 1995). What is first in time, and within a step first in causal order, is where they part.
/// </remarks>
public sealed record RunComparison
{
    /// <summary>The share of false ones that is accepted among departures.</summary>
    private const double FalseDiscoveryRate = 0.05;

    private RunComparison(IReadOnlyList<RunTrace> good, RunTrace bad)
    {
        Good = [.. good.Select(trace => trace.Run)];
        Bad = bad.Run;
    }

    /// <summary>Gets the runs that went well.</summary>
    public IReadOnlyList<RunDescription> Good { get; }

    /// <summary>Gets the run in question.</summary>
    public RunDescription Bad { get; }

    /// <summary>Gets what the runs were laid over each other by.</summary>
    public AlignmentAxis Axis { get; private init; }

    /// <summary>Gets the number of series that all runs have.</summary>
    public int SeriesCompared { get; private init; }

    /// <summary>Gets what was set differently, in causal order.</summary>
    public IReadOnlyList<SettingDifference> Settings { get; private init; } = [];

    /// <summary>Gets the series that part, the first in time and causal order in front.</summary>
    public IReadOnlyList<Departure> Departures { get; private init; } = [];

    /// <summary>Gets the first step at which a number differs although all were the same to the last digits before: proof that both began with the same seed; null when they did not.</summary>
    public long? IdenticalUntil { get; private init; }

    /// <summary>Gets the setting that the difference comes from; null when none does, as far as is known.</summary>
    public SettingDifference? Setting { get; private init; }

    /// <summary>Gets a value indicating whether the runs do not part.</summary>
    public bool IsSame => Departures.Count == 0;

    /// <summary>Gets where they part: the stage of the setting that it comes from, else of the first departure; null when they do not part.</summary>
    public Stage? Place => IsSame ? null : Setting?.Stage ?? Departures[0].Stage;

    /// <summary>Sets a run against runs that went well.</summary>
    /// <param name="good">The runs that went well; at least one. Several tell how much seeds differ.</param>
    /// <param name="bad">The run in question.</param>
    /// <exception cref="ArgumentException">There is no good run.</exception>
    public static RunComparison Between(IReadOnlyList<RunTrace> good, RunTrace bad)
    {
        ArgumentNullException.ThrowIfNull(good);
        ArgumentNullException.ThrowIfNull(bad);
        if (good.Count == 0)
        {
            throw new ArgumentException("There must be a run to compare with.", nameof(good));
        }

        var alignment = Alignment.Of(Pace.Of(good[0]), Pace.Of(bad));
        var differences = Compare(good, bad, alignment.Stretch);
        var start = SharedStart.Of(differences);
        var departures = Depart(differences, start);
        var settings = RunSettings.Between([.. good.Select(trace => trace.Run)], bad.Run);
        return new RunComparison(good, bad)
        {
            Axis = alignment.Axis,
            SeriesCompared = differences.Count,
            Settings = settings,
            Departures = departures,
            IdenticalUntil = start?.Step,
            Setting = departures.Count == 0 ? null : Origin(settings, departures[0], start),
        };
    }

    internal static List<SeriesDifference> Compare(IReadOnlyList<RunTrace> good, RunTrace bad, double stretch)
    {
        // Good runs may differ in their batches among each other too.
        var goods = good.Select((trace, index) => trace.Series(index == 0 ? 1 : Alignment.Of(Pace.Of(good[0]), Pace.Of(trace)).Stretch)).ToList();
        var differences = new List<SeriesDifference>();
        foreach (var (key, series) in bad.Series(stretch))
        {
            var others = goods.Select(one => one.GetValueOrDefault(key)).OfType<TraceSeries>().ToList();
            if (others.Count == goods.Count && SeriesSurroundings.Of(key, goods, bad.Run.Model) is { } surroundings && SeriesDifference.Between(key, others, series, surroundings) is { } difference)
            {
                differences.Add(difference);
            }
        }

        return differences;
    }

    private static List<Departure> Depart(List<SeriesDifference> differences, SharedStart? start)
    {
        double[] rates = FalseDiscovery.Adjust([.. differences.Select(difference => difference.Probability)]);
        var departures = new List<(Departure Departure, int Bin)>();
        for (int i = 0; i < differences.Count; i++)
        {
            var difference = differences[i];

            // Of runs that were the same to the last digits, what then differs at once was brought about, and needs no statistics.
            bool isCertain = start is { IsAbrupt: true };
            int at = isCertain ? difference.AbruptOnset : rates[i] <= FalseDiscoveryRate ? difference.Onset : -1;
            if (at >= 0)
            {
                var point = difference.Points[at];
                double effect = difference.Points.Skip(at).Max(one => one.Distance) / difference.Traits.Effect;
                departures.Add((new Departure(difference.Key.Metric, difference.Key.Scope, difference.Traits.Stage, point.Step, point.Good, point.Bad, effect, isCertain ? 0 : rates[i]), point.Bin));
            }
        }

        return [.. departures.OrderBy(entry => entry.Bin).ThenBy(entry => entry.Departure.Stage).ThenByDescending(entry => entry.Departure.Effect).Select(entry => entry.Departure)];
    }

    /// <summary>The first setting in causal order that can have brought the first departure about.</summary>
    private static SettingDifference? Origin(IReadOnlyList<SettingDifference> settings, Departure first, SharedStart? start) =>
        settings.FirstOrDefault(setting => setting.Stage < Stage.Length
            && (setting.Stage <= first.Stage || (first.Step > 0 && first.Stage > Stage.Initialization))
            && !(start is not null && start.RulesOut(setting.Stage)));
}
