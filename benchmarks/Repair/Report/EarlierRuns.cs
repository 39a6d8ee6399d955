using System.Text.Json;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>Measurements that were made in parts, put together: who repaired what in which of them.</summary>
internal static class EarlierRuns
{
    /// <summary>Reads earlier reports.</summary>
    /// <param name="files">Their files.</param>
    public static IReadOnlyList<RepairReport> Read(IReadOnlyList<string> files) => [.. files.Select(file => JsonSerializer.Deserialize<RepairReport>(File.ReadAllText(file), WorkerPool.Json)!)];

    /// <summary>Puts runs of the same program and seed together; what was measured first counts.</summary>
    /// <param name="parts">The parts.</param>
    public static IEnumerable<RepairRecord> Together(IEnumerable<IReadOnlyList<RepairRecord>> parts) => parts.SelectMany(part => part)
        .GroupBy(record => (record.Program, record.Seed))
        .OrderBy(group => group.Key.Program, StringComparer.Ordinal)
        .ThenBy(group => group.Key.Seed)
        .Select(group => group.Aggregate((first, second) => first with
        {
            AutoTrainer = first.AutoTrainer ?? second.AutoTrainer,
            Foreign = first.Foreign ?? second.Foreign,
            Plain = first.Plain ?? second.Plain,
            Random = first.Random ?? second.Random,
            Parzen = first.Parzen ?? second.Parzen,
        }));
}
