using System.Globalization;
using System.Reflection;
using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>Lowers the rate of dropout layers; 0 takes dropout out.</summary>
/// <param name="layers">Their paths; empty for all.</param>
/// <param name="rate">The new rate, from 0 to 1.</param>
internal sealed class DropoutRemoval(IReadOnlyList<string> layers, double rate) : ProgramChange
{
    /// <inheritdoc/>
    public override torch.nn.Module Model(torch.nn.Module model)
    {
        var found = Rates(model);
        found.ForEach(item => item.Property.SetValue(item.Module, rate));
        return found.Count > 0 ? model : throw new CureNotApplicableException("the model has no dropout module.");
    }

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training)
    {
        var before = Rates(training.Model);
        Model(training.Model);
        return "dropout " + string.Join(", ", before.Zip(Rates(training.Model), (old, now) => string.Create(CultureInfo.InvariantCulture, $"{old.Path} {old.Rate:R} -> {now.Rate:R}")));
    }

    private List<(string Path, torch.nn.Module Module, PropertyInfo Property, double Rate)> Rates(torch.nn.Module model) =>
    [
        .. from item in ModuleWalk.All(model)
           where item.module.GetType().Name.Contains("Dropout", StringComparison.Ordinal) && (layers.Count == 0 || layers.Contains(item.name))
           let property = item.module.GetType().GetProperty("p")
           where property is { CanWrite: true }
           select (item.name, item.module, property, (double)property.GetValue(item.module)!),
    ];
}
