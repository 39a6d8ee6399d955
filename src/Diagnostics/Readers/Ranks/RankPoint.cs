namespace TrainingDoctor.Readers.Ranks;

/// <summary>What one rank measured at one step.</summary>
/// <param name="Run">Which run of its log.</param>
/// <param name="Step">The step.</param>
internal record struct RankPoint(int Run, long Step)
{
    /// <summary>Gets or sets the training loss; NaN when it was not measured, as the others.</summary>
    public double? Loss { get; set; }

    /// <summary>Gets or sets the norm of all parameters.</summary>
    public double? WeightNorm { get; set; }

    /// <summary>Gets or sets the time of the step.</summary>
    public double? Duration { get; set; }

    /// <summary>Takes a measurement where it is of interest.</summary>
    public void Take(in Measurement measurement)
    {
        switch (measurement.Metric)
        {
            case Metric.Loss:
                Loss = measurement.Value;
                break;
            case Metric.GlobalWeightNorm or Metric.RankWeightNorm:
                WeightNorm = measurement.Value;
                break;
            case Metric.StepDuration:
                Duration = measurement.Value;
                break;
        }
    }
}

/// <summary>Gathers what one rank measured, step by step.</summary>
/// <param name="run">Which run of its log.</param>
/// <param name="add">Takes each step when it is over.</param>
internal sealed class RankPointSink(int run, Action<RankPoint> add) : IMeasurementSink
{
    private RankPoint _point = new(run, -1);

    public void Begin(RunDescription run)
    {
    }

    public void Update(RunDescription run)
    {
    }

    public void Observe(in Measurement measurement)
    {
        if (measurement.Step != _point.Step)
        {
            EndStep();
            _point = new RankPoint(run, measurement.Step);
        }

        _point.Take(measurement);
    }

    public void Complete() => EndStep();

    private void EndStep()
    {
        if (_point.Step >= 0)
        {
            add(_point);
        }
    }
}
