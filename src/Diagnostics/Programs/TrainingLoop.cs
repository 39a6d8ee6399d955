using System.Diagnostics;
using TorchSharp;

namespace TrainingDoctor;

/// <summary>Runs training programs.</summary>
public static class TrainingLoop
{
    /// <summary>Runs a program from its first epoch to its last, or until it is cut short.</summary>
    /// <param name="program">The program.</param>
    /// <param name="seed">Decides initialisation, samples and their order: the same seed gives the same run.</param>
    /// <param name="observer">Watches the run; null for none.</param>
    /// <param name="epochs">How many epochs to run; null for all of the program's.</param>
    /// <param name="cancellationToken">Ends the run with an exception.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TrainingOutcome Run(ITrainingProgram program, int seed, ITrainingObserver? observer = null, int? epochs = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        long started = Stopwatch.GetTimestamp();
        torch.manual_seed(seed);
        var data = program.CreateData(seed);
        var model = program.CreateModel();
        using var state = new TrainingState(program, seed, data, model, program.CreateOptimizers(model), program.CreateLoss());
        var losses = new List<double>();
        var validations = new List<(int Step, ValidationScore Score)>();
        model.train();
        observer?.Started(state);
        for (int last = epochs ?? program.Epochs; state.Epoch < last && !state.IsCutShort;)
        {
            foreach (var batch in program.Batches(state))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using (torch.NewDisposeScope())
                {
                    var loss = program.Step(state, batch);
                    using (var detached = loss.detach())
                    {
                        losses.Add(detached.to_type(torch.ScalarType.Float64).item<double>());
                    }

                    observer?.Stepped(state, batch, loss);
                }

                Release(batch, data);
                state.Step++;
                if (state.IsCutShort)
                {
                    break;
                }
            }

            state.Epoch++;
            using (torch.NewDisposeScope())
            {
                program.EndEpoch(state);
                if (program.Validate(state) is { } score)
                {
                    validations.Add((state.Step, score));
                    observer?.Validated(state, score);
                }
            }
        }

        observer?.Completed(state);
        return new TrainingOutcome(losses, validations, Stopwatch.GetElapsedTime(started));
    }

    // A program may hand out the samples themselves as its only batch; those live as long as the run.
    private static void Release(TrainingBatch batch, TrainingData data)
    {
        foreach (var tensor in new[] { batch.Input, batch.Target })
        {
            if (!ReferenceEquals(tensor, data.Training.Input) && !ReferenceEquals(tensor, data.Training.Target))
            {
                tensor.Dispose();
            }
        }
    }
}

/// <summary>What came of a run.</summary>
/// <param name="Losses">The loss of every step.</param>
/// <param name="Validations">Every validation, with the number of steps taken before it.</param>
/// <param name="Duration">The wall-clock time.</param>
public sealed record TrainingOutcome(IReadOnlyList<double> Losses, IReadOnlyList<(int Step, ValidationScore Score)> Validations, TimeSpan Duration)
{
    /// <summary>Gets the last validation; null when there was none.</summary>
    public ValidationScore? FinalValidation => Validations.Count > 0 ? Validations[^1].Score : null;
}
