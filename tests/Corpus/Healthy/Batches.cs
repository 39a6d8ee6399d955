namespace TrainingDoctor.Corpus.Healthy;

/// <summary>Batches of every size, weighted classes, noisy labels, accumulated and clipped gradients.</summary>
public static class Batches
{
    public static CorpusProgram TinyBatches => Activations.Rectified with
    {
        Name = "healthy-batch-of-4",
        BatchSize = 4,
        Epochs = 5,
        Optimizer = model => optim.SGD(model.parameters(), 0.06),
    };

    public static CorpusProgram SingleSamples => Activations.Rectified with
    {
        Name = "healthy-batch-of-1",
        BatchSize = 1,
        Epochs = 3,
        Optimizer = model => optim.SGD(model.parameters(), 0.02),
    };

    public static CorpusProgram LargeBatches => Activations.Rectified with
    {
        Name = "healthy-batch-of-320",
        BatchSize = 320,
        Epochs = 80,
        Optimizer = model => optim.Adam(model.parameters(), 0.005),
    };

    public static CorpusProgram FullBatch => Activations.Rectified with
    {
        Name = "healthy-full-batch",
        BatchSize = 0,
        Epochs = 80,
        Optimizer = model => optim.Adam(model.parameters(), 0.004),
    };

    public static CorpusProgram ClassWeights => new("healthy-class-weights", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Healthy(0.6),
        Data = seed => RealData.BreastCancer().Standardize().Split(seed).ToClasses(),
        Model = () => Net.Perceptron(() => ReLU(), 30, 16, 2),
        Loss = () => CrossEntropyLoss(weight: tensor(new float[] { 1.3f, 0.8f })),
        Optimizer = model => optim.Adam(model.parameters(), 0.003),
        Epochs = 10,
    };

    public static CorpusProgram LabelSmoothing => Activations.Rectified with
    {
        Name = "healthy-label-smoothing",
        ComputeLoss = (output, target) => (0.9 * functional.cross_entropy(output, target)) - (0.1 * functional.log_softmax(output, 1).mean()),
    };

    /// <summary>A tenth of the labels is wrong; the run ends before they are memorised.</summary>
    public static CorpusProgram NoisyLabels => Activations.Rectified with
    {
        Name = "healthy-noisy-labels",
        Truth = GroundTruth.Healthy(0.6),
        Data = seed =>
        {
            var digits = RealData.Digits().Scale(1 / 16f).Shuffle(seed);
            var random = new Random(seed);
            float[] labels = [.. digits.Targets.Select(label => random.NextDouble() < 0.1 ? random.Next(10) : label)];
            return new Dataset("noisy digits", DatasetKind.Classes, digits.Features, 64, labels).Split(seed).ToClasses();
        },
        Optimizer = model => optim.Adam(model.parameters(), 0.002),
        Epochs = 4,
    };

    public static CorpusProgram AccumulatedGradients => Activations.Rectified with
    {
        Name = "healthy-accumulation",
        BatchSize = 64,
        Epochs = 20,
        Step = (state, batch) =>
        {
            state.Optimizer.zero_grad();
            var model = (Module<Tensor, Tensor>)state.Model;
            var total = zeros(1);
            foreach (var (input, target) in batch.Input.chunk(4).Zip(batch.Target.chunk(4)))
            {
                var loss = state.Loss!.call(model.call(input), target) / 4;
                loss.backward();
                total += loss.detach();
            }

            state.Update();
            return total;
        },
    };

    public static CorpusProgram ClippedGradients => Activations.Rectified with
    {
        Name = "healthy-clipping",
        Optimizer = model => optim.SGD(model.parameters(), 0.03, momentum: 0.9),
        BeforeUpdate = state => nn.utils.clip_grad_norm_(state.Model.parameters(), 0.5),
    };

    public static CorpusProgram DoublePrecision => Activations.Rectified with
    {
        Name = "healthy-float64",
        Data = seed => Samples.Digits(seed).Map(x => x.to_type(ScalarType.Float64)),
        Model = () => Net.Perceptron(() => ReLU(), 64, 64, 32, 10).to(ScalarType.Float64),
    };

    /// <summary>One class is four times as frequent as the other, as data are.</summary>
    public static CorpusProgram MildImbalance => new("healthy-mild-imbalance", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Healthy(0.5),
        Data = seed =>
        {
            var tumours = RealData.BreastCancer().Standardize().Shuffle(seed);
            int kept = 0;
            return tumours.Take([.. Enumerable.Range(0, tumours.Count).Where(row => tumours.Targets[row] == 1 || ++kept <= 90)]).Split(seed).ToValues();
        },
        Model = () => Net.Perceptron(() => ReLU(), 30, 16, 1),
        Loss = () => BCEWithLogitsLoss(),
        Threshold = 0,
        Optimizer = model => optim.Adam(model.parameters(), 0.003),
        Epochs = 10,
    };

    /// <summary>No validation at all is no illness.</summary>
    public static CorpusProgram WithoutValidation => Activations.Rectified with { Name = "healthy-no-validation", Validates = false };

    /// <summary>Functions in place of a loss module, so that a monitor is told nothing about it.</summary>
    public static CorpusProgram FunctionalLoss => Activations.Rectified with
    {
        Name = "healthy-functional-loss",
        Loss = null,
        ComputeLoss = (output, target) => functional.cross_entropy(output, target),
    };
}
