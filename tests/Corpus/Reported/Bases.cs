using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Reported;

/// <summary>The small sound programs that reported faults are put into.</summary>
internal static class Bases
{
    /// <summary>Digits, a perceptron, cross entropy as a module.</summary>
    internal static CorpusProgram Digits => new("base-digits", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Healthy(0.6),
        Data = seed => Samples.Digits(seed, 600),
        Model = () => Net.Perceptron(() => ReLU(), 64, 48, 10),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.004),
        Epochs = 8,
    };

    /// <summary>The same with the loss written as a function, which the monitor is not given.</summary>
    internal static CorpusProgram DigitsByFunction => Digits with { Loss = null, ComputeLoss = (output, target) => functional.cross_entropy(output, target) };

    /// <summary>Digits through batch normalisation, from raw pixels, so that its statistics matter.</summary>
    internal static CorpusProgram Normalized => Digits with { Data = seed => Samples.Digits(seed, 600).Map(x => x * 16), Model = () => Net.Chain(Linear(64, 48), BatchNorm1d(48), ReLU(), Linear(48, 10)) };

    internal static CorpusProgram Table => new("base-table", TrainingTask.Regression)
    {
        Truth = GroundTruth.Healthy(0.3),
        Data = seed => RealData.Diabetes().Standardize().StandardizeTargets().Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => ReLU(), 10, 16, 1),
        Loss = () => MSELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.005),
        Epochs = 10,
    };

    internal static CorpusProgram Tumours => new("base-tumours", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Healthy(0.7),
        Data = seed => RealData.BreastCancer().Standardize().Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => ReLU(), 30, 16, 1),
        Loss = () => BCEWithLogitsLoss(),
        Threshold = 0,
        Optimizer = model => optim.Adam(model.parameters(), 0.004),
        Epochs = 8,
    };

    /// <summary>The next letter at every place of a text, with a recurrent network: targets are the inputs, one place on.</summary>
    internal static CorpusProgram Letters => new("base-letters", TrainingTask.LanguageModeling)
    {
        Truth = GroundTruth.Healthy(0.15),
        Data = seed => Tokens.Shifted(seed, 1),
        Model = () => new TokenModel(12),
        ComputeLoss = (output, target) => functional.cross_entropy(output.flatten(0, 1), target.flatten()),
        Optimizer = model => optim.Adam(model.parameters(), 0.01),
        BatchSize = 20,
        Epochs = 12,
    };

    /// <summary>Sentences of different lengths, filled up; places after the end are ignored.</summary>
    internal static CorpusProgram Sentences => Letters with
    {
        Data = seed => Tokens.Sentences(seed, end: 1, pad: 0, ignored: -100),
        ComputeLoss = (output, target) => functional.cross_entropy(output.flatten(0, 1), target.flatten(), ignore_index: -100),
    };

    /// <summary>Rows of a digit as a sequence, batch first, into a recurrent network.</summary>
    internal static CorpusProgram Rows(Func<Module<Tensor, Tensor>> model) => Digits with { Data = seed => Samples.Digits(seed, 600).Reshape(8, 8), Model = () => model(), Optimizer = m => optim.Adam(m.parameters(), 0.008), Truth = GroundTruth.Healthy(0.4) };

    /// <summary>Changes the held-back samples only.</summary>
    internal static TrainingData MapValidation(this TrainingData data, Func<TrainingBatch, TrainingBatch> change) => data with { Validation = change(data.Validation!) };

    /// <summary>Puts rows into another order.</summary>
    internal static Tensor Permuted(this Tensor rows, int seed)
    {
        long[] order = [.. Enumerable.Range(0, (int)rows.shape[0]).Select(i => (long)i)];
        new Random(seed + 17).Shuffle(order);
        return rows.index_select(0, tensor(order));
    }
}
