namespace TrainingDoctor.Reports;

/// <summary>The time of training that belongs to a step, for an axis of time along the bottom.</summary>
internal static class RunClock
{
    /// <summary>Returns steps and the seconds that had passed at them, ascending. A run that was begun anew goes on from where its time stood: the pause between is no training.</summary>
    /// <param name="elapsed">The measured time since the run, or its newest part, began; null where none was.</param>
    /// <returns>Null where fewer than two steps have a time of their own, which make no axis.</returns>
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
        for (int i = 0; i < elapsed.Steps.Count; i++)
        {
            double value = elapsed.Values[i];
            if (!double.IsFinite(value) || value < 0)
            {
                continue;
            }

            parts += value < before ? before : 0;
            before = value;
            if (values.Count == 0 || (parts + value > values[^1] && elapsed.Steps[i] > steps[^1]))
            {
                steps.Add(elapsed.Steps[i]);
                values.Add(parts + value);
            }
        }

        return steps.Count < 2 ? null : elapsed with { Steps = steps, Values = values, Spans = null };
    }
}
