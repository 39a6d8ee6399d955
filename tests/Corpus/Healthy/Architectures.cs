using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Healthy;

/// <summary>Autoencoders, recurrent networks, convolutions, a transformer, embeddings, adversaries, fine-tuning.</summary>
public static class Architectures
{
    public static CorpusProgram Autoencoder => new("healthy-autoencoder", TrainingTask.Reconstruction)
    {
        Truth = GroundTruth.Healthy(0.3),
        Data = seed => Samples.DigitRows(seed, 800).ToReconstruction(),
        Model = () => Net.Chain(Linear(64, 48), ReLU(), Linear(48, 12), Linear(12, 48), ReLU(), Linear(48, 64), Sigmoid()),
        Loss = () => MSELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.003),
        Epochs = 20,
    };

    public static CorpusProgram Denoising => Autoencoder with
    {
        Name = "healthy-denoising-autoencoder",
        Forward = (model, input) => ((Sequential)model).call(model.training ? input + (0.1 * randn_like(input)) : input),
        Model = () => Net.Chain(Linear(64, 24), Tanh(), Linear(24, 64)),
    };

    public static CorpusProgram Convolutional => new("healthy-cnn", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Healthy(0.7),
        Data = seed => Samples.DigitImages(seed),
        Model = () => Net.Chain(Conv2d(1, 16, 3, padding: 1), ReLU(), MaxPool2d(2), Conv2d(16, 32, 3, padding: 1), ReLU(), AvgPool2d(2, 2), Flatten(), Linear(128, 10)),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.004),
        Epochs = 10,
    };

    public static CorpusProgram LongShortTerm => Sequence("healthy-lstm", () => LSTM(8, 32, batchFirst: true));

    public static CorpusProgram Gated => Sequence("healthy-gru", () => GRU(8, 32, batchFirst: true));

    public static CorpusProgram Recurrent => Sequence("healthy-rnn", () => RNN(8, 32, batchFirst: true));

    public static CorpusProgram Transformer => Convolutional with
    {
        Name = "healthy-transformer",
        Data = seed => Samples.Digits(seed).Reshape(8, 8),
        Model = () => new SmallTransformer(8, 8, 32, 10),
        Epochs = 15,
    };

    /// <summary>The next letter of a small language with rules.</summary>
    public static CorpusProgram NextLetter => new("healthy-language-model", TrainingTask.LanguageModeling)
    {
        Truth = GroundTruth.Healthy(0.2),
        Data = seed => Text(seed, 1500),
        Model = () => new NextSymbol(12, 3, 8),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.003),
        Epochs = 10,
    };

    public static CorpusProgram Ratings => new("healthy-embeddings", TrainingTask.Regression)
    {
        Truth = GroundTruth.Healthy(0.5),
        Data = Products,
        Model = () => new Factorization(40, 30, 4),
        Loss = () => MSELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.02),
        Epochs = 25,
    };

    /// <summary>The first layers come trained and stay frozen; only the head learns.</summary>
    public static CorpusProgram FineTuning => Convolutional with
    {
        Name = "healthy-fine-tuning",
        Data = seed => Samples.Digits(seed),
        Model = () =>
        {
            var model = Net.Perceptron(() => ReLU(), 64, 128, 64, 10);
            foreach (var (name, parameter) in model.named_parameters().Where(p => p.name.StartsWith('0')))
            {
                parameter.requires_grad = false;
            }

            return model;
        },
        Optimizer = model => optim.Adam(model.parameters().Where(p => p.requires_grad), 0.003),
    };

    public static CorpusProgram Adversaries => new("healthy-gan", TrainingTask.Adversarial)
    {
        Truth = GroundTruth.Healthy(null),
        Data = seed => Generated.Circles(seed, 600, 0.03).Split(seed, 1).ToValues(),
        Model = () => new AdversarialPair(4, 2),
        Optimizer = model => optim.Adam(((AdversarialPair)model).Generator.parameters(), 0.001, 0.5),
        SecondOptimizer = model => optim.Adam(((AdversarialPair)model).Discriminator.parameters(), 0.001, 0.5),
        Step = Duel,
        Skill = _ => null,
        Validates = false,
        BatchSize = 64,
        Epochs = 40,
    };

    private static CorpusProgram Sequence(string name, Func<Module> recurrent) => Convolutional with
    {
        Name = name,
        Data = seed => Samples.Digits(seed).Reshape(8, 8),
        Model = () => new SequenceClassifier(recurrent(), 32, 10),
        Optimizer = model => optim.Adam(model.parameters(), 0.005),
        BeforeUpdate = state => nn.utils.clip_grad_norm_(state.Model.parameters(), 1),
        Epochs = 12,
    };

    private static Tensor Duel(TrainingState state, TrainingBatch batch)
    {
        var pair = (AdversarialPair)state.Model;
        long n = batch.Size;
        foreach (var optimizer in state.Optimizers)
        {
            optimizer.zero_grad();
        }

        var fake = pair.Generator.call(randn(n, 4));
        var judged = functional.binary_cross_entropy_with_logits(pair.Discriminator.call(batch.Input), ones(n, 1))
            + functional.binary_cross_entropy_with_logits(pair.Discriminator.call(fake.detach()), zeros(n, 1));
        judged.backward();
        state.Update(state.Optimizers[1]);
        var fooled = functional.binary_cross_entropy_with_logits(pair.Discriminator.call(fake), ones(n, 1));
        fooled.backward();
        state.Update();
        return fooled;
    }

    // Each letter follows from the last two by a fixed rule, four times out of five.
    private static TrainingData Text(int seed, int length)
    {
        var random = new Random(seed);
        var letters = new int[length];
        for (int i = 2; i < length; i++)
        {
            letters[i] = random.NextDouble() < 0.8 ? ((3 * letters[i - 1]) + letters[i - 2] + 1) % 12 : random.Next(12);
        }

        int rows = length - 3;
        float[] x = [.. Enumerable.Range(0, rows).SelectMany(i => letters.Skip(i).Take(3)).Select(letter => (float)letter)];
        return new Dataset("text", DatasetKind.Classes, x, 3, [.. letters.Skip(3).Select(letter => (float)letter)]).Split(seed).ToClasses();
    }

    private static TrainingData Products(int seed)
    {
        var random = new Random(seed);
        double[] rows = [.. Enumerable.Range(0, 40).Select(_ => Generated.Normal(random))];
        double[] columns = [.. Enumerable.Range(0, 30).Select(_ => Generated.Normal(random))];
        float[] x = [.. Enumerable.Range(0, 900).SelectMany(_ => new[] { (float)random.Next(40), random.Next(30) })];
        float[] y = [.. x.Chunk(2).Select(pair => (float)((rows[(int)pair[0]] * columns[(int)pair[1]]) + (0.1 * Generated.Normal(random))))];
        return new Dataset("ratings", DatasetKind.Values, x, 2, y).Split(seed).ToValues();
    }
}
