using Optimizer = TorchSharp.torch.optim.Optimizer;

namespace TrainingDoctor.Corpus;

/// <summary>Gives the parts of a <see cref="CorpusProgram"/> to the training loop.</summary>
internal sealed class DefinedProgram(CorpusProgram definition) : TrainingProgram
{
    public override string Name => definition.Name;

    public override TrainingTask Task => definition.Task;

    public override int Epochs => definition.Epochs;

    protected override int BatchSize => definition.BatchSize > 0 ? definition.BatchSize : int.MaxValue;

    protected override bool Shuffles => definition.Shuffles;

    public override TrainingData CreateData(int seed) => definition.Data(seed);

    public override Module CreateModel() => definition.Model();

    public override IReadOnlyList<Optimizer> CreateOptimizers(Module model) =>
        definition.SecondOptimizer is { } second ? [definition.Optimizer(model), second(model)] : [definition.Optimizer(model)];

    public override Module<Tensor, Tensor, Tensor>? CreateLoss() => definition.Loss?.Invoke();

    public override IEnumerable<TrainingBatch> Batches(TrainingState state)
    {
        definition.BeginEpoch?.Invoke(state);
        return definition.Batches?.Invoke(state) ?? base.Batches(state);
    }

    public override Tensor Step(TrainingState state, TrainingBatch batch)
    {
        if (definition.BeforeUpdate is { } act)
        {
            state.Item("before update", () =>
            {
                state.BeforeUpdate += act;
                return act;
            });
        }

        definition.BeginStep?.Invoke(state);
        return definition.Step?.Invoke(state, batch) ?? base.Step(state, batch);
    }

    public override ValidationScore? Validate(TrainingState state) => definition.Validates ? base.Validate(state) : null;

    protected override Optimizer CreateOptimizer(Module model) => definition.Optimizer(model);

    protected override void ZeroGradients(TrainingState state)
    {
        if (definition.ZeroesGradients)
        {
            base.ZeroGradients(state);
        }
    }

    protected override void PrepareValidation(TrainingState state)
    {
        if (definition.EvaluatesInEvaluationMode)
        {
            base.PrepareValidation(state);
        }
    }

    protected override Tensor Forward(TrainingState state, Tensor input) =>
        !is_grad_enabled() && definition.ValidationForward is { } validated ? validated(state, input) : Trained(state, input);

    private Tensor Trained(TrainingState state, Tensor input) => definition.Forward?.Invoke(state.Model, input) ?? base.Forward(state, input);

    protected override Tensor ComputeLoss(TrainingState state, Tensor output, Tensor target) =>
        definition.ComputeLoss?.Invoke(output, target) ?? base.ComputeLoss(state, output, target);

    protected override double? Accuracy(TrainingState state, Tensor output, Tensor target) =>
        definition.Score is { } score ? score(output, target) : Answers.Accuracy(Answering(state), output, target);

    /// <summary>Measures what the model knows of its training data beyond the best constant answer.</summary>
    public double? MeasureSkill(TrainingState state, bool onValidation = false)
    {
        if (definition.Skill is { } skill)
        {
            return skill(state);
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        state.Model.eval();
        var samples = onValidation && state.Data.Validation is { } held ? held : state.Data.Training;
        var output = Trained(state, samples.Input);
        return Answers.Skill(Answering(state), output, samples.Target);
    }

    /// <summary>A loss that was put in may mean another threshold of yes and no.</summary>
    private CorpusProgram Answering(TrainingState state) => state.Loss switch
    {
        TorchSharp.Modules.BCEWithLogitsLoss => definition with { Threshold = 0 },
        TorchSharp.Modules.BCELoss => definition with { Threshold = 0.5 },
        _ => definition,
    };
}
