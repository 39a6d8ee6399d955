using System.Runtime.CompilerServices;
using TorchSharp;
using TrainingDoctor.Configuration;
using TrainingDoctor.Monitoring;
using TrainingDoctor.Reports;
using TrainingDoctor.Treatments;
using static TorchSharp.torch;

namespace TrainingDoctor;

/// <summary>
/// Watches a model while it is trained: measures layers, gradients and weights, runs the rules over what it measures, and reports at the end.
/// </summary>
/// <remarks>
/// It reads and changes nothing, unless the environment variable <c>TRAINDOCTOR_TRIAL</c> names the plan of a trial: a seeded run is bit-identical with and without it. After <see cref="Attach"/> has returned it never throws into the training loop;
/// a part of its own that fails is reported as TD0001 and tried again after growing pauses. <c>TRAINDOCTOR=off</c> in the environment makes a monitor that does nothing.
/// <c>TRAINDOCTOR_RECORD=FOLDER</c> records every monitored run into a folder, without a line changed in the program, besides <see cref="TrainingMonitorOptions.RecordTo"/>. <c>TRAINDOCTOR_TRIAL=plan.json</c> applies the changes of a
/// plan to model and optimizer at <see cref="Attach"/>, and answers in <c>plan.json.applied.json</c>; a plan that cannot be read ends the process with exit code 86.
/// </remarks>
public sealed class TrainingMonitor : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TrainingMonitorOptions _options;
    private readonly MonitorSession? _session;
    private readonly AttachedTreatment? _treatment;
    private readonly nn.Module _model;
    private DiagnosisReport? _report;
    private LiveCure? _cure;

    private TrainingMonitor(nn.Module model, TrainingMonitorOptions options, SourcePlaces places)
    {
        (_model, _options) = (model, options);
        if (!IsSwitchedOff)
        {
            _treatment = AttachedTreatment.OfEnvironment(model, options.Optimizer, options.Loss);
            if (_treatment is { } treatment)
            {
                // What is measured and told is the training as it is treated.
                _options = options.With(treatment.Optimizer, treatment.Loss, treatment.WeighsClasses);
            }

            _session = new MonitorSession(model, _options, places);
            if (_treatment is not null)
            {
                _treatment.Guard = _session.Guarded;
            }
        }
    }

    /// <summary>Gets a value indicating whether the environment makes every monitor one that does nothing.</summary>
    internal static bool IsSwitchedOff => string.Equals(DoctorEnvironment.Read(string.Empty), "off", StringComparison.OrdinalIgnoreCase);

    /// <summary>Gets a value indicating whether a finding at error is open, so that going on trains nothing of worth.</summary>
    public bool StopRequested
    {
        get
        {
            lock (_gate)
            {
                return _session?.Engine.HasOpen(Severity.Error) ?? false;
            }
        }
    }

    /// <summary>Gets how much of the model was seen so far; null for a monitor that does nothing.</summary>
    public LayerCoverage? Coverage => _session?.Coverage;

    /// <summary>Attaches a monitor to a model.</summary>
    /// <param name="model">The model, of any nesting.</param>
    /// <param name="options">What else is known; null for nothing.</param>
    /// <param name="callerFile">The file of the call, which the compiler fills in; null for a run whose findings name no line.</param>
    /// <param name="callerLine">The line of the call, which the compiler fills in.</param>
    /// <returns>The monitor; dispose it to take the hooks off.</returns>
    /// <exception cref="ArgumentException">An option is wrong; the message names it.</exception>
    public static TrainingMonitor Attach(nn.Module model, TrainingMonitorOptions? options = null, [CallerFilePath] string? callerFile = null, [CallerLineNumber] int callerLine = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new TrainingMonitorOptions();
        options.Validate();
        return new TrainingMonitor(model, options, new SourcePlaces(model, options, callerFile, callerLine));
    }

    /// <summary>Tells that the backward pass is over and the optimizer's step is to come: between <c>loss.backward()</c> and <c>optimizer.step()</c>. A program need not call it.</summary>
    /// <remarks>
    /// With this call gradients are measured as they are now, before the optimizer or the program does anything to them: without it, as they are at <see cref="Step(Tensor, Tensor?, string?, int)"/>. It is also where a trial
    /// (<c>TRAINDOCTOR_TRIAL</c>) limits gradients. At the steps that are measured in full it copies the gradients. Of several calls in one step the last counts.
    /// </remarks>
    public void BeforeStep() => Guarded("measuring gradients", () =>
    {
        _treatment?.BeforeUpdate();
        _session!.BeforeStep();
    });

    /// <summary>Tells that a step was taken: after <c>optimizer.step()</c>, before the next <c>zero_grad()</c>.</summary>
    /// <param name="loss">The step's loss, a single number. A step whose loss cannot be read, because the tensor was disposed of, is none: it is passed over, reported (TD0001) and never taken for a NaN.</param>
    /// <param name="target">What the model should have answered; null when it is not at hand.</param>
    /// <param name="callerFile">The file of the call, which the compiler fills in; null where none is known.</param>
    /// <param name="callerLine">The line of the call, which the compiler fills in.</param>
    public void Step(Tensor loss, Tensor? target = null, [CallerFilePath] string? callerFile = null, [CallerLineNumber] int callerLine = 0)
    {
        if (_session is null || loss is null)
        {
            return;
        }

        double? value = null;
        Guarded("reading the loss", () =>
        {
            using var detached = loss.detach();
            using var number = detached.to_type(ScalarType.Float64);
            value = number.NumberOfElements == 1 ? number.item<double>() : Reduced(number);
        });
        if (value is { } known)
        {
            Step(known, target, callerFile, callerLine);
        }
        else
        {
            Guarded("passing over a step", _session.Skip);
        }
    }

    /// <summary>Tells that a step was taken: after <c>optimizer.step()</c>, before the next <c>zero_grad()</c>.</summary>
    /// <param name="loss">The step's loss.</param>
    /// <param name="target">What the model should have answered; null when it is not at hand.</param>
    /// <param name="callerFile">The file of the call, which the compiler fills in; null where none is known.</param>
    /// <param name="callerLine">The line of the call, which the compiler fills in.</param>
    public void Step(double loss, Tensor? target = null, [CallerFilePath] string? callerFile = null, [CallerLineNumber] int callerLine = 0)
    {
        Guarded("measuring a step", () =>
        {
            _session!.Note(SourceRole.Step, callerFile, callerLine);
            _treatment?.AfterUpdate();
            loss *= _treatment?.Sign ?? 1;
            _session!.Step(loss, _treatment is { } treatment ? treatment.Converted(target) : target);
            if (_cure is { } cure)
            {
                _session.Guarded("curing a step", () => cure.AfterStep(loss));
            }

            _treatment?.EndStep();
        });
        _treatment?.Pause();
    }

    /// <summary>Treats the training from here on, where a finding or a number that is not finite calls for it. Without this call the monitor changes nothing.</summary>
    /// <param name="mode">What may be done.</param>
    /// <returns>The cure, which tells what it did and takes it back; the report lists it too. A second call returns the same cure and leaves its mode as it is.</returns>
    /// <remarks>It costs a copy of the weights and a pass over them at every step. Learning rates are changed only where <see cref="TrainingMonitorOptions.Optimizer"/> is given.</remarks>
    public LiveCure Cure(CureMode mode = CureMode.All)
    {
        lock (_gate)
        {
            if (_cure is null)
            {
                _cure = new LiveCure(_model, _options.Optimizer, _session is null ? CureMode.None : mode);
                if (_session is { } session)
                {
                    session.Engine.FindingOpened += _cure.Note;
                }
            }

            return _cure;
        }
    }

    /// <summary>Tells what a validation compares, batch by batch and before <see cref="Validation"/>: needed only where the loss is a function of the program's own, since a loss that is a module is heard.</summary>
    /// <param name="output">The outputs of the model as the loss takes them, such as logits of the shape (samples, classes).</param>
    /// <param name="target">What the model should have answered, such as class indices of the shape (samples).</param>
    /// <remarks>With it, classes that the training never had and classes that are numbered otherwise are found (TD6013), targets that lie elsewhere and outputs of another form. For a loss that is a function, <see cref="Step(Tensor, Tensor?, string?, int)"/> needs its target, too.</remarks>
    public void Evaluate(Tensor output, Tensor target)
    {
        if (output is not null && target is not null)
        {
            Guarded("taking an evaluation", () => _session!.Evaluate(output, target));
        }
    }

    /// <summary>Tells the result of a validation.</summary>
    /// <param name="loss">The mean loss; null when it was not measured.</param>
    /// <param name="accuracy">The share of right answers, from 0 to 1, or another score where higher is better; null when there is none.</param>
    /// <param name="error">A score where lower is better; null when there is none.</param>
    /// <param name="dataset">The name of a further evaluation set; null for the main one.</param>
    /// <param name="epoch">The number of epochs finished; null when it is not known.</param>
    /// <param name="callerFile">The file of the call, which the compiler fills in; null where none is known.</param>
    /// <param name="callerLine">The line of the call, which the compiler fills in.</param>
    public void Validation(
        double? loss = null, double? accuracy = null, double? error = null, string? dataset = null, double? epoch = null, [CallerFilePath] string? callerFile = null, [CallerLineNumber] int callerLine = 0) =>
        Guarded("taking a validation", () =>
        {
            _session!.Note(SourceRole.Validation, callerFile, callerLine);
            _session.Validation(loss * (_treatment?.Sign ?? 1), accuracy, error, dataset, epoch);
        });

    /// <summary>Tells that an epoch is over.</summary>
    /// <param name="epoch">The number of epochs finished.</param>
    public void Epoch(double epoch) => Guarded("taking an epoch", () => _session!.Tell(Metric.Epoch, epoch));

    /// <summary>Tells how well the model does on what it is trained on.</summary>
    /// <param name="accuracy">The share of right answers, from 0 to 1.</param>
    public void TrainingAccuracy(double accuracy) => Guarded("taking an accuracy", () => _session!.Tell(Metric.Accuracy, accuracy));

    /// <summary>Tells a number that rules on particular kinds of training watch: a reward, a divergence, an entropy, the losses of two networks.</summary>
    /// <param name="name">The name of a metric, as <c>reference_divergence</c>, or what frameworks call it, as <c>kl</c>, <c>ep_rew_mean</c>, <c>rewards/format</c> or <c>d_loss</c>.</param>
    /// <param name="value">The number; NaN and infinities count as measured.</param>
    /// <remarks>It belongs to the last step taken. A name that nobody knows is told in the report (TD0001) with the nearest that is known, once for each. <see cref="TrainingMonitorOptions.Task"/> decides between meanings: <c>kl</c> is the
    /// divergence of a policy from its reference, and that of the code in a variational autoencoder.</remarks>
    public void Report(string name, double value) => Guarded("taking a number", () => _session!.Report(name, value));

    /// <summary>Ends the run and returns the report. Further calls return the same report.</summary>
    public DiagnosisReport Complete()
    {
        lock (_gate)
        {
            if (_report is not null)
            {
                return _report;
            }

            _session?.End();
        }

        _session?.Announce();
        lock (_gate)
        {
            if (_report is null)
            {
                var report = _session?.Report() ?? MonitorSession.Nothing(_options);
                _report = _cure is { Interventions.Count: > 0 } cure ? report.WithInterventions(cure.Interventions) : report;
                _cure?.Dispose();
            }

            return _report;
        }
    }

    /// <summary>Takes the hooks off and ends the run, unless it is ended already.</summary>
    public void Dispose()
    {
        Complete();
        _session?.Dispose();
        _treatment?.Dispose();
    }

    private static double Reduced(Tensor number)
    {
        using var mean = number.mean();
        return mean.item<double>();
    }

    private void Guarded(string what, Action action)
    {
        if (_session is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_report is not null || _session.IsOver)
            {
                return;
            }

            _session.Guarded(what, action);
        }

        // Whom it tells may wait for another thread that asks this monitor.
        _session.Announce();
    }
}
