using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Hands the elements of tensors to passes over them. What lies contiguous in memory as float or double is read where it is.</summary>
internal static class TensorMeter
{
    /// <summary>Takes the elements of a tensor.</summary>
    public delegate void Reader(ReadOnlySpan<float> values);

    /// <summary>Tells whether a tensor holds real numbers that can be measured.</summary>
    public static bool CanMeasure(Tensor tensor) =>
        tensor.dtype is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16 && tensor.device_type != DeviceType.META;

    /// <summary>Tells whether a tensor's memory can be read directly.</summary>
    public static bool IsOnHost(Tensor tensor) => tensor.device_type == DeviceType.CPU && !tensor.is_sparse;

    /// <summary>Measures a tensor of any floating type, on any device.</summary>
    public static TensorStatistics Measure(Tensor tensor)
    {
        if (!IsOnHost(tensor))
        {
            TensorStatistics statistics = default;
            Read(tensor, values => statistics = Moments.Measure(values));
            return statistics;
        }

        var pass = new MomentsPass();
        ElementWalk.Visit(tensor, 1, pass);
        return pass.Moments.ToStatistics();
    }

    /// <summary>Lets somebody read all elements at once as float, in the order of the logical (row-major) layout; copies what is in another form.</summary>
    public static void Read(Tensor tensor, Reader reader)
    {
        if (tensor.NumberOfElements == 0)
        {
            reader([]);
            return;
        }

        using var guard = no_grad();
        if (tensor.dtype == ScalarType.Float32 && IsOnHost(tensor) && tensor.is_contiguous())
        {
            reader(MemoryMarshal.Cast<byte, float>(tensor.bytes));
            return;
        }

        using var scope = NewDisposeScope();
        var dense = tensor.is_sparse ? tensor.detach().to_dense() : tensor.detach();
        var copy = dense.to(ScalarType.Float32).cpu().contiguous();
        reader(MemoryMarshal.Cast<byte, float>(copy.bytes));
    }

    private sealed class MomentsPass : IElementPass
    {
        public Moments Moments = Moments.Empty;

        public void Add(ReadOnlySpan<float> values) => Moments.Add(values);

        public void Add(ReadOnlySpan<double> values) => Moments.Add(values);
    }
}
