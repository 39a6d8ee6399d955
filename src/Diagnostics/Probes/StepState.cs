namespace TrainingDoctor.Probes;

/// <summary>Where a monitored run stands; shared by the parts of its monitor, which hold the gate while they look at it.</summary>
internal sealed class StepState
{
    /// <summary>Gets what keeps threads of the training apart in the monitor.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Gets or sets the step that is being computed, from 0.</summary>
    public long Step { get; set; }

    /// <summary>Gets or sets a value indicating whether the step is measured in full.</summary>
    public bool IsSampled { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether the step's numbers are counted into distributions too.</summary>
    public bool IsCounted { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether the model is being called by the monitor itself, which watches none of it.</summary>
    public bool IsAside { get; set; }

    /// <summary>Gets or sets a value indicating whether the run is over.</summary>
    public bool IsOver { get; set; }
}
