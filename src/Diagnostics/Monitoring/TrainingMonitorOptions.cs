using Microsoft.Extensions.Logging;
using TorchSharp;
using TrainingDoctor.Telemetry.Push;

namespace TrainingDoctor;

/// <summary>How a monitor watches a run. All of it is optional; the more it is given, the more rules can judge.</summary>
public sealed class TrainingMonitorOptions
{
    /// <summary>Gets or sets the name of the run.</summary>
    /// <value>The default is the name of the file that is recorded to, else the model's type and the time of day.</value>
    public string? Name { get; set; }

    /// <summary>Gets or sets the optimizer: learning rate, weight decay, and which parameters it holds.</summary>
    public torch.optim.Optimizer? Optimizer { get; set; }

    /// <summary>Gets or sets the loss: whether it fits the output, and, where it is called through <c>call</c>, what it compares.</summary>
    public torch.nn.Module? Loss { get; set; }

    /// <summary>Gets or sets what the network is trained to do.</summary>
    public TrainingTask? Task { get; set; }

    /// <summary>
    /// Gets or sets the file that telemetry is recorded to, replayable by <c>traindoctor diagnose</c>; a folder for <see cref="RecordFormat.TensorBoard"/>; or the address of a
    /// watching host (<c>http://127.0.0.1:5173</c>, started with <c>traindoctor attach --listen</c>) that it is pushed to while the training runs.
    /// </summary>
    /// <value>Null for none.</value>
    /// <remarks>A host that is away or slow neither stops nor delays the training. A token for the host is taken from the environment variable <c>TRAINDOCTOR_TOKEN</c>.</remarks>
    public string? RecordTo { get; set; }

    /// <summary>Gets or sets the form of the recording.</summary>
    /// <value>The default is <see cref="RecordFormat.JsonLines"/>.</value>
    public RecordFormat RecordFormat { get; set; }

    /// <summary>Gets or sets how large a recording may become, in bytes. Beyond that its oldest parts are dropped, but never the first.</summary>
    /// <value>The default is 1 GiB; at least 1 MiB.</value>
    public long RecordLimit { get; set; } = 1L << 30;

    /// <summary>Gets or sets the rules.</summary>
    /// <value>The default is the whole catalogue.</value>
    public RuleSet Rules { get; set; } = RuleSet.Default;

    /// <summary>Gets or sets what one's own good runs usually do, as <c>traindoctor learn</c> or <see cref="Normality.NormalProfile"/> learnt it: leaving it is told of (TD8521).</summary>
    /// <value>Null for none, the default.</value>
    public INormalRuns? Normal { get; set; }

    /// <summary>Gets or sets which steps are measured in full.</summary>
    public SamplingSchedule Sampling { get; set; } = new();

    /// <summary>Gets or sets the share of the training's time that the monitor may take.</summary>
    /// <value>The default is 0.02; above 0 and at most 1.</value>
    public double MaxOverhead { get; set; } = 0.02;

    /// <summary>
    /// Gets or sets a value indicating whether layers that the model calls through <c>forward</c>, which fires no hooks, are seen: while the monitor is attached a
    /// transparent module stands in their fields, where these are declared as <c>Module&lt;…&gt;</c>.
    /// </summary>
    /// <value>
    /// The default is true. Where the program's code casts such a field to a concrete type, tests it for one or compares its type, the layer itself stays in its place; switch it off for a model that
    /// does so by reflection or <c>dynamic</c>, which cannot be seen.
    /// </value>
    public bool SeesForwardCalls { get; set; } = true;

    /// <summary>
    /// Gets or sets a value indicating whether the gradient of the loss with respect to each layer's output is measured too, at the steps that are measured in full: mean, standard deviation,
    /// norm, largest magnitude, share of zeros, elements that are not finite. Of a layer that is called several times in a step, that of the first call.
    /// </summary>
    /// <value>The default is false: the outputs keep their gradients until the end of the step, which takes as much memory as the outputs themselves.</value>
    /// <remarks>Where a later layer writes into an output in place, the gradient is that of what was written.</remarks>
    public bool MeasuresActivationGradients { get; set; }

    /// <summary>Gets or sets what is called when a finding opens: on the training thread, at the end of the step, while the monitor holds no lock. The finding has its <see cref="Finding.Headline"/>: what is wrong, why, and what to do. What it throws is reported (TD0001) and goes no further.</summary>
    public Action<Finding>? OnFinding { get; set; }

    /// <summary>Gets or sets where findings and faults of the monitor itself are logged.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>Gets or sets what makes a further taker of everything measured, beside the rules: how the accuracy benchmark runs other detectors on the same numbers.</summary>
    internal Func<ScopeTable, IMeasurementSink>? Tap { get; set; }

    /// <summary>Gets or sets a value indicating whether tensors in main memory are reduced by torch like those on devices, for tests without a device.</summary>
    internal bool ForceDevicePath { get; set; }

    /// <summary>Gets a value indicating whether a trial weighs classes in the gradient of the loss.</summary>
    internal bool WeighsClasses { get; private set; }

    /// <summary>Returns the same options for a training whose optimizer or loss another took the place of.</summary>
    /// <param name="optimizer">The optimizer that counts.</param>
    /// <param name="loss">The loss that counts.</param>
    /// <param name="weighsClasses">Whether classes are weighted.</param>

    internal TrainingMonitorOptions With(torch.optim.Optimizer? optimizer, torch.nn.Module? loss, bool weighsClasses)
    {
        var changed = (TrainingMonitorOptions)MemberwiseClone();
        (changed.Optimizer, changed.Loss, changed.WeighsClasses) = (optimizer, loss, weighsClasses);
        return changed;
    }

    internal void Validate()
    {
        if (!(MaxOverhead is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(MaxOverhead), MaxOverhead, $"{nameof(TrainingMonitorOptions)}.{nameof(MaxOverhead)} must be above 0 and at most 1.");
        }

        if (Task is { } task && !Enum.IsDefined(task))
        {
            throw new ArgumentOutOfRangeException(nameof(Task), task, $"{nameof(TrainingMonitorOptions)}.{nameof(Task)} is none of the known tasks.");
        }

        if (RecordTo is { } path && (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal)))
        {
            throw new ArgumentException($"{nameof(TrainingMonitorOptions)}.{nameof(RecordTo)} must name a file.", nameof(RecordTo));
        }

        if (RecordTo is { } address && PushAddress.IsAddress(address))
        {
            PushAddress.Parse(address);
            if (RecordFormat == RecordFormat.TensorBoard)
            {
                throw new ArgumentException(
                    $"{nameof(TrainingMonitorOptions)}.{nameof(RecordFormat)}: {nameof(RecordFormat.TensorBoard)} is a form of files; an address takes {nameof(RecordFormat.JsonLines)}.", nameof(RecordFormat));
            }
        }

        if (!Enum.IsDefined(RecordFormat))
        {
            throw new ArgumentOutOfRangeException(nameof(RecordFormat), RecordFormat, $"{nameof(TrainingMonitorOptions)}.{nameof(RecordFormat)} is none of the known formats.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(RecordLimit, 1L << 20, $"{nameof(TrainingMonitorOptions)}.{nameof(RecordLimit)}");
        ArgumentNullException.ThrowIfNull(Rules);
        ArgumentNullException.ThrowIfNull(Sampling);
        Sampling.Validate();
    }
}

/// <summary>The forms of a recording.</summary>
public enum RecordFormat
{
    /// <summary>Telemetry of this product, as JSON Lines: holds everything, and can be diagnosed again.</summary>
    JsonLines,

    /// <summary>An event file that TensorBoard opens: the curves only.</summary>
    TensorBoard,
}
