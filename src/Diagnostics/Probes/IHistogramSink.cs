namespace TrainingDoctor.Probes;

/// <summary>Takes histograms of parameters, beside the measurements.</summary>
internal interface IHistogramSink
{
    /// <summary>Gets a value indicating whether histograms are wanted of a step: they are made for those steps only.</summary>
    /// <param name="step">The step, measured in full.</param>
    bool WantsHistograms(long step);

    /// <summary>Takes the histograms of one parameter. The measurements of the same step came before.</summary>
    /// <param name="parameter">The parameter's name.</param>
    /// <param name="values">Of its values.</param>
    /// <param name="gradient">Of its gradient; null when it has none.</param>
    void Observe(string parameter, MagnitudeHistogram values, MagnitudeHistogram? gradient);
}
