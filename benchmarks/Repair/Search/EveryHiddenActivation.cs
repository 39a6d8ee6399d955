using TorchSharp;
using TrainingDoctor.Changes;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>Puts one activation in place of every hidden one.</summary>
/// <param name="to">The activation.</param>
internal sealed class EveryHiddenActivation(string to) : ProgramChange
{
    public override torch.nn.Module Model(torch.nn.Module model)
    {
        var leaves = model.named_modules().Where(item => !item.module.children().Any()).ToList();
        int last = leaves.FindLastIndex(item => item.module.parameters().Any());
        string[] hidden = [.. leaves.Take(Math.Max(0, last)).Where(item => Enum.TryParse<ActivationKind>(item.module.GetType().Name, out _)).Select(item => item.name)];
        return new ActivationReplacement(hidden, to).Model(model);
    }
}
