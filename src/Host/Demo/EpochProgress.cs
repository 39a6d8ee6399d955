using Spectre.Console;
using static TorchSharp.torch;

namespace TrainingDoctor.Host.Demo;

/// <summary>Shows how a training gets on: a bar on a terminal, one line at the end elsewhere.</summary>
/// <param name="console">Where it is shown.</param>
/// <param name="task">The bar; null where there is none.</param>
internal sealed class EpochProgress(IAnsiConsole console, ProgressTask? task) : ITrainingObserver
{
    /// <inheritdoc/>
    public void Started(TrainingState state)
    {
        if (task is not null)
        {
            task.MaxValue = state.Program.Epochs;
        }
    }

    /// <inheritdoc/>
    public void Stepped(TrainingState state, TrainingBatch batch, Tensor loss)
    {
    }

    /// <inheritdoc/>
    public void Validated(TrainingState state, ValidationScore score)
    {
        string line = FormattableString.Invariant($"epoch {state.Epoch}/{state.Program.Epochs}: validation loss {score.Loss:F3}, accuracy {score.Accuracy:P1}");
        if (task is not null)
        {
            task.Value = state.Epoch;
            task.Description = line;
        }
        else if (state.Epoch == state.Program.Epochs)
        {
            console.WriteLine(line);
        }
    }

    /// <inheritdoc/>
    public void Completed(TrainingState state)
    {
    }
}
