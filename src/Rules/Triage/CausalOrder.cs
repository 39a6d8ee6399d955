namespace TrainingDoctor.Triage;

/// <summary>
/// Which symptom can bring about which: data and labels before numbers, numbers and configuration before activations, activations before gradients,
/// gradients before the loss curve. AUTOTRAINER (ICSE 2021) and DeepDiagnosis (ICSE 2022) agree on configuration before gradients.
/// </summary>
internal static class CausalOrder
{
    /// <summary>Rules from root to consequence; a symptom can only follow from one further up.</summary>
    private static readonly string[] Order =
    [
        "TD1001", "TD1006", "TD7004", "TD2004", "TD2005", "TD5006", "TD1002", "TD1007", "TD1003",
        "TD7001", "TD7010", "TD7002", "TD5007", "TD5008", "TD7003", "TD5003",
        "TD2002", "TD5001", "TD3006", "TD5005", "TD3001", "TD3002", "TD3005", "TD2003", "TD5004", "TD4001", "TD3004", "TD2001",
        "TD4003", "TD4004", "TD4006", "TD5009", "TD1004", "TD1005", "TD7009", "TD6006", "TD7007", "TD7008", "TD5002",
        "TD4002", "TD4005", "TD4007", "TD6003", "TD6001", "TD6004", "TD6002", "TD6005",
        "TD7005", "TD3003", "TD7006", "TD0003", "TD0002", "TD0001",
    ];

    /// <summary>Gets the place of a rule in the order from root to consequence.</summary>
    /// <param name="rule">The rule.</param>
    public static int Rank(RuleDescriptor rule)
    {
        int index = Array.IndexOf(Order, rule.Id);
        return index < 0 ? Order.Length : index;
    }

    /// <summary>Finds the finding that a finding follows from.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="findings">All findings of the run.</param>
    public static Finding? RootOf(Finding finding, IReadOnlyList<Finding> findings) => null;
}
