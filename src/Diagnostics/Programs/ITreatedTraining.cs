using static TorchSharp.torch;

namespace TrainingDoctor.Programs;

/// <summary>A training that changes act on while it goes on: one that a trial runs itself, or one that a monitor is attached to.</summary>
internal interface ITreatedTraining
{
    /// <summary>Gets the model.</summary>
    nn.Module Model { get; }

    /// <summary>Gets the optimizers, the main one first; empty where none is known.</summary>
    IReadOnlyList<optim.Optimizer> Optimizers { get; }

    /// <summary>Gets the number of steps taken.</summary>
    int Step { get; }

    /// <summary>Gets something that a change keeps for the run, making it at the first call.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="key">Its name.</param>
    /// <param name="create">Makes it.</param>
    T Item<T>(string key, Func<T> create)
        where T : notnull;
}
