using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Models;

/// <summary>Measures the initial values of one parameter.</summary>
internal static class ParameterInspector
{
    private const double SmallestNormal = 1.17549435e-38;

    public static ParameterDescription Describe(string name, Parameter parameter, (string Path, nn.Module Module) owner, HashSet<nint>? held)
    {
        using var scope = NewDisposeScope();
        var shape = parameter.shape;
        var values = parameter.detach().to_type(ScalarType.Float64).cpu().flatten();
        var finite = values.masked_select(values.isfinite());
        bool any = finite.NumberOfElements > 0;
        var magnitude = finite.abs();

        // A tensor: TorchSharp 0.107 may free a number made into a Scalar on the way before the call has read it ("Unknown scalar type").
        var smallestNormal = tensor(SmallestNormal, ScalarType.Float64);
        var role = RoleOf(name, shape.Length, owner.Module);
        var (fanIn, fanOut) = Fans(role, shape);
        return new ParameterDescription
        {
            Name = name,
            LayerPath = owner.Path,
            Role = role,
            Shape = shape,
            DataType = parameter.dtype.ToString().ToLowerInvariant(),
            Count = values.NumberOfElements,
            IsTrainable = parameter.requires_grad,
            IsInOptimizer = held?.Contains(parameter.Handle),
            FanIn = fanIn,
            FanOut = fanOut,
            InitialMean = any ? finite.mean().item<double>() : double.NaN,
            InitialStandardDeviation = any ? finite.std(unbiased: false).item<double>() : double.NaN,
            InitialAbsoluteMaximum = any ? magnitude.max().item<double>() : double.NaN,
            InitialZeroFraction = values.NumberOfElements > 0 ? values.logical_not().to_type(ScalarType.Float64).mean().item<double>() : 0,
            InitialNonFiniteCount = values.NumberOfElements - finite.NumberOfElements,
            InitialDenormalCount = any ? magnitude.logical_not().logical_not().logical_and(magnitude.lt(smallestNormal)).sum().item<long>() : 0,
            HasEqualUnits = HasEqualUnits(role, parameter.detach(), shape),
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

    private static bool HasEqualUnits(ParameterRole role, Tensor parameter, long[] shape)
    {
        if (role != ParameterRole.Weight || shape[0] < 2)
        {
            return false;
        }

        var rows = parameter.reshape(shape[0], -1);
        return rows.eq(rows[0]).all().item<bool>();
    }
}
