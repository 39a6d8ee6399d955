using System.Text.RegularExpressions;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Roles;

/// <summary>Recognises by its columns what a log's training is for, where its loss alone does not say how it goes.</summary>
internal static partial class LearningTask
{
    private static readonly HashSet<string> RewardWords = ["reward", "rewards", "rew", "return", "returns", "epret", "eprew", "eprewmean"];

    private static readonly HashSet<string> EpisodeWords = ["episode", "episodes", "game", "games"];

    private static readonly HashSet<string> PolicyWords =
    [
        "policy", "rollout", "entropy", "kl", "ep", "episode", "environment", "env", "value", "actor", "critic", "q", "completion", "completions", "response", "clip", "advantage", "advantages", "epsilon", "exploration",
    ];

    private static readonly HashSet<string> DiffusionWords = ["unet", "denoising", "denoiser", "diffusion", "ddpm", "textencoder", "snr", "vlb", "vb"];

    private static readonly HashSet<string> ViewWords = ["dino", "ibot", "koleo", "byol", "simclr", "simsiam", "moco", "vicreg", "swav", "ntxent", "infonce", "mae", "ssl", "barlow"];

    private static readonly HashSet<string> BoostingWords = ["rmse", "logloss", "mlogloss", "auc", "error", "merror", "mae", "l1", "l2", "multi", "binary", "ndcg", "map", "aucpr", "mape", "rmsle", "multilogloss", "quantile", "huber", "fair", "poisson", "gamma", "tweedie"];

    /// <summary>Tells whether a name is of episodes or games, which agents play.</summary>
    public static bool IsOfEpisodes(string name) => ColumnName.Words(name).Exists(EpisodeWords.Contains);

    /// <summary>Guesses the task.</summary>
    /// <param name="columns">The names of the columns that hold numbers.</param>
    /// <param name="format">The format of the log.</param>
    /// <returns>Null where the ordinary rules may judge.</returns>
    public static TrainingTask? Guess(IEnumerable<string> columns, string format)
    {
        var names = columns.ToList();
        var words = names.ConvertAll(ColumnName.Words);
        if (IsBoosting(names, words, format))
        {
            return TrainingTask.Boosting;
        }

        if (Metrics(names, TaskFamily.Preferences).Count >= 2)
        {
            return TrainingTask.Preference;
        }

        if (Rewarded(names, words) is { } rewarded)
        {
            return rewarded;
        }

        if (IsAdversarial(names, words))
        {
            return TrainingTask.Adversarial;
        }

        if (words.Exists(name => name.Exists(DiffusionWords.Contains) || name is [.., "q0"] or ["avr", "loss"]) || IsBarOfDiffusers(words))
        {
            return TrainingTask.Diffusion;
        }

        if (Metrics(names, TaskFamily.Latents).IsSupersetOf([Metric.LatentDivergence, Metric.ReconstructionLoss]))
        {
            return TrainingTask.Variational;
        }

        return IsOfViews(names, words) ? TrainingTask.SelfSupervised : null;
    }

    private static HashSet<Metric> Metrics(List<string> names, TaskFamily family) => [.. names.Select(name => TaskVocabulary.Default.Find(name, family)?.Metric).OfType<Metric>()];

    private static TrainingTask? Rewarded(List<string> names, List<List<string>> words)
    {
        bool reward = false;
        bool policy = false;
        bool policyLoss = false;
        bool valueLoss = false;
        bool episodes = false;
        bool score = false;
        foreach (var (name, inOrder) in names.Zip(words))
        {
            bool preference = inOrder.Exists(word => word is "chosen" or "rejected" or "margins" or "accuracies");
            reward |= (inOrder.Exists(RewardWords.Contains) && !preference) || TaskVocabulary.Default.Find(name, TaskFamily.Rewards) is { Metric: Metric.Reward, Rank: >= 100 };
            policy |= inOrder.Exists(PolicyWords.Contains);
            episodes |= IsOfEpisodes(name) && ColumnClassifier.Classify(name).Kind == RoleKind.Step;
            score |= ColumnClassifier.Classify(name) is { Kind: RoleKind.Metric, Metric: Metric.Accuracy };
            bool loss = inOrder.Exists(RoleLexicon.IsLoss);
            policyLoss |= loss && (inOrder.Contains("policy") || inOrder.Contains("actor"));
            valueLoss |= loss && (inOrder.Contains("value") || inOrder.Contains("critic"));
        }

        // Where nothing but a reward is logged, it is what counts.
        bool alone = reward && !words.Exists(name => name.Exists(RoleLexicon.IsLoss)) && !score;

        // Who learns from few examples counts episodes too, and tells an accuracy.
        if (!(alone || (reward && policy) || (policyLoss && valueLoss) || (episodes && !score)))
        {
            return null;
        }

        return Metrics(names, TaskFamily.Answers).Overlaps([Metric.ResponseLength, Metric.TruncatedFraction, Metric.SilentGroupFraction, Metric.SequenceDivergence]) ? TrainingTask.PolicyOptimization : TrainingTask.Reinforcement;
    }

    private static bool IsAdversarial(List<string> names, List<List<string>> words)
    {
        bool generator = false;
        bool discriminator = false;
        foreach (var name in words)
        {
            bool loss = name.Exists(RoleLexicon.IsLoss) || RoleLexicon.IsAdversarialLoss(name);
            generator |= (loss && name.Exists(word => word is "g" or "gen" or "generator")) || name.Exists(word => word is "gloss" or "lossg");
            discriminator |= (loss && name.Exists(word => word is "d" or "disc" or "discriminator" or "critic")) || name.Exists(word => word is "dloss" or "lossd");
        }

        return (generator && discriminator) || Metrics(names, TaskFamily.Adversaries).IsSupersetOf([Metric.GeneratorLoss, Metric.DiscriminatorLoss]);
    }

    /// <summary>The bars of diffusers' training scripts show <c>step_loss</c> and <c>lr</c>, and nothing else. (<c>avr_loss</c> is what kohya's call theirs.)</summary>
    private static bool IsBarOfDiffusers(List<List<string>> words) =>
        words.Exists(name => name is ["step", "loss"]) && words.Exists(name => name is ["lr"]) && words.TrueForAll(name => name is ["step", "loss"] or ["lr"] or ["step" or "steps"] or ["epoch"]);

    /// <summary>DINO and what was made of it log the weight decay, which they schedule, beside the rate, and evaluate nothing.</summary>
    private static bool IsOfViews(List<string> names, List<List<string>> words) =>
        words.Exists(name => name.Exists(RoleLexicon.IsLoss) && name.Exists(ViewWords.Contains))
        || Metrics(names, TaskFamily.Views).Contains(Metric.EmbeddingSpread)
        || (words.Exists(name => name is ["train", "wd"] or ["wd"]) && words.Exists(name => name is ["train", "loss"] or ["loss"]) && words.TrueForAll(name => name.TrueForAll(word => RoleLexicon.PhaseOf(word) is ColumnPhase.Unknown or ColumnPhase.Train)));

    /// <summary>What the libraries hand back of their evaluation sets, written as JSON: <c>training</c>, <c>valid_0</c>, <c>validation_0</c> or <c>learn</c>, each with its errors. Others call their sets <c>train</c> and <c>val</c>.</summary>
    private static bool IsOfEvaluationSets(List<string> names)
    {
        var sets = names.Where(name => name.Contains('/', StringComparison.Ordinal)).Select(name => (Set: name[..name.IndexOf('/', StringComparison.Ordinal)], Error: ColumnName.Words(name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]))).ToList();
        return sets.Count > 1 && sets.TrueForAll(set => set.Error.Count > 0 && set.Error.TrueForAll(word => BoostingWords.Contains(word) || RoleLexicon.IsNumber(word)))
            && sets.Exists(set => set.Set is "learn" or "training" || EvaluationSet().IsMatch(set.Set)) && names.TrueForAll(name => name.Contains('/', StringComparison.Ordinal) || ColumnClassifier.Classify(name).Kind is RoleKind.Step or RoleKind.Epoch);
    }

    [GeneratedRegex(@"^valid(ation)?_\d+$")]
    private static partial Regex EvaluationSet();

    /// <summary>XGBoost prints <c>train-rmse</c>, LightGBM <c>valid_1's l2</c>, CatBoost <c>learn</c> and <c>test</c> with the <c>best</c> so far.</summary>
    private static bool IsBoosting(List<string> names, List<List<string>> words, string format)
    {
        if (format == "catboost" || words.Exists(name => name is ["training" or "valid", .., _] && name.Contains("s") && BoostingWords.Contains(name[^1])))
        {
            return true;
        }

        if (IsOfEvaluationSets(names))
        {
            return true;
        }

        bool catboost = words.Exists(name => name is ["learn"] or ["learn", "loss"]) && words.Exists(name => name is ["test", ..]) && words.TrueForAll(name => name is ["learn" or "test" or "best" or "total" or "remaining" or "step" or "learning", ..]);
        return catboost || names.Exists(name => name.Contains('-', StringComparison.Ordinal) && ColumnName.Words(name) is [_, .. var rest] set && BoostingWords.Contains(set[^1])
            && (RoleLexicon.PhaseOf(set[0]) != ColumnPhase.Unknown || set[0] is "dtrain" or "dtest" or "dval") && rest.TrueForAll(word => BoostingWords.Contains(word) || RoleLexicon.IsNumber(word)));
    }
}
