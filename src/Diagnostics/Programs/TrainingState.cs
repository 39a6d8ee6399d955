using TorchSharp;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor;

/// <summary>One run of a training program: everything that changes while it goes on.</summary>
public sealed class TrainingState : ITreatedTraining, IDisposable
{
    private readonly Dictionary<string, object> _items = [];

    internal TrainingState(ITrainingProgram program, int seed, TrainingData data, nn.Module model, IReadOnlyList<optim.Optimizer> optimizers, nn.Module<Tensor, Tensor, Tensor>? loss)
    {
        (Program, Seed, Data, Model, Optimizers, Loss) = (program, seed, data, model, optimizers, loss);
        Random = new Random(seed);
    }

    /// <summary>Occurs between the backward pass and the optimizer's step, when gradients are complete: the place to clip them.</summary>
    public event Action<TrainingState>? BeforeUpdate;

    /// <summary>Gets the program.</summary>
    public ITrainingProgram Program { get; }

    /// <summary>Gets the seed of the run.</summary>
    public int Seed { get; }

    /// <summary>Gets the samples.</summary>
    public TrainingData Data { get; private set; }

    /// <summary>Gets the model.</summary>
    public nn.Module Model { get; }

    /// <summary>Gets the optimizers, the main one first.</summary>
    public IReadOnlyList<optim.Optimizer> Optimizers { get; }

    /// <summary>Gets the main optimizer.</summary>
    public optim.Optimizer Optimizer => Optimizers[0];

    /// <summary>Gets the loss; null when the program computes it by functions of its own.</summary>
    public nn.Module<Tensor, Tensor, Tensor>? Loss { get; }

    /// <summary>Gets the source of chance for the order of samples, made from the seed.</summary>
    public Random Random { get; }

    /// <summary>Gets the number of epochs finished.</summary>
    public int Epoch { get; internal set; }

    /// <summary>Gets the number of steps taken.</summary>
    public int Step { get; internal set; }

    /// <summary>Gets or sets a value indicating whether the run should end after the current step.</summary>
    public bool IsCutShort { get; set; }

    /// <summary>Gets something that the program keeps for the run (a scheduler, a memory of hard samples), making it at the first call. Disposed with the run.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="key">Its name.</param>
    /// <param name="create">Makes it.</param>
    public T Item<T>(string key, Func<T> create)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(create);
        if (!_items.TryGetValue(key, out object? item))
        {
            item = create();
            _items.Add(key, item);
        }

        return (T)item;
    }

    /// <summary>Multiplies or replaces the learning rate of every parameter group of every optimizer.</summary>
    /// <param name="change">Gives the new rate for the present one.</param>
    public void ChangeLearningRate(Func<double, double> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        foreach (var group in Optimizers.SelectMany(optimizer => optimizer.ParamGroups))
        {
            group.LearningRate = change(group.LearningRate);
        }
    }

    /// <summary>Lets those who watch <see cref="BeforeUpdate"/> act, then takes the step of an optimizer. Programs that write their own step call this.</summary>
    /// <param name="optimizer">The optimizer; null for the main one.</param>
    public void Update(optim.Optimizer? optimizer = null)
    {
        BeforeUpdate?.Invoke(this);
        (optimizer ?? Optimizer).step();
    }

    /// <summary>Validates on the training samples, for a program that holds none back.</summary>
    internal ValidationScore? ValidateOnTraining()
    {
        var data = Data;
        try
        {
            Data = data with { Validation = data.Training };
            return Program.Validate(this);
        }
        finally
        {
            Data = data;
        }
    }

    /// <summary>Disposes model, optimizers, loss and samples.</summary>
    public void Dispose()
    {
        foreach (var item in _items.Values.OfType<IDisposable>())
        {
            item.Dispose();
        }

        foreach (var optimizer in Optimizers)
        {
            optimizer.Dispose();
        }

        Loss?.Dispose();
        Model.Dispose();
        foreach (var batch in new[] { Data.Training, Data.Validation }.OfType<TrainingBatch>())
        {
            batch.Input.Dispose();
            batch.Target.Dispose();
        }
    }
}
