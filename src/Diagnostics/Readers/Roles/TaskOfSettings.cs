using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Roles;

/// <summary>
/// The kind of training that the configuration beside a log names, for logs whose columns do not tell: a diffusion model's log holds a loss and nothing else. Only settings whose values are words
/// of one kind of training count.
/// </summary>
internal static class TaskOfSettings
{
    /// <summary>The last part of a setting's name, with what each of its values means.</summary>
    private static readonly Dictionary<string, Dictionary<string, TrainingTask>> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        // LLaMA-Factory, axolotl, ms-swift and OpenRLHF; verl names the estimator of the advantage.
        ["stage"] = Stages(),
        ["rl"] = Stages(),
        ["rlhf_type"] = Stages(),
        ["trainer_type"] = Stages(),
        ["train_type"] = Stages(),
        ["adv_estimator"] = Of(TrainingTask.PolicyOptimization, "gae", "grpo", "rloo", "remax", "reinforce_plus_plus", "reinforce_plus_plus_baseline", "opo"),
        ["advantage_estimator"] = Of(TrainingTask.PolicyOptimization, "gae", "reinforce", "rloo", "reinforce_baseline", "group_norm", "dr_grpo"),

        // Stable-Baselines3's zoo, CleanRL and rl_games.
        ["algo"] = Algorithms(),
        ["algorithm"] = Algorithms(),
        ["exp_name"] = Algorithms(),

        // diffusers and kohya.
        ["prediction_type"] = Of(TrainingTask.Diffusion, "epsilon", "v_prediction", "sample", "flow_prediction"),
        ["noise_scheduler"] = Of(TrainingTask.Diffusion, "ddpm", "ddim", "euler", "ddpmscheduler", "flowmatch"),
        ["beta_schedule"] = Of(TrainingTask.Diffusion, "scaled_linear", "squaredcos_cap_v2"),

        // CycleGAN and its kin.
        ["gan_mode"] = Of(TrainingTask.Adversarial, "lsgan", "vanilla", "wgangp", "hinge"),

        // XGBoost, LightGBM and CatBoost.
        ["booster"] = Of(TrainingTask.Boosting, "gbtree", "gblinear", "dart"),
        ["boosting"] = Of(TrainingTask.Boosting, "gbdt", "dart", "rf", "goss"),
        ["boosting_type"] = Of(TrainingTask.Boosting, "gbdt", "dart", "rf", "goss", "plain", "ordered"),
    };

    /// <summary>Returns the kind of training.</summary>
    /// <param name="settings">The settings beside the log.</param>
    /// <returns>Null where no setting tells, or where two tell different things.</returns>
    public static TrainingTask? Of(IReadOnlyDictionary<string, string> settings)
    {
        // Most logs have no settings beside them.
        if (settings.Count == 0)
        {
            return null;
        }

        var told = settings
            .Select(setting => Words.GetValueOrDefault(setting.Key[(setting.Key.LastIndexOf('.') + 1)..])?.TryGetValue(setting.Value, out var task) == true ? task : (TrainingTask?)null)
            .OfType<TrainingTask>()
            .Distinct()
            .Take(2)
            .ToList();
        return told is [var only] ? only : null;
    }

    private static Dictionary<string, TrainingTask> Stages() => new(
        Of(TrainingTask.Preference, "dpo", "ipo", "kto", "orpo", "simpo", "cpo", "rm", "reward", "reward_model").Concat(Of(TrainingTask.PolicyOptimization, "ppo", "grpo", "rloo", "reinforce", "gspo", "dapo")),
        StringComparer.OrdinalIgnoreCase);

    private static Dictionary<string, TrainingTask> Algorithms() => Of(TrainingTask.Reinforcement, "ppo", "a2c", "a3c", "dqn", "ddpg", "td3", "sac", "qrdqn", "qr-dqn", "trpo", "tqc", "impala", "rainbow", "c51", "a2c_continuous", "ppo_continuous");

    private static Dictionary<string, TrainingTask> Of(TrainingTask task, params string[] words) => words.ToDictionary(word => word, _ => task, StringComparer.OrdinalIgnoreCase);
}
