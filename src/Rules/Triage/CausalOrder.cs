namespace TrainingDoctor.Rules.Triage;

/// <summary>
/// Which symptom can bring about which: data and labels before numbers, configuration before activations, activations before gradients,
/// gradients before the loss curve. AUTOTRAINER (ICSE 2021) and DeepDiagnosis (ICSE 2022) agree on configuration before gradients.
/// </summary>
/// <remarks>
/// Dead and saturated layers and vanished gradients stand above mere sizes (updates, norms, initial variance): they name the mechanism and the layer, and their causes
/// say which size was to blame, so that dead ReLUs by a huge learning rate are one story.
/// </remarks>
internal static class CausalOrder
{
    /// <summary>The loss curve and what is derived from it.</summary>
    private static readonly string[] Curve = ["TD4002", "TD4003", "TD4004", "TD4005", "TD4006", "TD4007", "TD4008", "TD4009", "TD6001", "TD6002", "TD6003", "TD6004", "TD6005"];

    /// <summary>Values that are no numbers any more.</summary>
    private static readonly string[] NonFinite = ["TD3005", "TD2003", "TD5004", "TD4001"];

    /// <summary>Sizes out of bounds.</summary>
    private static readonly string[] Growth = ["TD2002", "TD5001", "TD3006", "TD5005"];

    /// <summary>Layers and parameters that stopped taking part.</summary>
    private static readonly string[] Standstill = ["TD2001", "TD2004", "TD3001", "TD3002", "TD3003", "TD3004", "TD5002", "TD5003", "TD5007", "TD5008"];

    /// <summary>TD5008 seen in the weights themselves: a fact from before the first step, so that nothing measured later brought it about.</summary>
    private const string BeforeTheFirstStep = "TD5008 before the first step";

    /// <summary>TD7007 of a network that was never trained with what its validations normalise by: so from the first step on, whatever else was noticed when.</summary>
    private const string OneSampleAtATime = "TD7007 of one sample at a time";

    /// <summary>What a probe finds of the program itself: it was so from the first step on, whenever a validation gave the occasion to look.</summary>
    private static readonly string[] Throughout = ["TD7016", "TD7017"];

    /// <summary>From root to consequence: each symptom with those that it can bring about.</summary>
    private static readonly (string Root, string[] Consequences)[] Order =
    [
        ("TD1001", [.. NonFinite, .. Growth, .. Standstill, .. Curve, "TD1002", "TD1003", "TD7018"]),
        ("TD1006", [.. NonFinite, .. Growth, .. Standstill, .. Curve, "TD7018"]),
        ("TD1008", [.. NonFinite, .. Growth, .. Standstill, .. Curve]),
        ("TD6012", [.. NonFinite, .. Growth, .. Standstill, .. Curve, "TD6008"]),
        ("TD1009", [.. Standstill, .. Curve]),
        ("TD1010", [.. Standstill, .. Curve]),
        ("TD1011", [.. Standstill, .. Curve, "TD1004"]),
        ("TD1012", [.. Curve]),
        ("TD1013", [.. Curve, "TD1004", "TD1005", "TD3004", "TD6008"]),
        ("TD1014", [.. Curve, "TD3004", "TD6008"]),
        ("TD7011", [.. Growth, .. Standstill, .. Curve, "TD6008"]),
        ("TD7020", [.. NonFinite, .. Standstill, .. Curve, "TD6008", "TD6013", "TD7018"]),
        ("TD7012", [.. Standstill, .. Curve]),
        ("TD7013", ["TD3001", "TD3004", .. Curve]),
        (OneSampleAtATime, [.. Curve, "TD6008", "TD6013"]),
        ("TD6013", [.. Curve, "TD6007", "TD6008", "TD6011"]),
        ("TD6007", [.. Curve, "TD6008", "TD6011"]),
        ("TD6014", [.. Curve, "TD6008", "TD6011"]),
        ("TD6009", [.. Curve, "TD6008"]),
        ("TD6010", [.. Curve, "TD6008"]),
        ("TD7016", [.. Growth, .. Standstill, .. Curve, "TD6008", "TD7018"]),
        ("TD7004", [.. Growth, .. Standstill, .. Curve, "TD7018"]),
        ("TD2005", [.. NonFinite, .. Growth, .. Standstill, .. Curve]),
        ("TD5006", [.. NonFinite, .. Growth, .. Standstill, .. Curve]),
        ("TD7001", [.. NonFinite, .. Growth, .. Standstill, .. Curve, "TD7010", "TD1007", "TD7018"]),
        ("TD7010", [.. Standstill, .. Curve]),
        ("TD5007", [.. Standstill, .. Curve, "TD7003", "TD5008", "TD7018"]),
        ("TD1002", [.. NonFinite, .. Growth, .. Standstill, .. Curve]),
        ("TD1007", [.. NonFinite, .. Growth, .. Standstill, .. Curve]),
        ("TD1003", [.. Standstill, .. Curve]),
        ("TD1005", [.. Growth, .. Standstill, .. Curve]),
        ("TD7008", [.. Standstill, .. Curve]),
        ("TD7017", ["TD4009"]),
        ("TD7014", [.. Standstill, "TD6002", "TD4005", "TD4007"]),
        ("TD7009", [.. NonFinite, .. Growth, .. Standstill, .. Curve]),
        ("TD5009", [.. Growth, .. Standstill, .. Curve]),
        ("TD5010", [.. NonFinite, .. Growth, .. Standstill, .. Curve]),
        (BeforeTheFirstStep, [.. NonFinite, .. Growth, .. Standstill, .. Curve, "TD7003", "TD7005"]),
        ("TD3001", [.. Growth, "TD7018", "TD2001", "TD2004", "TD3003", "TD3004", "TD5002", "TD5003", "TD5008", "TD7003", .. Curve]),
        ("TD3002", [.. Growth, "TD2001", "TD3003", "TD3004", "TD5002", "TD5003", "TD5008", "TD7003", "TD7005", .. Curve]),
        ("TD2004", ["TD2001", "TD3004", "TD7018", "TD5002", "TD5003", "TD5008", .. Curve]),
        ("TD7018", ["TD3003", "TD3004", .. Curve]),
        ("TD2001", ["TD3003", "TD3004", "TD5002", "TD5003", "TD5008", "TD7003", "TD7005", .. Curve]),
        ("TD5003", ["TD5002", .. Curve]),
        ("TD5008", [.. NonFinite, .. Growth, "TD2001", "TD3004", "TD7003", .. Curve]),
        ("TD2002", [.. NonFinite, "TD5001", "TD3006", "TD5005", "TD3004", .. Curve]),
        ("TD5001", [.. NonFinite, "TD3006", "TD5005", "TD3004", .. Curve]),
        ("TD3006", [.. NonFinite, "TD5005", .. Curve]),
        ("TD5005", [.. NonFinite, .. Curve]),
        ("TD9016", ["TD9001", .. Curve]),
        ("TD9005", ["TD9001", "TD9004"]),
        ("TD9003", ["TD9002", "TD9004", "TD9005", "TD9007", "TD9008", "TD9009", "TD9001", "TD9006"]),
        ("TD9008", ["TD9002", "TD9009"]),
        ("TD9007", ["TD9002", "TD9001"]),
        ("TD9004", ["TD9001", "TD9002", "TD9005"]),
        ("TD9009", ["TD9001", "TD9002"]),
        ("TD9012", ["TD9013"]),
        ("TD9006", []),
        ("TD9002", []),
        ("TD9001", []),
        ("TD9010", []),
        ("TD9011", []),
        ("TD9013", []),
        ("TD9014", [.. Curve]),
        ("TD9015", [.. Curve]),
        ("TD4009", ["TD4002", "TD4003", "TD4004", "TD4005", "TD4006", "TD4007", "TD6001", "TD6002", "TD6003", "TD6004", "TD6005"]),
        ("TD4008", ["TD4002", "TD4003", "TD4004", "TD4005", "TD4006", "TD4007", "TD4009", "TD6002"]),
        ("TD4003", [.. NonFinite, "TD4004", "TD4006", "TD6001", "TD6002", "TD6004", "TD6005"]),
        ("TD3005", ["TD2003", "TD5004", "TD4001", .. Curve]),
        ("TD2003", ["TD5004", "TD4001", "TD3005", .. Curve]),
        ("TD5004", ["TD4001", .. Curve]),
        ("TD4001", ["TD2003", "TD5004", "TD3005", .. Curve]),
        ("TD7002", ["TD4002", "TD4005", "TD4007", "TD6002"]),
        ("TD7003", [.. Curve]),
        ("TD7005", [.. Curve]),
        ("TD3004", ["TD5002", "TD5003", .. Curve]),
        ("TD6006", ["TD4002", "TD4005", "TD4007", "TD6001", "TD6002", "TD6003", "TD6004", "TD6005"]),
        ("TD7007", [.. Curve]),
        ("TD1004", ["TD3004", .. Curve]),
        ("TD5002", ["TD5003", .. Curve]),
        ("TD4004", ["TD4005", "TD4006", "TD4007", "TD6002", "TD6004", "TD6005"]),
        ("TD4006", ["TD4004", "TD6005"]),
        ("TD4002", ["TD4004", "TD4005", "TD4007", "TD6001", "TD6002", "TD6004", "TD6005"]),
        ("TD4007", ["TD4005", "TD6002"]),
        ("TD4005", ["TD6002"]),
        ("TD6011", ["TD6003"]),
        ("TD6003", ["TD6001", "TD6002", "TD6004", "TD6005", "TD6008"]),
        ("TD6008", ["TD6001", "TD6002", "TD6004", "TD6005"]),
        ("TD6001", ["TD6004", "TD6005", "TD3003"]),
        ("TD6004", ["TD6005"]),
        ("TD6002", []),
        ("TD6005", []),
        ("TD3003", []),
        ("TD7006", []),
        ("TD7019", []),
        ("TD8001", []),
        ("TD8002", []),
        ("TD8502", ["TD8503"]),
        ("TD8501", []),
        ("TD8503", []),
        ("TD8521", []),
        ("TD0003", []),
        ("TD0002", []),
        ("TD0001", []),
    ];

    /// <summary>Gets the place of a rule in the order from root to consequence.</summary>
    /// <param name="rule">The rule.</param>
    public static int Rank(RuleDescriptor rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return Rank(rule.Id);
    }

    /// <summary>Gets the place of a finding in the order from root to consequence.</summary>
    /// <param name="finding">The finding.</param>
    public static int Rank(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return Rank(KeyOf(finding));
    }

    /// <summary>Finds the root of the story that a finding belongs to.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="findings">All findings of the run.</param>
    /// <param name="slack">By how many steps a cause may be noticed after its consequence.</param>
    /// <returns>The first in causal order that brings the finding about, directly or through others; null when it stands for itself.</returns>
    public static Finding? RootOf(Finding finding, IReadOnlyList<Finding> findings, long slack)
    {
        var story = new List<Finding> { finding };
        // Names decide between equals, not the order in which layers happened to be measured.
        while (findings.Where(other => Explains(other, story[^1], slack)).OrderBy(other => Rank(KeyOf(other))).ThenBy(other => other.FirstStep ?? -1)
            .ThenBy(other => string.Join(',', other.Layers), StringComparer.Ordinal).ThenBy(other => other.Title.ToString(), StringComparer.Ordinal).FirstOrDefault() is { } parent)
        {
            int seen = story.IndexOf(parent);
            if (seen >= 0)
            {
                // What kills units and what spreads by its steps go against rank and can close a circle. All that lead into it agree on its root: the killer, else what was first.
                var first = story.Skip(seen).MinBy(member => (member.Rule.Id is not ("TD5001" or "TD5005"), member.FirstStep ?? -1, Rank(KeyOf(member))));
                return first == finding ? null : first;
            }

            story.Add(parent);
        }

        return story.Count > 1 ? story[^1] : null;
    }

    /// <summary>That a run is unlike one's good ones is what every fault looks like: whatever names a fault explains it, noticed before or after.</summary>
    private const string OutsideNormality = "TD8521";

    private static bool Explains(Finding root, Finding consequence, long slack) => consequence.Rule.Id == OutsideNormality
        ? root.Severity >= Severity.Warning && root.Rule.Id != OutsideNormality && root.Rule.Category != RuleCategory.Diagnosis
        : IsSpread(root, consequence) ?? (IsKilledByItsStep(consequence, root) || (!IsKilledByItsStep(root, consequence) && ExplainsInOrder(root, consequence, slack)));

    /// <summary>NaN spreads from where it was first, and its first step is known exactly; within a step it goes from outputs to gradients to weights. Null for other findings.</summary>
    private static bool? IsSpread(Finding root, Finding consequence) => NonFinite.Contains(root.Rule.Id) && NonFinite.Contains(consequence.Rule.Id)
        ? (root.FirstStep ?? -1, Rank(root)).CompareTo((consequence.FirstStep ?? -1, Rank(consequence))) < 0
        : null;

    /// <summary>Units that died after weights had been thrown about died of that.</summary>
    private static bool IsKilledByItsStep(Finding dead, Finding size) =>
        dead.Rule.Id == "TD3001" && size.Rule.Id is "TD5001" or "TD5005" && size.Severity >= Severity.Warning && size.FirstStep < dead.FirstStep;

    private static bool ExplainsInOrder(Finding root, Finding consequence, long slack) =>
        root.Severity >= Severity.Warning
        && Rank(KeyOf(root)) < Rank(KeyOf(consequence))
        && Order.Any(entry => entry.Root == KeyOf(root) && entry.Consequences.Contains(consequence.Rule.Id))
        && (Throughout.Contains(root.Rule.Id) ? -1 : root.FirstStep ?? -1) <= (consequence.FirstStep ?? -1) + (IsFromBefore(consequence) ? 0 : slack)
        && !(root.RecoveredAt < consequence.FirstStep - slack);

    /// <summary>
    /// What was so before the first step (structure, initialisation, copies) is established when it is first looked at, without patience; nothing that came later brought it about.
    /// </summary>
    private static bool IsFromBefore(Finding finding) => finding.FirstStep is null || finding.Rule.Id is "TD5007" or "TD5008";

    private static string KeyOf(Finding finding) => finding switch
    {
        { Rule.Id: "TD5008", FirstStep: null } => BeforeTheFirstStep,
        { Rule.Id: "TD7007", FirstStep: null } => OneSampleAtATime,
        _ => finding.Rule.Id,
    };

    private static int Rank(string key)
    {
        int index = Array.FindIndex(Order, entry => entry.Root == key);
        return index < 0 ? Order.Length : index;
    }
}
