using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Models;

/// <summary>Reads what can be known of an optimizer.</summary>
internal static class OptimizerInspector
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Describes an optimizer.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="model">The model that it should train.</param>
    public static OptimizerDescription Describe(optim.Optimizer optimizer, nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(model);
        var own = model.parameters().Select(parameter => parameter.Handle).ToHashSet();
        var held = optimizer.parameters().Select(parameter => parameter.Handle).Distinct().ToList();
        return new OptimizerDescription
        {
            TypeName = optimizer.GetType().Name,
            LearningRates = LearningRates(optimizer),
            WeightDecay = LargestOption(optimizer, "weight_decay"),
            Momentum = LargestOption(optimizer, "momentum"),
            Epsilon = LargestOption(optimizer, "eps"),
            ParameterCount = held.Count,
            ForeignParameterCount = held.Count(handle => !own.Contains(handle)),
        };
    }

    /// <summary>Gets the present learning rate of each parameter group.</summary>
    /// <param name="optimizer">The optimizer.</param>
    public static IReadOnlyList<double> LearningRates(optim.Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        return [.. optimizer.ParamGroups.Select(group => group.LearningRate)];
    }

    /// <summary>Gets the weight decay of each parameter, by its handle.</summary>
    /// <param name="optimizer">The optimizer.</param>
    public static Dictionary<nint, double> WeightDecays(optim.Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var decays = new Dictionary<nint, double>();
        foreach (var group in optimizer.ParamGroups)
        {
            if (Option(group, "weight_decay") is { } decay)
            {
                foreach (var parameter in Parameters(group))
                {
                    decays[parameter.Handle] = decay;
                }
            }
        }

        return decays;
    }

    /// <summary>Tells whether an optimizer remembers a step that it took: Adam and its kin count them and average gradients, momentum sums them up.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <returns>Null where there is nothing to remember, or its memory is not known.</returns>
    public static bool? RemembersSteps(optim.Optimizer optimizer)
    {
        if ((optimizer as OptimizerHelper)?.state_dict().State is not { Count: > 0 } states)
        {
            return null;
        }

        var members = states[0].GetType().GetFields(Any);
        var counter = Array.Find(members, member => member.Name == "step" && member.FieldType == typeof(long));

        // Not all that have a counter count.
        return counter is null && LargestOption(optimizer, "momentum") is null or 0 ? null
            : states.Exists(state => counter?.GetValue(state) is > 0L || Array.Exists(members, member => member.GetValue(state) is Tensor kept && member.DeclaringType == state.GetType() && HoldsSomething(kept)));
    }

    private static bool HoldsSomething(Tensor values)
    {
        using var any = values.any();
        return any.item<bool>();
    }

    private static IEnumerable<Parameter> Parameters(object group)
    {
        object? parameters = group.GetType().GetProperty("Parameters", Any)?.GetValue(group) ?? group.GetType().GetField("Parameters", Any)?.GetValue(group);
        return parameters as IEnumerable<Parameter> ?? [];
    }

    private static double? LargestOption(optim.Optimizer optimizer, string name)
    {
        double?[] values = [.. optimizer.ParamGroups.Select(group => Option(group, name)).Where(value => value is not null)];
        return values.Length > 0 ? values.Max() : null;
    }

    /// <summary>Options stand in a field of each group whose type differs by optimizer, so they are found by name.</summary>
    private static double? Option(object group, string name)
    {
        object? options = group.GetType().GetProperties(Any).Where(property => property.Name == "Options").Select(property => property.GetValue(group)).FirstOrDefault(value => value is not null)
            ?? group.GetType().GetFields(Any).Where(field => field.Name == "Options").Select(field => field.GetValue(group)).FirstOrDefault();
        object? value = options?.GetType().GetProperty(name, Any)?.GetValue(options) ?? options?.GetType().GetField(name, Any)?.GetValue(options);
        return value as double?;
    }
}
