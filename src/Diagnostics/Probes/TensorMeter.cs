using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Brings a tensor into the form that the fused pass reads: CPU, float32, contiguous. What is in that form already is not copied.</summary>
internal static class TensorMeter
{
    /// <summary>Takes the elements of a tensor.</summary>
    public delegate void Reader(ReadOnlySpan<float> values);

    /// <summary>Measures a tensor of any floating type, on any device.</summary>
    public static TensorStatistics Measure(Tensor tensor)
    {
        TensorStatistics statistics = default;
        Read(tensor, values => statistics = FusedPass.Measure(values));
        return statistics;
    }

    /// <summary>Lets somebody read the elements, in the order of the logical (row-major) layout.</summary>
    public static void Read(Tensor tensor, Reader reader)
    {
        if (tensor.NumberOfElements == 0)
        {
            reader([]);
            return;
        }

        using var guard = no_grad();
        bool direct = tensor.dtype == ScalarType.Float32 && tensor.device.type == TorchSharp.DeviceType.CPU && tensor.is_contiguous();
        if (direct)
        {
            reader(MemoryMarshal.Cast<byte, float>(tensor.bytes));
            return;
        }

        using var scope = NewDisposeScope();
        var copy = tensor.detach().to(ScalarType.Float32).cpu().contiguous();
        reader(MemoryMarshal.Cast<byte, float>(copy.bytes));
    }
}
