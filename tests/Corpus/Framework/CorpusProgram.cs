using Optimizer = TorchSharp.torch.optim.Optimizer;

namespace TrainingDoctor.Corpus;

/// <summary>A training program of the corpus, defined by its parts, with its ground truth. A twin is made by <c>with</c>.</summary>
/// <param name="Name">Its name; no rule ever sees it.</param>
/// <param name="Task">What the network is trained to do.</param>
public sealed record CorpusProgram(string Name, TrainingTask Task)
{
    /// <summary>Gets what is wrong with it, if anything.</summary>
    public required GroundTruth Truth { get; init; }

    /// <summary>Gets a value indicating whether the ground truth is contested in the literature: such programs run, but do not count.</summary>
    public bool IsContested { get; init; }

    /// <summary>Gets the samples, from a seed.</summary>
    public required Func<int, TrainingData> Data { get; init; }

    /// <summary>Gets the model, freshly initialised.</summary>
    public required Func<Module> Model { get; init; }

    /// <summary>Gets the loss module; null when <see cref="ComputeLoss"/> is given.</summary>
    public Func<Module<Tensor, Tensor, Tensor>>? Loss { get; init; }

    /// <summary>Gets the optimizer for a model.</summary>
    public required Func<Module, Optimizer> Optimizer { get; init; }

    /// <summary>Gets further optimizers for a model; null for none.</summary>
    public Func<Module, Optimizer>? SecondOptimizer { get; init; }

    /// <summary>Gets the number of samples per step; 0 for all of them.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Gets the number of epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>Gets a value indicating whether samples come in a new order every epoch.</summary>
    public bool Shuffles { get; init; } = true;

    /// <summary>Gets a value indicating whether gradients are cleared before each step.</summary>
    public bool ZeroesGradients { get; init; } = true;

    /// <summary>Gets a value indicating whether there is a validation after every epoch, when the data allow it.</summary>
    public bool Validates { get; init; } = true;

    /// <summary>Gets what runs the model in place of <c>call</c>; null for <c>call</c>.</summary>
    public Func<Module, Tensor, Tensor>? Forward { get; init; }

    /// <summary>Gets what runs in place of the model when it is validated: another instance, an average of its weights; null for the model.</summary>
    public Func<TrainingState, Tensor, Tensor>? ValidationForward { get; init; }

    /// <summary>Gets what computes the score of a validation from output and target; null for the share of right answers.</summary>
    public Func<Tensor, Tensor, double?>? Score { get; init; }

    /// <summary>Gets a value indicating whether a monitor is told of the task; embeddings, for one, are none that it knows.</summary>
    public bool TellsTask { get; init; } = true;

    /// <summary>Gets what computes the loss in place of <see cref="Loss"/>; null for <see cref="Loss"/>.</summary>
    public Func<Tensor, Tensor, Tensor>? ComputeLoss { get; init; }

    /// <summary>Gets what takes a step in place of the usual one; null for the usual one.</summary>
    public Func<TrainingState, TrainingBatch, Tensor>? Step { get; init; }

    /// <summary>Gets what makes the batches of an epoch in place of the usual; null for the usual ones.</summary>
    public Func<TrainingState, IEnumerable<TrainingBatch>>? Batches { get; init; }

    /// <summary>Gets what is done before the first step of an epoch: the place for faults of mode.</summary>
    public Action<TrainingState>? BeginEpoch { get; init; }

    /// <summary>Gets what is done before each step, with the number of steps taken: the place for schedules.</summary>
    public Action<TrainingState>? BeginStep { get; init; }

    /// <summary>Gets what is done between the backward pass and the optimizer's step: the place for clipping.</summary>
    public Action<TrainingState>? BeforeUpdate { get; init; }

    /// <summary>Gets a value indicating whether validation runs in evaluation mode.</summary>
    public bool EvaluatesInEvaluationMode { get; init; } = true;

    /// <summary>Gets how outputs are turned into skill; null for the way usual for the task.</summary>
    public Func<TrainingState, double?>? Skill { get; init; }

    /// <summary>Gets the output above which a yes/no answer means yes.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Makes the program that the loop can run.</summary>
    public ITrainingProgram ToProgram() => new DefinedProgram(this);
}
