namespace TrainingDoctor.Reports.Wording;

/// <summary>Metrics in words, as they stand at a curve.</summary>
internal static class MetricWording
{
    /// <summary>Returns the name of a metric of the run.</summary>
    public static Text Of(Metric metric) => metric switch
    {
        Metric.Loss => $"training loss",
        Metric.ValidationLoss => $"validation loss",
        Metric.Accuracy => $"training score",
        Metric.ValidationAccuracy => $"validation score",
        Metric.Error => $"training error",
        Metric.ValidationError => $"validation error",
        Metric.Reward => $"reward",
        Metric.HeldOutReward => $"held-out reward",
        Metric.LearningRate => $"learning rate",
        Metric.GlobalGradientNorm => $"gradient norm",
        Metric.StepTime => $"time of a step",
        Metric.DataTime => $"time between steps",
        Metric.Throughput => $"throughput",
        Metric.ProcessMemory => $"memory of the process",
        Metric.LiveTensors => $"live tensors",
        Metric.BusyProcessors => $"busy processors",
        Metric.DeviceMemory => $"memory of the device",
        Metric.DeviceUtilization => $"share of time in use",
        _ => Text.FromString(MetricCatalog.NameOf(metric).Replace('_', ' ')),
    };
}
