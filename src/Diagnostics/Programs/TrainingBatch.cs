using TorchSharp;

namespace TrainingDoctor;

/// <summary>The samples of one step.</summary>
/// <param name="Input">What the model is given; the first dimension counts the samples.</param>
/// <param name="Target">What it should answer.</param>
public sealed record TrainingBatch(torch.Tensor Input, torch.Tensor Target)
{
    /// <summary>Gets the number of samples.</summary>
    public long Size => Input.shape[0];
}

/// <summary>The samples of a run, split into those trained on and those held back.</summary>
/// <param name="Training">All samples to train on.</param>
/// <param name="Validation">Samples not trained on; null when there are none.</param>
public sealed record TrainingData(TrainingBatch Training, TrainingBatch? Validation);

/// <summary>How well the model did on data not trained on.</summary>
/// <param name="Loss">The mean loss; null when it was not measured.</param>
/// <param name="Accuracy">The share of right answers, from 0 to 1; null when that has no meaning.</param>
public sealed record ValidationScore(double? Loss, double? Accuracy);
