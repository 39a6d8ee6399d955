using TorchSharp;

namespace TrainingDoctor.Probes;

/// <summary>What was measured of one parameter at one step.</summary>
internal readonly record struct ParameterReading
{
    /// <summary>Gets the statistics of the gradient; null when there is none.</summary>
    public TensorStatistics? Gradient { get; init; }

    /// <summary>Gets the cosine of the angle to the gradient of the step before; null when that is not known or either is zero.</summary>
    public double? Cosine { get; init; }

    /// <summary>Gets the statistics of the values.</summary>
    public TensorStatistics Values { get; init; }

    /// <summary>Gets the sum of the squares of the step's changes; NaN when the values before are not known.</summary>
    public double SquaredChange { get; init; }

    /// <summary>Gets the sum of the squares of the values before the step; NaN when they are not known.</summary>
    public double SquaredBefore { get; init; }
}

/// <summary>Measures one parameter, and keeps what the next step is compared with.</summary>
internal interface IParameterMeter : IDisposable
{
    /// <summary>Keeps the values, so that the next step's change can be measured.</summary>
    /// <param name="values">The parameter.</param>
    void Remember(torch.Tensor values);

    /// <summary>Measures after a step. Needs no memory beyond what it keeps.</summary>
    /// <param name="values">The parameter.</param>
    /// <param name="gradient">Its gradient; null when there is none.</param>
    /// <param name="followsRemembered">Whether the values kept are those right before this step.</param>
    /// <param name="followsGradient">Whether the gradient kept is that of the step before.</param>
    void Measure(torch.Tensor values, torch.Tensor? gradient, bool followsRemembered, bool followsGradient);

    /// <summary>Counts the elements that were kept of the last step: all of a small tensor, 8,192 of a large one.</summary>
    /// <param name="histogram">What counts them.</param>
    /// <param name="ofGradient">Whether those of the gradient, else those of the values.</param>
    void Count(MagnitudeHistogram histogram, bool ofGradient);

    /// <summary>Gets what was measured, once devices were read back.</summary>
    ParameterReading Read();
}
