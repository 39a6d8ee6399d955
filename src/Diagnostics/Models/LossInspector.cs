using System.Reflection;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Models;

/// <summary>Reads what can be known of a loss.</summary>
internal static class LossInspector
{
    /// <summary>Gets the kinds of the losses that have a type of their own.</summary>
    public static IReadOnlyDictionary<Type, LossKind> Kinds { get; } = new Dictionary<Type, LossKind>
    {
        [typeof(CrossEntropyLoss)] = LossKind.CrossEntropy,
        [typeof(NLLLoss)] = LossKind.NegativeLogLikelihood,
        [typeof(BCELoss)] = LossKind.BinaryCrossEntropy,
        [typeof(BCEWithLogitsLoss)] = LossKind.BinaryCrossEntropyWithLogits,
        [typeof(MSELoss)] = LossKind.MeanSquaredError,
        [typeof(L1Loss)] = LossKind.MeanAbsoluteError,
        [typeof(SmoothL1Loss)] = LossKind.Huber,
        [typeof(HuberLoss)] = LossKind.Huber,
        [typeof(KLDivLoss)] = LossKind.KullbackLeibler,
        [typeof(PoissonNLLLoss)] = LossKind.PoissonNegativeLogLikelihood,
        [typeof(CTCLoss)] = LossKind.ConnectionistTemporalClassification,
    };

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
            HasClassWeights = Member(loss, "weight") is Tensor || Member(loss, "pos_weights") is Tensor,
            IgnoredIndex = Member(loss, "ignore_index") as long?,
            TakesLogTargets = Member(loss, "log_target") as bool?,
        };
    }

    private static LossKind KindOf(nn.Module loss)
    {
        for (var type = loss.GetType(); type is not null; type = type.BaseType)
        {
            if (Kinds.TryGetValue(type, out var kind))
            {
                return kind;
            }
        }

        return loss.GetType().Name.Contains("Margin", StringComparison.Ordinal) || loss.GetType().Name.Contains("Hinge", StringComparison.Ordinal) ? LossKind.Margin : LossKind.Other;
    }

    /// <summary>Finds the token that stands for nothing in a connectionist temporal classification.</summary>
    /// <param name="loss">The loss.</param>
    /// <returns>Null where the loss is none.</returns>
    public static long? BlankOf(nn.Module? loss) => loss is null ? null : Member(loss, "blank") as long?;

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
