using Microsoft.Extensions.Logging;
using TorchSharp;

namespace TrainingDoctor;

/// <summary>How a monitor watches a run. All of it is optional; the more it is given, the more rules can judge.</summary>
public sealed class TrainingMonitorOptions
{
    /// <summary>Gets or sets the name of the run.</summary>
    /// <value>The default is the model's type.</value>
    public string? Name { get; set; }

    /// <summary>Gets or sets the optimizer: learning rate, weight decay, and which parameters it holds.</summary>
    public torch.optim.Optimizer? Optimizer { get; set; }

    /// <summary>Gets or sets the loss: whether it fits the output.</summary>
    public torch.nn.Module? Loss { get; set; }

    /// <summary>Gets or sets what the network is trained to do.</summary>
    public TrainingTask? Task { get; set; }

    /// <summary>Gets or sets the file that telemetry is recorded to, replayable by <c>traindoctor diagnose</c>.</summary>
    /// <value>Null for none.</value>
    public string? RecordTo { get; set; }

    /// <summary>Gets or sets the rules.</summary>
    /// <value>The default is the whole catalogue.</value>
    public RuleSet Rules { get; set; } = RuleSet.Default;

    /// <summary>Gets or sets which steps are measured in full.</summary>
    public SamplingSchedule Sampling { get; set; } = new();

    /// <summary>Gets or sets the share of the training's time that the monitor may take.</summary>
    /// <value>The default is 0.02; between 0 and 1.</value>
    public double MaxOverhead { get; set; } = 0.02;

    /// <summary>Gets or sets what is called when a finding opens, on the training thread.</summary>
    public Action<Finding>? OnFinding { get; set; }

    /// <summary>Gets or sets where findings and faults of the monitor itself are logged.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>Gets or sets what makes a further taker of everything measured, beside the rules: how the accuracy benchmark runs other detectors on the same numbers.</summary>
    internal Func<ScopeTable, IMeasurementSink>? Tap { get; set; }

    internal void Validate()
    {
        if (!(MaxOverhead is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(MaxOverhead), MaxOverhead, $"{nameof(TrainingMonitorOptions)}.{nameof(MaxOverhead)} must be above 0 and at most 1.");
        }

        if (RecordTo is { } path && string.IsNullOrWhiteSpace(path))
        {
            throw new ArgumentException($"{nameof(TrainingMonitorOptions)}.{nameof(RecordTo)} must name a file.", nameof(RecordTo));
        }

        ArgumentNullException.ThrowIfNull(Rules);
        ArgumentNullException.ThrowIfNull(Sampling);
    }
}
