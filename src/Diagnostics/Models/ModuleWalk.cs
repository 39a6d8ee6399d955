using static TorchSharp.torch;

namespace TrainingDoctor.Models;

/// <summary>Goes through a model's modules depth first, each part before the next, as sequences run them. TorchSharp's own <c>named_modules</c> goes level by level.</summary>
internal static class ModuleWalk
{
    /// <summary>Lists the modules below a model, with their paths.</summary>
    /// <param name="model">The model; not itself among them.</param>
    public static IEnumerable<(string name, nn.Module module)> All(nn.Module model) =>
        model.named_children().SelectMany(child => All(child.module).Select(part => (name: $"{child.name}.{part.name}", part.module)).Prepend((child.name, child.module)));

    /// <summary>Lists the modules that hold no others, with their paths.</summary>
    /// <param name="model">The model; not itself among them.</param>
    public static List<(string name, nn.Module module)> Leaves(nn.Module model) => [.. All(model).Where(item => !item.module.children().Any())];
}
