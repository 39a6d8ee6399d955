namespace TrainingDoctor.Tests;

/// <summary>Which rules have no say in a kind of training, and which must have had one before a run is called healthy.</summary>
public sealed class TaskProfileTests
{
    private static readonly string[] Curve = ["TD4002", "TD4003", "TD4004", "TD4005", "TD4006", "TD4007", "TD4008", "TD4009"];
    private static readonly string[] Validation = ["TD6001", "TD6002", "TD6003", "TD6004", "TD6005", "TD6008", "TD6011", "TD6012"];

    [Theory]
    [InlineData(TrainingTask.Reinforcement, "TD9001", "TD9002")]
    [InlineData(TrainingTask.PolicyOptimization, "TD9001", "TD9002")]
    [InlineData(TrainingTask.Adversarial, "TD9012", "TD9012")]
    public void WhereTheLossIsNoMeasureTheCurvesAreSilent(TrainingTask task, string first, string second)
    {
        var profile = TaskProfile.Of(task)!;

        Assert.Equal(["TD1005", .. Curve, .. Validation], profile.Silent.Order());
        Assert.Equal(new[] { first, second }.Distinct(), profile.Judges.Order());
        Assert.False(TaskProfile.IsMeasuredByLoss(task));
        Assert.Contains("not a measure of progress", TaskProfile.WhySilent(task, "TD4004")?.ToString(), StringComparison.Ordinal);
        Assert.Null(TaskProfile.WhySilent(task, "TD4001"));
    }

    [Theory]
    [InlineData(TrainingTask.Preference, "TD4004 TD4005 TD4007 TD4008 TD4009 TD6002 TD6003 TD6008 TD6011")]
    [InlineData(TrainingTask.Diffusion, "TD4002 TD4004 TD4005 TD4006 TD4007 TD6002 TD6004 TD6005")]
    [InlineData(TrainingTask.SelfSupervised, "TD4003 TD4004 TD4005 TD4006 TD4008 TD6001 TD6002 TD6003 TD6004 TD6005 TD6008")]
    [InlineData(TrainingTask.Boosting, "TD1005 TD4002 TD4004 TD4005 TD4006 TD4007 TD4008 TD4009 TD6002 TD6003 TD6004 TD6005 TD6008")]
    public void ElsewhereSomeAre(TrainingTask task, string silent)
    {
        var profile = TaskProfile.Of(task)!;

        Assert.Equal(silent.Split(' '), profile.Silent.Order());
        Assert.Equal(task == TrainingTask.Boosting ? ["TD6001"] : [], profile.Judges);
        Assert.True(TaskProfile.IsMeasuredByLoss(task));
    }

    [Theory]
    [InlineData(TrainingTask.Regression)]
    [InlineData(TrainingTask.LanguageModeling)]
    [InlineData(null)]
    public void OrdinaryTrainingIsJudgedByAll(TrainingTask? task)
    {
        Assert.Null(TaskProfile.Of(task));
        Assert.Null(TaskProfile.WhySilent(task, "TD4004"));
        Assert.True(TaskProfile.IsMeasuredByLoss(task));
    }
}
