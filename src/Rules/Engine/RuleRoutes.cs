namespace TrainingDoctor.Rules.Engine;

/// <summary>Which rules observe which metric.</summary>
internal static class RuleRoutes
{
    /// <summary>Finds the rules that observe each metric. One look at each rule, not one for each metric: an engine begins with each of thousands of small logs.</summary>
    /// <param name="routes">Takes the rules of each metric, in their order.</param>
    /// <param name="active">The rules that are on.</param>
    public static void Fill(RuleSlot[][] routes, IReadOnlyList<RuleSlot> active)
    {
        var found = new List<RuleSlot>?[routes.Length];
        foreach (var slot in active)
        {
            foreach (var metric in slot.Rule.Observed)
            {
                var route = found[(int)metric] ??= [];
                if (route is not [.., var last] || last != slot)
                {
                    route.Add(slot);
                }
            }
        }

        for (int metric = 0; metric < routes.Length; metric++)
        {
            routes[metric] = found[metric]?.ToArray() ?? [];
        }
    }
}
