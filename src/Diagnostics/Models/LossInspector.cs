using System.Reflection;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Models;

/// <summary>Reads what can be known of a loss.</summary>
internal static class LossInspector
{
    /// <summary>Describes a loss.</summary>
    /// <param name="loss">The loss module.</param>
    public static LossDescription Describe(nn.Module loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return new LossDescription
        {
            Kind = KindOf(loss),
            TypeName = loss.GetType().Name,
            Reduction = Member(loss, "reduction") is nn.Reduction reduction ? KebabCase.Of(reduction) : null,
            HasClassWeights = Member(loss, "weight") is Tensor,
            IgnoredIndex = Member(loss, "ignore_index") as long?,
        };
    }

    private static LossKind KindOf(nn.Module loss) => loss switch
    {
        CrossEntropyLoss => LossKind.CrossEntropy,
        NLLLoss => LossKind.NegativeLogLikelihood,
        BCELoss => LossKind.BinaryCrossEntropy,
        BCEWithLogitsLoss => LossKind.BinaryCrossEntropyWithLogits,
        MSELoss => LossKind.MeanSquaredError,
        L1Loss => LossKind.MeanAbsoluteError,
        SmoothL1Loss or HuberLoss => LossKind.Huber,
        KLDivLoss => LossKind.KullbackLeibler,
        PoissonNLLLoss => LossKind.PoissonNegativeLogLikelihood,
        CTCLoss => LossKind.ConnectionistTemporalClassification,
        _ when loss.GetType().Name.Contains("Margin", StringComparison.Ordinal) || loss.GetType().Name.Contains("Hinge", StringComparison.Ordinal) => LossKind.Margin,
        _ => LossKind.Other,
    };

    /// <summary>Reads a member of a module that has no public name in common with others of its kind.</summary>
    /// <param name="loss">The module.</param>
    /// <param name="name">The member.</param>
    /// <returns>Null when there is none.</returns>
    public static object? Member(nn.Module loss, string name)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (var type = loss.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            if (type.GetProperty(name, Own) is { } property)
            {
                return property.GetValue(loss);
            }

            if (type.GetField(name, Own) is { } field)
            {
                return field.GetValue(loss);
            }
        }

        return null;
    }
}
