namespace TrainingDoctor.Probes;

/// <summary>Where the units (features or channels) of an output lie.</summary>
/// <param name="Samples">The number of samples: the first dimension.</param>
/// <param name="Outer">The number of positions of a sample before the units: time steps of a sequence, else 1.</param>
/// <param name="Units">The number of units.</param>
/// <param name="Inner">The number of values of a unit that lie together: positions of a channel, else 1.</param>
internal readonly record struct UnitLayout(int Samples, int Outer, int Units, int Inner)
{
    /// <summary>Gets the number of elements of one sample.</summary>
    public int RowLength => Outer * Units * Inner;

    /// <summary>Finds the units of a shape: dimension 1 of images, and of sequences out of convolutions; the last dimension of everything else.</summary>
    /// <param name="shape">The shape, of two dimensions or more and no empty one.</param>
    /// <param name="kind">What the layer is.</param>
    public static UnitLayout Of(long[] shape, LayerKind kind)
    {
        bool channels = shape.Length >= 4 || (shape.Length == 3 && kind is LayerKind.Convolution or LayerKind.TransposedConvolution or LayerKind.BatchNormalization);
        int between = 1;
        foreach (long size in channels ? shape.AsSpan(2) : shape.AsSpan(1, shape.Length - 2))
        {
            between = checked(between * (int)size);
        }

        return channels
            ? new UnitLayout((int)shape[0], 1, (int)shape[1], between)
            : new UnitLayout((int)shape[0], between, (int)shape[^1], 1);
    }
}
