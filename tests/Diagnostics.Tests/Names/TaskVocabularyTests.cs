using TrainingDoctor.Names;
using TrainingDoctor.Readers.Roles;

namespace TrainingDoctor.Tests.Names;

/// <summary>What frameworks call the numbers of particular kinds of training, by their documentation and source.</summary>
public sealed class TaskVocabularyTests
{
    [Theory]
    [InlineData("rollout/ep_rew_mean", Metric.Reward)]
    [InlineData("charts/episodic_return", Metric.Reward)]
    [InlineData("env_runners/episode_return_mean", Metric.Reward)]
    [InlineData("AverageEpRet", Metric.Reward)]
    [InlineData("Mean reward", Metric.Reward)]
    [InlineData("Environment/Cumulative Reward", Metric.Reward)]
    [InlineData("eval/mean_reward", Metric.HeldOutReward)]
    [InlineData("rollout/success_rate", Metric.SuccessRate)]
    [InlineData("train/approx_kl", Metric.UpdateDivergence)]
    [InlineData("info/learner/default_policy/learner_stats/kl", Metric.UpdateDivergence)]
    [InlineData("losses/clipfrac", Metric.ClippedFraction)]
    [InlineData("train/explained_variance", Metric.ExplainedVariance)]
    [InlineData("info/learner/default_policy/learner_stats/vf_explained_var", Metric.ExplainedVariance)]
    [InlineData("rollout/exploration_rate", Metric.ExplorationRate)]
    [InlineData("losses/value_loss", Metric.ValueLoss)]
    [InlineData("Value function loss", Metric.ValueLoss)]
    [InlineData("Surrogate loss", Metric.PolicyLoss)]
    public void KnowsReinforcementLearning(string name, Metric metric) => Assert.Equal(metric, TaskVocabulary.Default.Find(name, TrainingTask.Reinforcement)?.Metric);

    [Theory]
    [InlineData("kl", Metric.ReferenceDivergence)]
    [InlineData("actor/kl_loss", Metric.ReferenceDivergence)]
    [InlineData("objective/kl", Metric.SequenceDivergence)]
    [InlineData("actor/ppo_kl", Metric.UpdateDivergence)]
    [InlineData("policy/approxkl_avg", Metric.UpdateDivergence)]
    [InlineData("completions/mean_length", Metric.ResponseLength)]
    [InlineData("response_length/mean", Metric.ResponseLength)]
    [InlineData("completions/clipped_ratio", Metric.TruncatedFraction)]
    [InlineData("response_length/clip_ratio", Metric.TruncatedFraction)]
    [InlineData("frac_reward_zero_std", Metric.SilentGroupFraction)]
    [InlineData("reward_std", Metric.RewardSpread)]
    [InlineData("rewards/format_reward/mean", Metric.RewardPart)]
    [InlineData("critic/score/mean", Metric.Reward)]
    [InlineData("objective/scores", Metric.Reward)]
    [InlineData("val-core/openai/gsm8k/reward/mean@1", Metric.HeldOutReward)]
    [InlineData("actor/pg_clipfrac", Metric.ClippedFraction)]
    [InlineData("clip_ratio/region_mean", Metric.ClippedFraction)]
    [InlineData("critic/advantages/max", Metric.AdvantageMaximum)]
    public void KnowsPolicyOptimisation(string name, Metric metric) => Assert.Equal(metric, TaskVocabulary.Default.Find(name, TrainingTask.PolicyOptimization)?.Metric);

    [Theory]
    [InlineData("rewards/chosen", TrainingTask.Preference, Metric.ChosenReward)]
    [InlineData("rewards/margins", TrainingTask.Preference, Metric.PreferenceMargin)]
    [InlineData("logps/chosen", TrainingTask.Preference, Metric.ChosenLogProbability)]
    [InlineData("rewards/accuracies", TrainingTask.Preference, Metric.Accuracy)]
    [InlineData("chosen_reward", TrainingTask.Preference, Metric.ChosenReward)]
    [InlineData("D_A", TrainingTask.Adversarial, Metric.DiscriminatorLoss)]
    [InlineData("G_GAN", TrainingTask.Adversarial, Metric.GeneratorLoss)]
    [InlineData("Loss_D", TrainingTask.Adversarial, Metric.DiscriminatorLoss)]
    [InlineData("errG", TrainingTask.Adversarial, Metric.GeneratorLoss)]
    [InlineData("D loss", TrainingTask.Adversarial, Metric.DiscriminatorLoss)]
    [InlineData("KLD", TrainingTask.Variational, Metric.LatentDivergence)]
    [InlineData("recon_loss", TrainingTask.Variational, Metric.ReconstructionLoss)]
    [InlineData("rep_std", TrainingTask.SelfSupervised, Metric.EmbeddingSpread)]
    [InlineData("moe/router_entropy", null, Metric.RouterEntropy)]
    [InlineData("moe/max_expert_load", null, Metric.ExpertLoadMaximum)]
    public void KnowsOtherKinds(string name, TrainingTask? task, Metric metric) => Assert.Equal(metric, TaskVocabulary.Default.Find(name, task)?.Metric);

    [Theory]
    [InlineData("episode_reward_max", TrainingTask.Reinforcement)]
    [InlineData("critic/rewards/max", TrainingTask.PolicyOptimization)]
    [InlineData("rewards/format_reward/std", TrainingTask.PolicyOptimization)]
    [InlineData("prompt_length/clip_ratio", TrainingTask.PolicyOptimization)]
    [InlineData("D(x)", TrainingTask.Adversarial)]
    [InlineData("cycle_A", TrainingTask.Adversarial)]
    public void LeavesSideRemarksAlone(string name, TrainingTask task) => Assert.Null(TaskVocabulary.Default.Find(name, task));

    [Theory]
    [InlineData(TrainingTask.PolicyOptimization, "step", "reward", "reward_std", "kl", "completions/mean_length", "loss")]
    [InlineData(TrainingTask.Reinforcement, "rollout/ep_rew_mean", "rollout/ep_len_mean", "train/loss")]
    [InlineData(TrainingTask.Reinforcement, "iteration", "reward")]
    [InlineData(TrainingTask.Reinforcement, "Epoch", "AverageEpRet", "EpLen", "LossPi", "LossV", "Entropy", "KL")]
    [InlineData(TrainingTask.Preference, "loss", "rewards/chosen", "rewards/rejected", "rewards/margins", "logps/chosen")]
    [InlineData(TrainingTask.Adversarial, "epoch", "D_A", "G_A", "cycle_A")]
    [InlineData(TrainingTask.Variational, "epoch", "train_loss", "recon_loss", "kl_loss")]
    [InlineData(TrainingTask.Diffusion, "step", "loss", "loss_q0", "loss_q1", "mse")]
    [InlineData(TrainingTask.SelfSupervised, "train_loss", "train_lr", "train_wd", "epoch")]
    [InlineData(TrainingTask.Boosting, "step", "train-logloss", "eval-logloss")]
    [InlineData(TrainingTask.Boosting, "step", "training s rmse", "valid_1 s rmse")]
    [InlineData(TrainingTask.Boosting, "step", "training s l2", "valid_1 s l2")]
    [InlineData(TrainingTask.Boosting, "epoch", "training/l2", "valid_0/l2")]
    [InlineData(TrainingTask.Boosting, "epoch", "learn/Logloss", "validation/Logloss")]
    [InlineData(null, "epoch", "train/mae", "val/mae")]
    [InlineData(TrainingTask.Diffusion, "step", "avr_loss")]
    [InlineData(TrainingTask.Diffusion, "step", "lr", "step_loss")]
    [InlineData(null, "step", "lr", "step_loss", "val_loss")]
    [InlineData(TrainingTask.PolicyOptimization, "step", "actor/kl_loss", "critic/score/mean", "response_length/clip_ratio")]
    [InlineData(null, "epoch", "loss", "accuracy", "val_loss", "val_accuracy")]
    [InlineData(null, "step", "ce_loss", "kl_loss", "loss")]
    [InlineData(null, "step", "train/loss", "eval/loss", "lr", "grad_norm")]
    [InlineData(null, "epoch", "train-loss", "val-loss")]
    public void TellsTheTaskByColumns(TrainingTask? task, params string[] columns) => Assert.Equal(task, LearningTask.Guess(columns, "csv"));

    [Fact]
    public void TellsSignAndPart()
    {
        Assert.Equal((Metric.PolicyEntropy, 0.69), Told("entropy_loss", -0.69));
        Assert.Equal((Metric.LossScale, 65536.0), Told("lg_loss_scale", 16));
        Assert.Equal("format", ReportedNumber.Find("rewards/format", null)!.Value.Part);
        Assert.Null(ReportedNumber.Find("weather", null));

        static (Metric, double) Told(string name, double value)
        {
            var number = ReportedNumber.Find(name, null)!.Value;
            return (number.Metric, number.Measured(value));
        }
    }
}
