namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>Changes of a log that change nothing of what happened in the run: its verdict must hold.</summary>
internal static class Perturbations
{
    private const int EnoughToHalve = 24;

    public static IReadOnlyList<(string Name, Func<KeptRun, IEnumerable<Measurement>> Change)> All { get; } =
    [
        ("every second row", run => Thin(run, 2)),
        ("every third row", run => Thin(run, 3)),
        ("losses a hundred times as large", run => run.Measurements.Select(item => IsLoss(item.Metric) ? item with { Value = 100 * item.Value } : item)),
        ("5 % of noise", AddNoise),
        ("the training loss smoothed over three rows", Smooth),
        ("without the first twentieth", Cut),
        ("validation told after the step it belongs to", run => run.Measurements.OrderBy(item => item.Step).ThenBy(item => IsValidation(item.Metric))),
    ];

    private static IEnumerable<Measurement> Thin(KeptRun run, int keep)
    {
        var counts = run.Measurements.CountBy(item => (item.Metric, item.Scope)).ToDictionary();
        var seen = new Dictionary<(Metric, int), int>();
        foreach (var item in run.Measurements)
        {
            var key = (item.Metric, item.Scope);
            int index = seen[key] = seen.GetValueOrDefault(key, -1) + 1;
            if (counts[key] < EnoughToHalve || index % keep == 0)
            {
                yield return item;
            }
        }
    }

    private static IEnumerable<Measurement> AddNoise(KeptRun run)
    {
        var random = new Random(7);
        return run.Measurements.Select(item => IsLoss(item.Metric) ? item with { Value = item.Value * (1 + (0.05 * ((2 * random.NextDouble()) - 1))) } : item);
    }

    private static IEnumerable<Measurement> Smooth(KeptRun run)
    {
        var last = new Queue<double>();
        bool isLong = run.Measurements.Count(item => item.Metric == Metric.Loss) >= EnoughToHalve;
        foreach (var item in run.Measurements)
        {
            if (!isLong || item.Metric != Metric.Loss || item.Scope != ScopeTable.Run || !double.IsFinite(item.Value))
            {
                yield return item;
                continue;
            }

            last.Enqueue(item.Value);
            if (last.Count > 3)
            {
                last.Dequeue();
            }

            yield return item with { Value = last.Average() };
        }
    }

    private static IEnumerable<Measurement> Cut(KeptRun run)
    {
        // A twentieth of the rows: of fewer than twenty there is no such part.
        var steps = run.Measurements.Where(item => item.Metric == Metric.Loss && item.Scope == ScopeTable.Run).Select(item => item.Step).ToList();
        int rows = steps.Count / 20;
        return rows == 0 ? run.Measurements : run.Measurements.Where(item => item.Step >= steps[rows]);
    }

    private static bool IsLoss(Metric metric) => metric is Metric.Loss or Metric.ValidationLoss;

    private static bool IsValidation(Metric metric) => metric is Metric.ValidationLoss or Metric.ValidationAccuracy or Metric.ValidationError;
}
