using System.Globalization;
using System.Reflection;
using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>Lets the running statistics of batch normalisations follow their batches faster or slower.</summary>
/// <param name="layers">Their paths; empty for all.</param>
/// <param name="momentum">The share of a new batch in the running statistics, from 0 to 1.</param>
internal sealed class NormalizationMomentum(IReadOnlyList<string> layers, double momentum) : ProgramChange
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>What the type of a normalisation begins with that is there already, and only gets another momentum.</summary>
    private const string Prefix = "BatchNorm with momentum ";

    /// <summary>Reads the momentum that a remedy names as type.</summary>
    /// <param name="type">The type of normalisation; null for none.</param>
    /// <returns>Null where it names none.</returns>
    public static double? In(string? type) =>
        type?.StartsWith(Prefix, StringComparison.Ordinal) == true && double.TryParse(type[Prefix.Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;

    /// <inheritdoc/>
    public override torch.nn.Module Model(torch.nn.Module model)
    {
        _ = SetAll(model);
        return model;
    }

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training) => "momentum of batch normalisation " + string.Join(", ", SetAll(training.Model));

    private List<string> SetAll(torch.nn.Module model)
    {
        var meant = ModuleWalk.All(model).Where(item => item.module.GetType().Name.StartsWith("BatchNorm", StringComparison.Ordinal) && (layers.Count == 0 || layers.Contains(item.name))).ToList();
        return meant.Count == 0 ? throw new CureNotApplicableException("the model has no such batch normalisation.")
            : [.. meant.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.name} {Set(item.module):G6} -> {momentum:G6}"))];
    }

    /// <summary>Sets it and returns what it was.</summary>
    private double? Set(torch.nn.Module module)
    {
        for (var type = module.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetProperty("momentum", Members | BindingFlags.DeclaredOnly) is { CanRead: true, CanWrite: true } property)
            {
                var before = (double?)property.GetValue(module);
                property.SetValue(module, momentum);
                return before;
            }

            foreach (var field in type.GetFields(Members | BindingFlags.DeclaredOnly).Where(field => field.Name.Contains("momentum", StringComparison.Ordinal) && field.FieldType.IsAssignableFrom(typeof(double))))
            {
                var before = (double?)field.GetValue(module);
                field.SetValue(module, momentum);
                return before;
            }
        }

        throw new CureNotApplicableException($"{module.GetType().Name} does not let its momentum be set.");
    }
}
