namespace TrainingDoctor.Rules.Tasks;

/// <summary>Remedies that change a setting of a training framework by the name that frameworks give it.</summary>
internal static class TaskRemedies
{
    /// <summary>Hold the policy closer to its reference.</summary>
    public static Remedy HoldCloser { get; } = new()
    {
        Title = $"Hold the policy closer to its reference: raise beta (TRL), kl_loss_coef (verl) or init_kl_coef (OpenRLHF) threefold",
        Actions = [Setting("beta", factor: 3)],
        Rationale = $"The divergence is paid for in the loss, so that answers far from the reference must earn more.",
        Caveat = $"With too large a weight the policy does not move and the reward stays where it is.",
        Sources = [Sources.Overoptimization, Sources.Trl],
    };

    /// <summary>Smaller steps of the policy.</summary>
    public static Remedy SmallerSteps { get; } = new()
    {
        Title = $"Divide the learning rate by 5",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.2 }],
        Rationale = $"A policy that moves too far within an update answers in a way that its data never showed.",
        Caveat = $"Go back to a checkpoint before the change first. Learning takes longer.",
        Sources = [Sources.Schulman],
    };

    /// <summary>End an epoch of updates when the policy has moved far enough.</summary>
    public static Remedy TargetDivergence { get; } = new()
    {
        Title = $"End the update where the policy has moved far enough: target_kl = 0.02, fewer epochs per batch (n_epochs, num_ppo_epochs)",
        Actions = [Setting("target_kl", value: 0.02)],
        Rationale = $"Clipping limits each ratio but not the sum of many passes over one batch.",
        Sources = [Sources.Details],
    };

    /// <summary>Make an entropy worth something.</summary>
    public static Remedy EntropyBonus { get; } = new()
    {
        Title = $"Reward entropy, with a coefficient of 0.01",
        Actions = [Setting("ent_coef", value: 0.01)],
        Rationale = $"A policy that is certain tries nothing new and has nothing to learn from. The coefficient is ent_coef in Stable-Baselines3 and CleanRL, entropy_coeff in verl and RLlib; DAPO raises epsilon_high instead.",
        Caveat = $"Too much of it keeps the policy from ever deciding.",
        Sources = [Sources.EntropyMechanism, Sources.Schulman],
    };

    /// <summary>More answers to each question.</summary>
    public static Remedy LargerGroups { get; } = new()
    {
        Title = $"Draw more answers to each question: double num_generations (TRL) or rollout.n (verl), at a temperature of 1",
        Actions = [Setting("num_generations", factor: 2)],
        Rationale = $"In a group of answers that all earn the same no answer is better than another: its advantage, and so its gradient, is zero.",
        Caveat = $"Time and memory grow with the group.",
        Sources = [Sources.Grpo, "Yu et al. 2025, DAPO: dynamic sampling"],
    };

    /// <summary>Questions between too easy and too hard.</summary>
    public static Remedy FitQuestions { get; } = new()
    {
        Title = $"Choose questions that the policy answers right sometimes",
        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
        Rationale = $"What always fails and what always succeeds teach nothing. Paying for parts of the way helps too.",
        Sources = ["Yu et al. 2025, DAPO: dynamic sampling", "Bengio et al. 2009, Curriculum learning"],
    };

    /// <summary>The sign of a policy's loss.</summary>
    public static Remedy TurnSign { get; } = new()
    {
        Title = $"Look at the sign of the policy's loss: it must fall where a rewarded action becomes likelier",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "the loss with the opposite sign" }],
        Rationale = $"The optimizer makes the loss small: log-probabilities times returns, or advantages, enter with a minus.",
        Caveat = $"Costs in place of rewards, and advantages that are taken as baseline minus return, turn the sign once more.",
        Code = "var loss = -(logProbability * advantage).mean();",
        Sources = ["Williams 1992, Simple statistical gradient-following algorithms for connectionist reinforcement learning"],
    };

    /// <summary>What is learnt must reach what is regressed to, and what acts.</summary>
    public static Remedy CheckTargets { get; } = new()
    {
        Title = $"Check that what is learnt reaches the targets and the policy: copy the network to its target network at intervals",
        Actions = [new RemedyAction { Kind = RemedyActionKind.InspectData }],
        Rationale = $"Values that are regressed to a target network which is never updated are one reward ahead of its first, random answers, and no further.",
        Caveat = $"Look, too, whether evaluations act by the network that is trained, and whether any episode was ever rewarded.",
        Code = "if (step % 500 == 0)\n{\n    target.load_state_dict(online.state_dict());\n}",
        Sources = ["Mnih et al. 2015, Human-level control through deep reinforcement learning"],
    };

    /// <summary>Read some pairs.</summary>
    public static Remedy ReadPairs { get; } = new()
    {
        Title = $"Read some pairs as the model gets them: chosen and rejected must differ, in what is left after truncation",
        Actions = [new RemedyAction { Kind = RemedyActionKind.InspectData }],
        Rationale = $"Pairs that are the same, cut off before they differ, or labelled by chance cannot be told apart.",
        Sources = [Sources.Dpo],
    };

    /// <summary>Larger steps of the policy.</summary>
    public static Remedy LargerSteps { get; } = new()
    {
        Title = $"Multiply the learning rate by 3",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 3 }],
        Rationale = $"Where rewards differ and the policy hardly moves, its steps are too short for the noise.",
        Caveat = $"Watch the divergence and the reward for the first hundred updates.",
        Sources = [Sources.Schulman],
    };

    /// <summary>More episodes per update.</summary>
    public static Remedy LargerBatch { get; } = new()
    {
        Title = $"Double the episodes or answers per update (n_steps, train_batch_size, gradient_accumulation_steps)",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeBatchSize, Method = "rollout", Factor = 2 }],
        Rationale = $"The noise of a policy gradient falls with the root of the number of episodes.",
        Sources = [Sources.Details],
    };

    /// <summary>Keep the best weights.</summary>
    /// <param name="step">The step of the best level.</param>
    public static Remedy KeepBest(long step) => new()
    {
        Title = $"Go back to the checkpoint nearest to step {step}",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ResumeFrom, Step = step }],
        Rationale = $"There the policy was at its best.",
        Sources = [Sources.Henderson],
    };

    /// <summary>A change of a setting.</summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="value">The value to set.</param>
    /// <param name="factor">The factor to multiply by.</param>
    public static RemedyAction Setting(string name, double? value = null, double? factor = null) => new() { Kind = RemedyActionKind.ChangeSetting, To = name, Value = value, Factor = factor };

    /// <summary>What rules and remedies of this category cite.</summary>
    internal static class Sources
    {
        public const string Trl = "TRL documentation, PPO trainer: what the logged metrics mean, https://huggingface.co/docs/trl/ppo_trainer";
        public const string TrlGrpo = "TRL documentation, GRPO trainer: logged metrics, https://huggingface.co/docs/trl/grpo_trainer";
        public const string Overoptimization = "Gao et al. 2022, Scaling laws for reward model overoptimization, arXiv 2210.10760";
        public const string Schulman = "Schulman et al. 2017, Proximal policy optimization algorithms, arXiv 1707.06347";
        public const string Details = "Huang et al. 2022, The 37 implementation details of proximal policy optimization, https://iclr-blog-track.github.io/2022/03/25/ppo-implementation-details/";
        public const string EntropyMechanism = "Cui et al. 2025, The entropy mechanism of reinforcement learning for reasoning language models, arXiv 2505.22617";
        public const string Grpo = "Shao et al. 2024, DeepSeekMath: group relative policy optimization, arXiv 2402.03300";
        public const string Henderson = "Henderson et al. 2018, Deep reinforcement learning that matters, arXiv 1709.06560";
        public const string Baselines = "Stable-Baselines3 documentation, logger: explained variance, clip fraction, approximate divergence, https://stable-baselines3.readthedocs.io/en/master/common/logger.html";
        public const string Displacement = "Razin et al. 2024, Unintentional unalignment: likelihood displacement in direct preference optimization, arXiv 2410.08847";
        public const string Dpo = "Rafailov et al. 2023, Direct preference optimization, arXiv 2305.18290";
        public const string Goodfellow = "Goodfellow et al. 2014, Generative adversarial networks, arXiv 1406.2661";
        public const string GanHacks = "Chintala et al. 2016, How to train a GAN: tips and tricks, https://github.com/soumith/ganhacks";
        public const string TwoTimeScales = "Heusel et al. 2017, GANs trained by a two time-scale update rule, arXiv 1706.08500";
        public const string GradientPenalty = "Gulrajani et al. 2017, Improved training of Wasserstein GANs, arXiv 1704.00028";
        public const string SimSiam = "Chen and He 2020, Exploring simple siamese representation learning, arXiv 2011.10566";
        public const string Switch = "Fedus et al. 2021, Switch transformers, arXiv 2101.03961";
        public const string MixedPrecision = "Micikevicius et al. 2017, Mixed precision training, arXiv 1710.03740";
    }
}
