using System.Globalization;
using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Puts another optimizer over all of the model's parameters in place of the present one.</summary>
/// <param name="to">The type's name; null for the present one with more parameters, weight decay, or both.</param>
/// <param name="learningRate">The learning rate; null for the present one, or the usual one of another type.</param>
/// <param name="weightDecay">The weight decay; null for none.</param>
internal sealed class OptimizerChange(string? to, double? learningRate, double? weightDecay) : ProgramChange
{
    private const double UsualAdamRate = 1e-3;
    private const double UsualSgdRate = 1e-2;

    /// <summary>Gets what makes each optimizer that can be put in, of parameters, learning rate and weight decay.</summary>
    public static IReadOnlyDictionary<string, Func<IEnumerable<TorchSharp.Modules.Parameter>, double, double, optim.Optimizer>> Makers { get; } =
        new Dictionary<string, Func<IEnumerable<TorchSharp.Modules.Parameter>, double, double, optim.Optimizer>>(StringComparer.Ordinal)
        {
            ["Adam"] = (parameters, rate, decay) => optim.Adam(parameters, rate, weight_decay: decay),
            ["AdamW"] = (parameters, rate, decay) => optim.AdamW(parameters, rate, weight_decay: decay),
            ["SGD"] = (parameters, rate, decay) => optim.SGD(parameters, rate, momentum: 0.9, weight_decay: decay),
            ["RMSProp"] = (parameters, rate, decay) => optim.RMSProp(parameters, rate, weight_decay: decay),
            ["Adagrad"] = (parameters, rate, decay) => optim.Adagrad(parameters, rate, weight_decay: decay),
            ["NAdam"] = (parameters, rate, decay) => optim.NAdam(parameters, rate, weight_decay: decay),
            ["RAdam"] = (parameters, rate, decay) => optim.RAdam(parameters, rate, weight_decay: decay),
        };

    /// <summary>Gets the learning rate that the new optimizer comes with; null for the present one, or the usual one.</summary>
    public double? LearningRate => learningRate;

    /// <inheritdoc/>
    public override IReadOnlyList<optim.Optimizer> Optimizers(IReadOnlyList<optim.Optimizer> optimizers, nn.Module model)
    {
        var present = optimizers[0];
        var changed = Create(present, model);
        present.Dispose();
        return [changed, .. optimizers.Skip(1)];
    }

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training)
    {
        if (to is null && learningRate is null)
        {
            return new WeightDecaySetting(weightDecay ?? 0).Attach(training);
        }

        var present = training.RequiredOptimizer;
        var changed = Create(present, training.Model);
        training.Substitute(changed);
        return string.Create(
            CultureInfo.InvariantCulture, $"{present.GetType().Name} -> {changed.GetType().Name} at {changed.ParamGroups.First().LearningRate:G6}, which takes each step again in the place of the program's own");
    }

    private optim.Optimizer Create(optim.Optimizer present, nn.Module model)
    {
        string name = to ?? present.GetType().Name;
        double rate = learningRate ?? (to is null || to == present.GetType().Name ? present.ParamGroups.First().LearningRate : name.Contains("SGD", StringComparison.Ordinal) ? UsualSgdRate : UsualAdamRate);
        double decay = weightDecay ?? 0;
        var parameters = model.parameters();
        return Makers.TryGetValue(name, out var make) ? make(parameters, rate, decay) : throw new CureNotApplicableException($"'{name}' is no optimizer that can be put in.");
    }
}
