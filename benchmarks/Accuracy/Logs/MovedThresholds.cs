namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>
/// Judges logs under many sets of thresholds at the price of a few: each log is played once to the rules of all sets side by side, and judged as a whole only under those sets
/// of which a rule says something else than as shipped.
/// </summary>
internal static class MovedThresholds
{
    /// <summary>Judges logs under each of several sets.</summary>
    /// <param name="shipped">The verdicts with the shipped thresholds.</param>
    /// <param name="sets">What each set moves.</param>
    /// <returns>By set, the verdicts in the order of <paramref name="shipped"/>.</returns>
    public static IReadOnlyList<IReadOnlyList<LogVerdict>> Judge(IReadOnlyList<LogVerdict> shipped, IReadOnlyList<IReadOnlyCollection<Threshold>> sets)
    {
        var byRule = sets.Select(set => set.GroupBy(threshold => threshold.Rule).Select(group => (Rule: group.Key, Moved: Threshold.RuleWith(group.Key, group))).ToList()).ToList();
        var judged = shipped.AsParallel().AsOrdered().Select(verdict => Judge(verdict, byRule, sets)).ToList();
        return [.. Enumerable.Range(0, sets.Count).Select(set => judged.ConvertAll(verdicts => verdicts[set]))];
    }

    private static LogVerdict[] Judge(LogVerdict shipped, List<List<(RuleEntry Rule, Rule Moved)>> byRule, IReadOnlyList<IReadOnlyCollection<Threshold>> sets)
    {
        bool[] differs = new bool[sets.Count];
        foreach (var run in shipped.Log.Runs)
        {
            var usual = byRule.SelectMany(set => set).Select(item => item.Rule).Distinct().ToDictionary(entry => entry, entry => new Listener(entry.CreateDefault()));
            var moved = byRule.Select(set => set.ConvertAll(item => (item.Rule, Listener: new Listener(item.Moved)))).ToList();
            var engine = new RuleEngine(RuleSet.Of([.. usual.Values, .. moved.SelectMany(set => set).Select(item => item.Listener)]), run.Scopes);
            run.PlayTo(engine);
            engine.Complete();
            for (int set = 0; set < sets.Count; set++)
            {
                differs[set] |= moved[set].Exists(item => !item.Listener.Told.SequenceEqual(usual[item.Rule].Told));
            }
        }

        return [.. sets.Select((set, index) => differs[index] ? LogVerdict.Of(shipped.Log, Threshold.RulesWith(set)) : shipped)];
    }

    /// <summary>A rule that reports nothing: what it would say is noted instead, as far as a verdict can hang on it.</summary>
    private sealed class Listener(Rule rule) : Rule
    {
        public List<(string Variant, Severity Severity, double Confidence, long? FirstStep)> Told { get; } = [];

        public override RuleDescriptor Descriptor => rule.Descriptor;

        public override RuleEvaluator CreateEvaluator(RuleContext context) => rule.CreateEvaluator(context);

        public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
        {
            Told.Add((symptom.Variant, symptom.Severity, symptom.Confidence, symptom.FirstStep));

            // Without a diagnosis there is no finding: hundreds of the same rule would have to be put in order.
            return null!;
        }
    }
}
