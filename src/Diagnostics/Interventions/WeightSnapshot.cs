using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Interventions;

/// <summary>A copy of a model's parameters and buffers.</summary>
internal sealed class WeightSnapshot : IDisposable
{
    private readonly List<Tensor> _copies;

    /// <summary>Copies the weights of a model.</summary>
    /// <param name="model">The model.</param>
    public WeightSnapshot(nn.Module model)
    {
        using var guard = no_grad();
        _copies = [.. Values(model).Select(Copy)];
    }

    /// <summary>Tells whether all weights of a model are finite.</summary>
    /// <param name="model">The model.</param>
    public static bool IsFinite(nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();

        // A sum is finite only when all of its terms are (or cancel, which infinities do not).
        return Values(model).All(value => !value.is_floating_point() || double.IsFinite(value.sum(ScalarType.Float64).item<double>()));
    }

    /// <summary>Tells whether the copies are of these weights still: layers may be replaced, added or resized.</summary>
    /// <param name="model">The model.</param>
    public bool Fits(nn.Module model)
    {
        int index = 0;
        foreach (var value in Values(model))
        {
            if (index >= _copies.Count || value.dtype != _copies[index].dtype || !AreOnOneDevice(value, _copies[index]) || !value.shape.AsSpan().SequenceEqual(_copies[index].shape))
            {
                return false;
            }

            index++;
        }

        return index == _copies.Count;
    }

    /// <summary>Puts the copies back.</summary>
    /// <param name="model">The model.</param>
    public void Restore(nn.Module model)
    {
        using var guard = no_grad();
        foreach (var (value, copy) in Values(model).Zip(_copies))
        {
            value.copy_(copy);
        }
    }

    /// <summary>Takes the present weights in place of the copies, without new memory.</summary>
    /// <param name="model">The model.</param>
    public void Take(nn.Module model)
    {
        using var guard = no_grad();
        foreach (var (value, copy) in Values(model).Zip(_copies))
        {
            copy.copy_(value);
        }
    }

    /// <summary>Returns the length of the way from the copies to the present weights.</summary>
    /// <param name="model">The model.</param>
    public double DistanceTo(nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return Math.Sqrt(Values(model).Zip(_copies).Where(pair => pair.First.is_floating_point()).Sum(pair => (pair.First - pair.Second).square().sum(ScalarType.Float64).item<double>()));
    }

    /// <summary>Goes only a share of the way from the copies to the present weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="share">The share.</param>
    public void Shorten(nn.Module model, double share)
    {
        using var guard = no_grad();
        foreach (var (value, copy) in model.parameters().Zip(_copies))
        {
            value.lerp_(copy, 1 - share);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _copies.ForEach(copy => copy.Dispose());

    private static Tensor Copy(Tensor value)
    {
        using var detached = value.detach();
        return detached.clone().DetachFromDisposeScope();
    }

    /// <summary>Devices are compared by what they name: each tensor makes an object of its own for its device.</summary>
    private static bool AreOnOneDevice(Tensor first, Tensor second) => first.device_type == second.device_type && first.device_index == second.device_index;

    /// <summary>Parameters first, so that they can be told from buffers by their place.</summary>
    private static IEnumerable<Tensor> Values(nn.Module model) => model.parameters().Cast<Tensor>().Concat(model.buffers());
}
