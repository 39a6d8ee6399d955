using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Tells training from evaluation: without gradients nothing is trained, and a model that trains in training mode is evaluated in evaluation mode.</summary>
/// <param name="model">The model.</param>
internal sealed class TrainingMode(nn.Module model)
{
    private bool _wasSeen;
    private bool _isUsual;

    /// <summary>Tells whether the present call belongs to training.</summary>
    /// <param name="mode">Whether the model is in training mode.</param>
    public bool IsTraining(out bool mode)
    {
        mode = model.training;
        return is_grad_enabled() && (mode || !_isUsual);
    }

    /// <summary>Takes the mode of a call that belongs to training.</summary>
    public void Saw(bool mode) => _wasSeen |= mode;

    /// <summary>Ends the step.</summary>
    /// <param name="isSampled">Whether the step was looked at throughout.</param>
    public void EndStep(bool isSampled)
    {
        _isUsual = isSampled ? _wasSeen : _isUsual;
        _wasSeen = false;
    }
}
