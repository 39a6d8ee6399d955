using TorchSharp;
using TrainingDoctor.Changes;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Configuration;
using TrainingDoctor.Models;
using static TorchSharp.torch;

namespace TrainingDoctor.Treatments;

/// <summary>
/// Applies the plan that <c>TRAINDOCTOR_TRIAL</c> names to the training that a monitor is attached to, and keeps it in force until the run is over. Without that variable there is none, and the monitor changes nothing.
/// </summary>
internal sealed class AttachedTreatment : IDisposable
{
    /// <summary>The exit code of a process whose plan cannot be read: it must not go on and train untreated.</summary>
    public const int ExitCode = 86;

    private readonly AttachedTraining _training;
    private readonly TrialAnswer _answer;
    private readonly StandStill _standStill;
    private readonly List<(ProgramChange Change, IReadOnlyList<int> Indices)> _changes = [];
    private bool _wasTold;

    private AttachedTreatment(AttachedTraining training, TrialAnswer answer, StandStill standStill)
    {
        (_training, _answer, _standStill) = (training, answer, standStill);
        _training.Confirmed += (change, text) => Tell(change, index => answer.Apply(index, text));
        _training.Denied += (change, reason) => Tell(change, index => answer.Skip(index, reason));
    }

    /// <summary>Gets or sets what runs a part that may fail: it must not throw into the training.</summary>
    public Action<string, Action> Guard { get; set; } = (_, action) => action();

    /// <summary>Gets the optimizer that counts; null where the monitor was given none.</summary>
    public optim.Optimizer? Optimizer => _training.Optimizers.Count > 0 ? _training.Optimizers[0] : null;

    /// <summary>Gets the loss that counts; null where the monitor was given none.</summary>
    public nn.Module? Loss => _training.Loss;

    /// <summary>Gets a value indicating whether classes are weighted.</summary>
    public bool WeighsClasses => _training.WeighsClasses;

    /// <summary>Gets what a loss that the program tells is to be multiplied by: -1 where its sign is wrong, else 1.</summary>
    public double Sign => _training.TellsOpposite ? -1 : 1;

    /// <summary>Applies the plan of the environment.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer; null where the monitor was given none.</param>
    /// <param name="loss">The loss; null where the monitor was given none.</param>
    /// <param name="exit">Ends the process; the process itself unless given.</param>
    /// <returns>Null where the environment names none.</returns>
    public static AttachedTreatment? OfEnvironment(nn.Module model, optim.Optimizer? optimizer, nn.Module? loss, Action<int>? exit = null)
    {
        if (DoctorEnvironment.Read("TRIAL") is not { } path)
        {
            return null;
        }

        try
        {
            return Begin(model, optimizer, loss, path);
        }
        catch (Exception exception) when (exception is TrialPlanException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"traindoctor: {exception.Message}");
            (exit ?? Environment.Exit)(ExitCode);
            return null;
        }
    }

    /// <summary>Applies a plan.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer; null where the monitor was given none.</param>
    /// <param name="loss">The loss; null where the monitor was given none.</param>
    /// <param name="path">The plan's file.</param>
    /// <exception cref="TrialPlanException">It cannot be read.</exception>
    /// <exception cref="IOException">The answer cannot be written beside it.</exception>
    public static AttachedTreatment Begin(nn.Module model, optim.Optimizer? optimizer, nn.Module? loss, string path)
    {
        var plan = TrialPlan.Read(path);
        if (plan.Seed is { } seed)
        {
            manual_seed(seed);
        }

        var treatment = new AttachedTreatment(new AttachedTraining(model, optimizer, loss), TrialAnswer.To(path, plan), new StandStill(path + ".pace"));
        treatment.Apply(plan);
        return treatment;
    }

    /// <summary>Acts between the backward pass and the optimizer's step.</summary>
    public void BeforeUpdate() => Guard("treating gradients", () =>
    {
        _wasTold = true;
        _changes.ForEach(item => item.Change.BeforeUpdate(_training));
        _training.StepSubstitute();
    });

    /// <summary>Acts after the optimizer's step, before the step is measured.</summary>
    public void AfterUpdate() => Guard("treating an update", () =>
    {
        if (_training.UndoProgramStep() && !_wasTold)
        {
            // Gradients are still in place, and weights are again what they were: there is time for everything.
            BeforeUpdate();
        }

        if (!_wasTold)
        {
            _changes.ForEach(item => item.Change.AfterUntoldUpdate(_training));
        }

        _changes.ForEach(item => item.Change.AfterStep(_training));
        _wasTold = false;
    });

    /// <summary>Acts after the step was measured, before the next one.</summary>
    public void EndStep() => Guard("treating a step", () =>
    {
        _training.EndStep();
        BeginStep();
    });

    /// <summary>Stands still between two steps where the trial is to be compared with others first; to be called without any lock.</summary>
    public void Pause() => _standStill.After(_training.Step - 1);

    /// <summary>Returns a target as the loss is given it.</summary>
    /// <param name="target">The target; null for none.</param>
    public Tensor? Converted(Tensor? target) => _training.Converted(target);

    /// <inheritdoc/>
    public void Dispose() => _training.Dispose();

    private void Apply(TrialPlan plan)
    {
        var remedy = RemedyPlan.Of(plan.Actions);
        foreach (var (action, reason) in remedy.Skipped)
        {
            _answer.Skip(IndexOf(plan, action), reason);
        }

        var parameters = _training.Model.parameters().Select(parameter => parameter.Handle).ToHashSet();
        foreach (var (change, origins) in remedy.Changes.Zip(remedy.Origins))
        {
            Apply(change, [.. origins.Select(origin => IndexOf(plan, origin))]);
        }

        if (_training.Optimizers.Count > 0 && _training.Model.parameters().Any(parameter => !parameters.Contains(parameter.Handle)))
        {
            _training.HoldAll();
        }

        _training.Begin(isTraining => Guard("treating a call", () => Rates(() => _changes.ForEach(item => item.Change.BeforeForward(_training, isTraining)))));
        BeginStep();
        _answer.Write();
    }

    private void Apply(ProgramChange change, IReadOnlyList<int> indices)
    {
        var modules = ModuleWalk.All(_training.Model).ToList();
        _changes.Add((change, indices));
        try
        {
            if (change.Attach(_training) is { } text)
            {
                indices.ToList().ForEach(index => _answer.Apply(index, text));
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // What a change had done before it failed is taken back: it is applied whole or not at all.
            _changes.RemoveAt(_changes.Count - 1);
            foreach (var (path, module) in modules.Where(item => !ReferenceEquals(ModuleTree.Find(_training.Model, item.name), item.module)))
            {
                ModuleTree.Replace(_training.Model, path, module);
            }

            indices.ToList().ForEach(index => _answer.Skip(index, exception.Message.Split('\n')[0]));
        }
    }

    private void BeginStep() => Rates(() => _changes.ForEach(item => item.Change.BeforeStep(_training)));

    /// <summary>Runs changes on learning rates that the program's own schedule may have changed meanwhile.</summary>
    private void Rates(Action changes)
    {
        _training.FollowSchedule();
        changes();
        _training.NoteRates();
    }

    private void Tell(ProgramChange change, Action<int> tell)
    {
        var indices = _changes.Find(item => item.Change == change).Indices ?? [];
        indices.ToList().ForEach(tell);
        _answer.Write();
    }

    private static int IndexOf(TrialPlan plan, RemedyAction action) =>
        plan.Actions.Select((candidate, index) => (candidate, index)).First(item => ReferenceEquals(item.candidate, action)).index;
}
