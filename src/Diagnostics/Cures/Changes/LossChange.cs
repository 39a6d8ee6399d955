using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Cures.Changes;

/// <summary>Puts another loss in place of the present one, and brings targets into the form that it wants.</summary>
/// <param name="to">The type's name, e.g. <c>CrossEntropyLoss</c>.</param>
internal sealed class LossChange(string to) : ProgramChange
{
    private bool WantsClasses => to is "CrossEntropyLoss" or "NLLLoss";

    /// <inheritdoc/>
    public override TrainingData Data(TrainingData data) =>
        new(Convert(data.Training), data.Validation is { } validation ? Convert(validation) : null);

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor, Tensor>? Loss(nn.Module<Tensor, Tensor, Tensor>? loss)
    {
        if (loss is null)
        {
            throw new CureNotApplicableException("the program computes its loss by functions of its own.");
        }

        loss.Dispose();
        return to switch
        {
            "CrossEntropyLoss" => nn.CrossEntropyLoss(),
            "NLLLoss" => nn.NLLLoss(),
            "BCELoss" => nn.BCELoss(),
            "BCEWithLogitsLoss" => nn.BCEWithLogitsLoss(),
            "MSELoss" => nn.MSELoss(),
            "L1Loss" => nn.L1Loss(),
            "SmoothL1Loss" => nn.SmoothL1Loss(),
            "HuberLoss" => nn.HuberLoss(),
            _ => throw new CureNotApplicableException($"'{to}' is no loss that can be put in."),
        };
    }

    private TrainingBatch Convert(TrainingBatch samples)
    {
        bool oneHot = samples.Target.dim() == 2 && samples.Target.shape[1] > 1;
        if (!WantsClasses || !oneHot)
        {
            return samples;
        }

        var classes = samples.Target.argmax(1);
        samples.Target.Dispose();
        return samples with { Target = classes };
    }
}
