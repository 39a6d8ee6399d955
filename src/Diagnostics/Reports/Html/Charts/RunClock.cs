namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>The time of training that belongs to a step, for an axis of time along the bottom.</summary>
internal static class RunClock
{
    /// <summary>What falls more often than at one measurement in ten counts something else than the time of a run.</summary>
    private const double RestartsAllowed = 0.1;

    /// <summary>Returns steps and the seconds that had passed at them, ascending. A run that was begun anew goes on from where its time stood: the pause between is no training.</summary>
    /// <param name="elapsed">The measured time since the run, or its newest part, began; null where none was.</param>
    /// <returns>Null where fewer than two steps have a time of their own, which make no axis, or where it falls again and again.</returns>
    public static SeriesDocument? Of(SeriesDocument? elapsed) =>
        elapsed is not null && OfPoints([.. elapsed.Steps.Zip(elapsed.Values, (step, value) => new SeriesPoint(step, value))]) is { } clock
            ? elapsed with { Steps = [.. clock.Select(point => point.Step)], Values = [.. clock.Select(point => point.Value)], Spans = null }
            : null;

    /// <summary>Returns the seconds that had passed at steps, ascending.</summary>
    /// <param name="elapsed">The measured time since the run, or its newest part, began.</param>
    /// <returns>Null where it makes no axis.</returns>
    public static IReadOnlyList<SeriesPoint>? OfPoints(IReadOnlyList<SeriesPoint> elapsed)
    {
        var clock = new List<SeriesPoint>();
        double before = 0;
        double parts = 0;
        int restarts = 0;
        foreach (var (step, value) in elapsed.Where(point => double.IsFinite(point.Value) && point.Value >= 0))
        {
            if (value < before)
            {
                parts += before;
                restarts++;
            }

            before = value;
            if (clock.Count == 0 || (parts + value > clock[^1].Value && step > clock[^1].Step))
            {
                clock.Add(new SeriesPoint(step, parts + value));
            }
        }

        return clock.Count < 2 || restarts > RestartsAllowed * elapsed.Count ? null : clock;
    }
}
