using TrainingDoctor.Names;
using TrainingDoctor.Readers.Runs;

namespace TrainingDoctor.Tests.Readers;

public sealed class RoleTests
{
    [Theory]
    [InlineData("loss", Metric.Loss, "Unknown")]
    [InlineData("train/loss_epoch", Metric.Loss, "Train")]
    [InlineData("TrainLoss", Metric.Loss, "Train")]
    [InlineData("valloss", Metric.Loss, "Validation")]
    [InlineData("eval_loss", Metric.Loss, "Validation")]
    [InlineData("Loss/test", Metric.Loss, "Test")]
    [InlineData("val_acc", Metric.Accuracy, "Validation")]
    [InlineData("metrics/mAP50-95(B)", Metric.Accuracy, "Unknown")]
    [InlineData("mIoU", Metric.Accuracy, "Unknown")]
    [InlineData("eval_wer", Metric.Error, "Validation")]
    [InlineData("test_MSE", Metric.Error, "Test")]
    [InlineData("lr-AdamW/pg1", Metric.LearningRate, "Unknown")]
    [InlineData("Learning Rate", Metric.LearningRate, "Unknown")]
    [InlineData("train/grad_norm", Metric.GlobalGradientNorm, "Unknown")]
    [InlineData("gnorm", Metric.GlobalGradientNorm, "Unknown")]
    [InlineData("loss scale", Metric.LossScale, "Unknown")]
    [InlineData("avg loss so far is", Metric.Loss, "Unknown")]
    [InlineData("Prec@1", Metric.Accuracy, "Unknown")]
    [InlineData("训练损失", Metric.Loss, "Train")]
    [InlineData("验证集准确率", Metric.Accuracy, "Validation")]
    [InlineData("検証の損失", Metric.Loss, "Validation")]
    [InlineData("학습률", Metric.LearningRate, "Unknown")]
    [InlineData("rollout/ep_rew_mean", Metric.Reward, "Unknown")]
    public void NamesMetrics(string name, Metric metric, string phase)
    {
        var role = ColumnClassifier.Classify(name);

        Assert.Equal((RoleKind.Metric, metric, phase), (role.Kind, role.Metric, role.Phase.ToString()));
    }

    [Theory]
    [InlineData("eval_runtime")]
    [InlineData("train_samples_per_second")]
    [InlineData("reward_std")]
    [InlineData("memory")]
    [InlineData("val_lr")]
    [InlineData("time")]
    [InlineData("")]
    public void PassesOverOthers(string name) => Assert.Equal(RoleKind.None, ColumnClassifier.Classify(name).Kind);

    [Theory]
    [InlineData("_step")]
    [InlineData("trainer/global_step")]
    [InlineData("Iteration")]
    [InlineData("current_steps")]
    public void NamesSteps(string name) => Assert.Equal(RoleKind.Step, ColumnClassifier.Classify(name).Kind);
}
