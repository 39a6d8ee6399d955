using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Finds the runs among the lists of one JSON document: below different names that mean no metric, or behind different prefixes of phases.</summary>
internal static class JsonRuns
{
    /// <summary>Words for the phases of fine-tuning, which are trained one after the other.</summary>
    private static readonly HashSet<string> Stages =
    [
        "fine", "finetune", "finetuned", "finetuning", "tune", "tuning", "head", "frozen", "unfrozen", "freeze", "unfreeze", "warmup", "initial", "base", "transfer", "feature", "extraction", "pretrain", "pretraining",
        "stage", "stage1", "stage2", "stage3", "phase", "phase1", "phase2", "phase3", "round", "round1", "round2", "first", "second", "fold",
    ];

    /// <summary>Splits lists into runs, in the order of the document; the names within each are without what tells them apart.</summary>
    public static IEnumerable<Dictionary<string, JsonCurves.Curve>> Split(Dictionary<string, JsonCurves.Curve> curves)
    {
        var byPath = curves.GroupBy(item => JsonCurves.RunOf(item.Key)).Select(group => group.ToDictionary(item => Below(item.Key, group.Key), item => item.Value)).ToList();
        if (byPath.Count > 1)
        {
            // The same metric below several names makes them runs; what has none of it is something else, such as times.
            var shared = byPath.SelectMany(run => run.Keys.Where(IsMetric)).GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
            byPath = shared.Count > 0 ? [.. byPath.Where(run => run.Keys.Any(shared.Contains))] : [Merge(byPath)];
        }

        return byPath.SelectMany(SplitStages);
    }

    private static string Below(string path, string run) => path.Length > run.Length && run.Length > 0 ? path[(run.Length + 1)..] : path[(path == run ? path.LastIndexOf('/') + 1 : 0)..];

    private static Dictionary<string, JsonCurves.Curve> Merge(List<Dictionary<string, JsonCurves.Curve>> runs)
    {
        var merged = new Dictionary<string, JsonCurves.Curve>(StringComparer.Ordinal);
        foreach (var (name, curve) in runs.SelectMany(run => run))
        {
            merged.TryAdd(name, curve);
        }

        return merged;
    }

    private static bool IsMetric(string name) => ColumnClassifier.Classify(name).Kind == RoleKind.Metric || ColumnName.Words(name).TrueForAll(word => RoleLexicon.PhaseOf(word) != ColumnPhase.Unknown);

    /// <summary><c>loss, val_loss, fine_tune_loss, fine_tune_val_loss</c> are two trainings, unlike the losses of two heads.</summary>
    private static IEnumerable<Dictionary<string, JsonCurves.Curve>> SplitStages(Dictionary<string, JsonCurves.Curve> run)
    {
        var groups = run.GroupBy(item => PrefixOf(item.Key)).ToDictionary(group => group.Key, group => group.ToDictionary(item => SuffixOf(item.Key), item => item.Value));
        var stages = groups.Where(group => group.Value.Keys.Any(IsLoss) && group.Value.Values.Select(curve => curve.Values.Count).Distinct().Count() == 1).ToList();
        bool isStaged = stages.Count > 1 && stages.Count(group => group.Key.Split(' ').Any(Stages.Contains)) >= stages.Count - 1
            && stages.TrueForAll(stage => stage.Value.Keys.Any(stages.Find(other => other.Key != stage.Key).Value.ContainsKey));
        return isStaged ? stages.Select(stage => stage.Value) : [run];
    }

    private static bool IsLoss(string name) => ColumnClassifier.Classify(name) is { Kind: RoleKind.Metric, Metric: Metric.Loss, Rank: >= 50 };

    private static string PrefixOf(string name) => string.Join(' ', ColumnName.Words(name).TakeWhile(IsNoMetric));

    private static string SuffixOf(string name) => string.Join('_', ColumnName.Words(name).SkipWhile(IsNoMetric));

    private static bool IsNoMetric(string word) => RoleLexicon.PhaseOf(word) == ColumnPhase.Unknown && ColumnClassifier.Classify(word).Kind == RoleKind.None;
}
