namespace TrainingDoctor;

/// <summary>How a kind of training is judged: which of the ordinary rules have no say, why, and which rules tell whether it goes well.</summary>
/// <param name="Why">Why the silent rules have no say.</param>
/// <param name="Silent">The IDs of the rules that have none.</param>
/// <param name="Judges">The IDs of the rules of which one at least must have been able to judge before the run is called healthy; none for the rules on the loss curve.</param>
public sealed record TaskProfile(Text Why, IReadOnlySet<string> Silent, IReadOnlySet<string> Judges)
{
    private static readonly string[] Curve = ["TD4002", "TD4003", "TD4004", "TD4005", "TD4006", "TD4007", "TD4008", "TD4009"];

    private static readonly string[] Validation = ["TD6001", "TD6002", "TD6003", "TD6004", "TD6005", "TD6008", "TD6011", "TD6012"];

    private static readonly Dictionary<TrainingTask, TaskProfile> Profiles = new()
    {
        [TrainingTask.Reinforcement] = Of($"the loss of reinforcement learning is not a measure of progress", [.. Curve, .. Validation, "TD1005"], ["TD9001", "TD9002"]),
        [TrainingTask.PolicyOptimization] = Of($"the loss of policy optimisation is not a measure of progress", [.. Curve, .. Validation, "TD1005"], ["TD9001", "TD9002"]),
        [TrainingTask.Adversarial] = Of($"the losses of adversarial training are not a measure of progress", [.. Curve, .. Validation, "TD1005"], ["TD9012"]),

        // A preference loss begins at ln 2 and ends where the noise of the pairs leaves it.
        [TrainingTask.Preference] = Of($"a preference loss levels out where the pairs leave it", ["TD4004", "TD4005", "TD4007", "TD4008", "TD4009", "TD6002", "TD6003", "TD6008", "TD6011"], []),

        // Timesteps differ fifty-fold in their loss, and samples improve long after it has levelled out.
        [TrainingTask.Diffusion] = Of($"the loss of a diffusion model levels out early while its samples go on improving", ["TD4002", "TD4004", "TD4005", "TD4006", "TD4007", "TD6002", "TD6004", "TD6005"], []),

        // The loss rises while teacher and temperature warm up, and falls to its least where everything collapses.
        [TrainingTask.SelfSupervised] = Of($"a self-supervised loss may rise in warm-up and be lowest in collapse", ["TD4003", "TD4004", "TD4005", "TD4006", "TD4008", "TD6001", "TD6002", "TD6003", "TD6004", "TD6005", "TD6008"], []),
        [TrainingTask.Boosting] = Of($"trees are added until validation says stop", ["TD1005", "TD4002", "TD4004", "TD4005", "TD4006", "TD4007", "TD4008", "TD4009", "TD6002", "TD6003", "TD6004", "TD6005", "TD6008"], ["TD6001"]),
    };

    /// <summary>Gets the profile of a task; null where all ordinary rules apply.</summary>
    /// <param name="task">The task; null when it is not known.</param>
    public static TaskProfile? Of(TrainingTask? task) => task is { } known ? Profiles.GetValueOrDefault(known) : null;

    /// <summary>Tells why a rule has no say in a kind of training; null when it has.</summary>
    /// <param name="task">The task; null when it is not known.</param>
    /// <param name="rule">The ID of the rule.</param>
    public static Text? WhySilent(TrainingTask? task, string rule) => Of(task) is { } profile && profile.Silent.Contains(rule) ? profile.Why : null;

    /// <summary>Tells whether the training loss of a kind of training says how far it has come.</summary>
    /// <param name="task">The task; null when it is not known.</param>
    public static bool IsMeasuredByLoss(TrainingTask? task) => task is not (TrainingTask.Reinforcement or TrainingTask.PolicyOptimization or TrainingTask.Adversarial);

    private static TaskProfile Of(Text why, string[] silent, string[] judges) => new(why, silent.ToHashSet(), judges.ToHashSet());
}
