using static TorchSharp.torch;

namespace TrainingDoctor;

/// <summary>Attaches a monitor to each run of a training program and keeps its report.</summary>
/// <param name="configure">Changes the monitor's options, which name model, optimizer, loss and task already; null to leave them.</param>
/// <param name="next">Watches too; null for nobody.</param>
public sealed class MonitoringObserver(Action<TrainingMonitorOptions>? configure = null, ITrainingObserver? next = null) : ITrainingObserver, IDisposable
{
    /// <summary>Gets the monitor of the run; null before it started.</summary>
    public TrainingMonitor? Monitor { get; private set; }

    /// <summary>Gets the report; null before the run is over.</summary>
    public DiagnosisReport? Report { get; private set; }

    /// <inheritdoc/>
    public void Started(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var options = new TrainingMonitorOptions { Name = state.Program.Name, Optimizer = state.Optimizer, Loss = state.Loss, Task = state.Program.Task };
        configure?.Invoke(options);
        // A program that is run on behalf of another has no lines of its own to tell.
        Monitor = TrainingMonitor.Attach(state.Model, options, callerFile: null);
        next?.Started(state);
    }

    /// <inheritdoc/>
    public void Stepped(TrainingState state, TrainingBatch batch, Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Monitor?.Step(loss, batch.Target);
        next?.Stepped(state, batch, loss);
    }

    /// <inheritdoc/>
    public void Validated(TrainingState state, ValidationScore score)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(score);
        Monitor?.Epoch(state.Epoch);
        Monitor?.Validation(score.Loss, score.Accuracy);
        next?.Validated(state, score);
    }

    /// <inheritdoc/>
    public void Completed(TrainingState state)
    {
        Report = Monitor?.Complete();
        next?.Completed(state);
    }

    /// <inheritdoc/>
    public void Dispose() => Monitor?.Dispose();
}
