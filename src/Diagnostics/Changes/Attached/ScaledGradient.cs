using static TorchSharp.torch;

namespace TrainingDoctor.Changes.Attached;

/// <summary>Multiplies what flows back through a value, and leaves the value: what is measured of it stays true.</summary>
internal static class ScaledGradient
{
    /// <summary>Returns the same value with another gradient.</summary>
    /// <param name="value">The value.</param>
    /// <param name="factor">What the gradient is multiplied by, of a shape that suits.</param>
    public static Tensor Of(Tensor value, Tensor factor)
    {
        using var scope = NewDisposeScope();
        var kept = value.detach();
        return (kept + ((value - kept) * factor)).MoveToOuterDisposeScope();
    }
}
