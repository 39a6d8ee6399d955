namespace TrainingDoctor.Readers;

/// <summary>Recognises logs whose losses measure no progress: reinforcement learning and adversarial training.</summary>
internal static class LearningTask
{
    private static readonly HashSet<string> RewardWords = ["reward", "rewards", "rew", "return", "returns"];

    private static readonly HashSet<string> EpisodeWords = ["episode", "episodes", "game", "games"];

    private static readonly HashSet<string> PolicyWords =
    [
        "policy", "rollout", "entropy", "kl", "ep", "episode", "environment", "env", "value", "actor", "critic", "q", "completion", "completions", "clip", "advantage", "advantages", "epsilon", "exploration",
    ];

    /// <summary>Tells whether a name is of episodes or games, which agents play.</summary>
    public static bool IsOfEpisodes(string name) => ColumnName.Words(name).Exists(EpisodeWords.Contains);

    public static TrainingTask? Guess(IEnumerable<string> names)
    {
        bool reward = false;
        bool policy = false;
        bool policyLoss = false;
        bool valueLoss = false;
        bool generator = false;
        bool discriminator = false;
        bool episodes = false;
        bool score = false;
        foreach (string name in names)
        {
            var inOrder = ColumnName.Words(name);
            var words = inOrder.ToHashSet();
            bool preference = words.Contains("chosen") || words.Contains("rejected") || words.Contains("margins") || words.Contains("accuracies");
            reward |= words.Overlaps(RewardWords) && !preference;
            policy |= words.Overlaps(PolicyWords);
            episodes |= IsOfEpisodes(name) && ColumnClassifier.Classify(name).Kind == RoleKind.Step;
            score |= ColumnClassifier.Classify(name) is { Kind: RoleKind.Metric, Metric: Metric.Accuracy };
            bool loss = words.Any(RoleLexicon.IsLoss) || RoleLexicon.IsAdversarialLoss(inOrder);
            policyLoss |= loss && (words.Contains("policy") || words.Contains("actor"));
            valueLoss |= loss && (words.Contains("value") || words.Contains("critic"));
            generator |= (loss && (words.Contains("g") || words.Contains("gen") || words.Contains("generator"))) || words.Contains("gloss") || words.Contains("lossg");
            discriminator |= (loss && (words.Contains("d") || words.Contains("disc") || words.Contains("discriminator") || words.Contains("critic"))) || words.Contains("dloss") || words.Contains("lossd");
        }

        // Who learns from few examples counts episodes too, and tells an accuracy.
        return (reward && policy) || (policyLoss && valueLoss) || (episodes && !score) ? TrainingTask.Reinforcement
            : generator && discriminator ? TrainingTask.Adversarial
            : null;
    }
}
