using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Models;

/// <summary>Measures the initial values of one parameter.</summary>
internal static class ParameterInspector
{
    public static ParameterDescription Describe(string name, Parameter parameter, (string Path, nn.Module Module) owner, HashSet<nint>? held)
    {
        var shape = parameter.shape;
        var role = RoleOf(name, shape.Length, owner.Module);
        var (fanIn, fanOut) = Fans(role, shape);
        var values = ParameterValues.Of(parameter, rows: role == ParameterRole.Weight ? shape[0] : 1);
        return new ParameterDescription
        {
            Name = name,
            LayerPath = owner.Path,
            Role = role,
            Shape = shape,
            DataType = parameter.dtype.ToString().ToLowerInvariant(),
            Count = values.Count,
            IsTrainable = parameter.requires_grad,
            IsInOptimizer = held?.Contains(parameter.Handle),
            FanIn = fanIn,
            FanOut = fanOut,
            InitialMean = values.Mean,
            InitialStandardDeviation = values.StandardDeviation,
            InitialAbsoluteMaximum = values.AbsoluteMaximum,
            InitialZeroFraction = values.Count > 0 ? (double)values.Zeros / values.Count : 0,
            InitialNonFiniteCount = values.NonFinite,
            InitialDenormalCount = values.Denormal,
            HasEqualUnits = values.HasEqualRows,
        };
    }

    private static ParameterRole RoleOf(string name, int dimensions, nn.Module module)
    {
        string last = name[(name.LastIndexOf('.') + 1)..];
        var kind = LayerKinds.Of(module);
        return kind switch
        {
            LayerKind.BatchNormalization or LayerKind.Normalization => last.Contains("bias", StringComparison.Ordinal) ? ParameterRole.NormalizationShift : ParameterRole.NormalizationScale,
            LayerKind.Embedding => ParameterRole.Embedding,
            _ when last.Contains("bias", StringComparison.Ordinal) => ParameterRole.Bias,
            _ when last.StartsWith("weight_ih", StringComparison.Ordinal) => ParameterRole.RecurrentInput,
            _ when last.StartsWith("weight_hh", StringComparison.Ordinal) => ParameterRole.RecurrentState,
            _ when last.Contains("weight", StringComparison.Ordinal) && dimensions >= 2 => ParameterRole.Weight,
            _ => ParameterRole.Other,
        };
    }

    private static (long? In, long? Out) Fans(ParameterRole role, long[] shape)
    {
        if (role is not (ParameterRole.Weight or ParameterRole.RecurrentInput or ParameterRole.RecurrentState) || shape.Length < 2)
        {
            return (null, null);
        }

        long field = shape.Skip(2).Aggregate(1L, (product, size) => product * size);
        return (shape[1] * field, shape[0] * field);
    }
}
