namespace TrainingDoctor.Reports;

/// <summary>The time of training that belongs to a step, for an axis of time along the bottom.</summary>
internal static class RunClock
{
    /// <summary>What falls more often than at one measurement in ten counts something else than the time of a run.</summary>
    private const double RestartsAllowed = 0.1;

    /// <summary>Returns steps and the seconds that had passed at them, ascending. A run that was begun anew goes on from where its time stood: the pause between is no training.</summary>
    /// <param name="elapsed">The measured time since the run, or its newest part, began; null where none was.</param>
    /// <returns>Null where fewer than two steps have a time of their own, which make no axis, or where it falls again and again.</returns>
    public static SeriesDocument? Of(SeriesDocument? elapsed)
    {
        if (elapsed is null)
        {
            return null;
        }

        var steps = new List<long>();
        var values = new List<double>();
        double before = 0;
        double parts = 0;
        int restarts = 0;
        for (int i = 0; i < elapsed.Steps.Count; i++)
        {
            double value = elapsed.Values[i];
            if (!double.IsFinite(value) || value < 0)
            {
                continue;
            }

            if (value < before)
            {
                parts += before;
                restarts++;
            }

            before = value;
            if (values.Count == 0 || (parts + value > values[^1] && elapsed.Steps[i] > steps[^1]))
            {
                steps.Add(elapsed.Steps[i]);
                values.Add(parts + value);
            }
        }

        return steps.Count < 2 || restarts > RestartsAllowed * elapsed.Steps.Count ? null : elapsed with { Steps = steps, Values = values, Spans = null };
    }
}
