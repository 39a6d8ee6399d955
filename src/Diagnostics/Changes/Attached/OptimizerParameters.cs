using System.Collections;
using System.Reflection;
using TorchSharp.Modules;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes.Attached;

/// <summary>Gives an optimizer that a program holds more parameters.</summary>
internal static class OptimizerParameters
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Has an optimizer hold what it holds now: a group may be a query over the model, which would take in every layer that is put in, without the memory that a step needs.</summary>
    /// <param name="optimizer">The optimizer.</param>
    public static void Settle(optim.Optimizer optimizer)
    {
        foreach (var group in optimizer.ParamGroups.OfType<ParamGroup>())
        {
            group.Parameters = [.. group.Parameters];
        }
    }

    /// <summary>Adds parameters to the first group: a schedule that is made already counts the groups.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="parameters">The parameters; none that it holds.</param>
    /// <exception cref="CureNotApplicableException">The optimizer takes none.</exception>
    public static void Add(optim.Optimizer optimizer, IReadOnlyList<Parameter> parameters)
    {
        var first = optimizer.ParamGroups.OfType<ParamGroup>().FirstOrDefault();
        var kind = first?.GetType();
        if (first is null || typeof(optim.Optimizer).GetField("_parameter_groups", Any)?.GetValue(optimizer) is not IList groups
            || kind!.GetConstructors().FirstOrDefault(constructor => constructor.GetParameters().Length == 2) is not { } constructor)
        {
            throw new CureNotApplicableException($"{optimizer.GetType().Name} takes no further parameters.");
        }

        // Added as a group of its own, so that the optimizer makes its memory of them, which then goes with the first one's.
        var options = typeof(object).GetMethod("MemberwiseClone", Any)!.Invoke(first.Options, null);
        try
        {
            optimizer.add_param_group((ParamGroup)constructor.Invoke([parameters, options]));
        }
        catch (NotImplementedException exception)
        {
            throw new CureNotApplicableException($"{optimizer.GetType().Name} takes no further parameters: {exception.Message}");
        }

        groups.RemoveAt(groups.Count - 1);
        first.Parameters = [.. first.Parameters, .. parameters];
    }
}
