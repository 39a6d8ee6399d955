using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Brings every feature, and real targets where asked, to mean 0 and standard deviation 1 of the training samples.</summary>
/// <param name="targets">Whether targets are scaled instead of inputs.</param>
internal sealed class InputScaling(bool targets) : ProgramChange
{
    /// <inheritdoc/>
    public override TrainingData Data(TrainingData data)
    {
        var samples = targets ? data.Training.Target : data.Training.Input;
        if (!samples.is_floating_point())
        {
            throw new CureNotApplicableException("the samples are whole numbers (tokens or classes), which have no scale.");
        }

        using var mean = samples.mean([0], keepdim: true);
        using var deviation = samples.std([0], unbiased: false, keepdim: true);
        using var floor = deviation.max();
        using var least = tensor(1e-3 * Math.Max(1e-12, floor.to_type(ScalarType.Float64).item<double>()), deviation.dtype, deviation.device);
        using var divisor = deviation.maximum(least);
        Tensor Scale(Tensor raw)
        {
            using var centred = raw - mean;
            var scaled = centred / divisor;
            raw.Dispose();
            return scaled;
        }

        TrainingBatch Convert(TrainingBatch batch) => targets ? batch with { Target = Scale(batch.Target) } : batch with { Input = Scale(batch.Input) };
        var validation = data.Validation is { } held ? Convert(held) : null;
        return new TrainingData(Convert(data.Training), validation);
    }

    /// <inheritdoc/>
    public override string? Attach(AttachedTraining training)
    {
        if (targets)
        {
            training.ScaleTargets(this);
        }
        else
        {
            training.ScaleInputs(this);
        }

        return null;
    }
}
