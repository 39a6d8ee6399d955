using TrainingDoctor.Names;
using TrainingDoctor.Probes;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Monitoring;

/// <summary>Takes what a run is told between one step and the next: validations, and numbers by name.</summary>
/// <param name="state">Where the run stands.</param>
/// <param name="scopes">The names that measurements are of.</param>
/// <param name="watch">What was seen of evaluation.</param>
/// <param name="attachment">The layers.</param>
/// <param name="sink">Takes the measurements.</param>
/// <param name="task">What is trained; null where it is not known.</param>
/// <param name="onReward">Told once that what is trained on is a reward, where the task is not known.</param>
internal sealed class BetweenSteps(StepState state, ScopeTable scopes, ForwardWatch watch, Attachment attachment, IMeasurementSink sink, TrainingTask? task, Action onReward)
{
    private bool _isRewarded = task is not null;

    /// <summary>Takes what a validation gave, and what was seen of the model in it.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="accuracy">The accuracy, from 0 to 1.</param>
    /// <param name="error">The error, in the units of the task.</param>
    /// <param name="dataset">What it was validated on, where there are several.</param>
    /// <param name="epoch">The epoch.</param>
    public void Validation(double? loss, double? accuracy, double? error, string? dataset, double? epoch)
    {
        int scope = dataset is null ? ScopeTable.Run : scopes.Intern(ScopeKind.Dataset, dataset);
        Observe(Metric.Epoch, ScopeTable.Run, epoch);
        Observe(Metric.ValidationLoss, scope, loss);
        Observe(Metric.ValidationAccuracy, scope, accuracy);
        Observe(Metric.ValidationError, scope, error);
        Observe(Metric.ValidationOverlap, ScopeTable.Run, watch.Evaluation.TakeOverlap());
        watch.Evaluation.Compare((metric, value) => Observe(metric, ScopeTable.Run, value));
        watch.LookAtEvaluation((metric, value) => Observe(metric, scopes.Intern(ScopeKind.Layer, MonitorSession.OutputScope), value));
        foreach (var probe in attachment.Layers)
        {
            Observe(Metric.NormalizationStartShare, probe.Scope, probe.StartShare);
        }

        foreach (var probe in attachment.Layers.Where(layer => layer.ModeInEvaluation is not null))
        {
            Observe(Metric.ValidationTrainingMode, probe.Scope, probe.ModeInEvaluation == true ? 1 : 0);
            probe.ModeInEvaluation = null;
        }
    }

    /// <summary>Takes a number that is told by name.</summary>
    /// <param name="name">What users call it.</param>
    /// <param name="value">The number, as it is told.</param>
    /// <exception cref="ArgumentException">Nobody calls anything so.</exception>
    public void Report(string name, double value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (ReportedNumber.Find(name, task) is not { } number)
        {
            throw new ArgumentException($"'{name}' is no known number; did you mean {NearestName.Suggest(name, MetricCatalog.All.Where(info => info.Scope == ScopeKind.Run).Select(info => info.Name))}?", nameof(name));
        }

        if (number.IsReward && !_isRewarded)
        {
            _isRewarded = true;
            onReward();
        }

        Observe(number.Metric, number.Part.Length == 0 ? ScopeTable.Run : scopes.Intern(number.Scope, number.Part), number.Measured(value));
    }

    /// <summary>Observes what belongs to the last step taken, unless the next has begun already: steps never decrease.</summary>
    /// <param name="metric">What is measured.</param>
    /// <param name="scope">What it is measured of.</param>
    /// <param name="value">The number; null for none.</param>
    public void Observe(Metric metric, int scope, double? value)
    {
        if (value is { } number)
        {
            long step = watch.HasBegun ? state.Step : Math.Max(0, state.Step - 1);
            sink.Observe(new Measurement(step, metric, scope, number));
        }
    }
}
