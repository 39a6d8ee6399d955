namespace TrainingDoctor.Reports;

/// <summary>The curves of a run in words, as people call them.</summary>
internal static class CurveWording
{
    /// <summary>Returns a metric's name for a legend; its outside name in plain words where it has no better.</summary>
    /// <param name="metric">The metric.</param>
    public static Text Of(Metric metric) => metric switch
    {
        Metric.Loss => $"training loss",
        Metric.ValidationLoss => $"validation loss",
        Metric.Accuracy => $"training score",
        Metric.ValidationAccuracy => $"validation score",
        Metric.Reward => $"reward",
        Metric.HeldOutReward => $"held-out reward",
        Metric.GlobalGradientNorm => $"gradient norm",
        Metric.LearningRate => $"learning rate",
        _ => Text.FromString(MetricCatalog.NameOf(metric).Replace('_', ' ')),
    };
}
