using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Puts another loss in place of the present one, and brings targets into the form that it wants.</summary>
/// <param name="to">The type's name, e.g. <c>CrossEntropyLoss</c>.</param>
internal sealed class LossChange(string to) : ProgramChange
{
    /// <summary>Gets what makes each loss that can be put in.</summary>
    public static IReadOnlyDictionary<string, Func<nn.Module<Tensor, Tensor, Tensor>>> Makers { get; } = new Dictionary<string, Func<nn.Module<Tensor, Tensor, Tensor>>>(StringComparer.Ordinal)
    {
        ["CrossEntropyLoss"] = () => nn.CrossEntropyLoss(),
        ["NLLLoss"] = () => nn.NLLLoss(),
        ["BCELoss"] = () => nn.BCELoss(),
        ["BCEWithLogitsLoss"] = () => nn.BCEWithLogitsLoss(),
        ["MSELoss"] = () => nn.MSELoss(),
        ["L1Loss"] = () => nn.L1Loss(),
        ["SmoothL1Loss"] = () => nn.SmoothL1Loss(),
        ["HuberLoss"] = () => nn.HuberLoss(),
    };

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

        var changed = Create();
        loss.Dispose();
        return changed;
    }

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training)
    {
        string before = training.RequiredLoss.GetType().Name;
        var changed = Create();
        training.ReplaceLoss(changed);
        training.ConvertTargets(target => WantsClasses && IsOneHot(target) ? target.argmax(1) : null);
        return $"loss {before} -> {changed.GetType().Name}";
    }

    private nn.Module<Tensor, Tensor, Tensor> Create() => Makers.TryGetValue(to, out var make) ? make() : throw new CureNotApplicableException($"'{to}' is no loss that can be put in.");

    private static bool IsOneHot(Tensor target) => target.dim() == 2 && target.shape[1] > 1;

    private TrainingBatch Convert(TrainingBatch samples)
    {
        if (!WantsClasses || !IsOneHot(samples.Target))
        {
            return samples;
        }

        var classes = samples.Target.argmax(1);
        samples.Target.Dispose();
        return samples with { Target = classes };
    }
}
