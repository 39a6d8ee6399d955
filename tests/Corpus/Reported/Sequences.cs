using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Reported;

/// <summary>Inputs and targets of sequences that do not lie beside each other as they should, and axes that are exchanged.</summary>
public static class Sequences
{
    /// <summary>The data set shifts the labels, and the loop shifts them again.</summary>
    public static TwinPrograms ShiftedTwice => Twin("shifted-twice", Bases.Letters, GroundTruth.Ill([Cause.LabelError], "shifted-target"), p => p with { Data = seed => Tokens.Shifted(seed, 2) });

    /// <summary>The same with the loss as a module, which takes letters before places.</summary>
    public static TwinPrograms ShiftedTwiceModule => Twin("shifted-twice-module", ByModule, GroundTruth.Ill([Cause.LabelError], "shifted-target"), p => p with { Data = seed => Tokens.Shifted(seed, 2) });

    /// <summary>Targets are shifted the wrong way: the letter before the last is asked for.</summary>
    public static TwinPrograms ShiftedBackwards => Twin("shifted-backwards", Bases.Letters, GroundTruth.Ill([Cause.LabelError], "shifted-target", "copied-target"), p => p with
    {
        Data = seed => Tokens.Shifted(seed, 1) is var d ? new(Exchange(d.Training), Exchange(d.Validation!)) : d,
    });

    /// <summary>Nobody shifts: the model is asked for what it is given, and is soon perfect.</summary>
    public static TwinPrograms Copied => Twin("not-shifted", Bases.Letters, GroundTruth.Ill([Cause.DataLeak, Cause.LabelError], "copied-target"), p => p with { Data = seed => Tokens.Shifted(seed, 0) });

    public static TwinPrograms CopiedModule => Twin("not-shifted-module", ByModule, GroundTruth.Ill([Cause.DataLeak, Cause.LabelError], "copied-target"), p => p with { Data = seed => Tokens.Shifted(seed, 0) });

    /// <summary>The column to predict was left among the features.</summary>
    public static TwinPrograms TargetAmongFeatures => Twin("target-among-features", Bases.Table with { Model = () => Net.Perceptron(() => ReLU(), 11, 16, 1), Data = seed => Widened(seed, y => y.Permuted(seed)) }, GroundTruth.Ill([Cause.DataLeak], "copied-target", "suspicious-validation"), p => p with
    {
        Data = seed => Widened(seed, y => y),
        Epochs = 20,
    });

    /// <summary>The class was left among the features of a classifier.</summary>
    public static TwinPrograms ClassAmongFeatures => Twin("class-among-features", Bases.Tumours with { Model = () => Net.Perceptron(() => ReLU(), 31, 16, 1), Data = seed => WithColumn(Bases.Tumours.Data(seed), y => y.Permuted(seed)) }, GroundTruth.Ill([Cause.DataLeak], "copied-target", "suspicious-validation"), p => p with
    {
        Data = seed => WithColumn(Bases.Tumours.Data(seed), y => y),
    });

    /// <summary>Padding counts as letters to predict, and is most of what is predicted.</summary>
    public static TwinPrograms PaddingCounts => Twin("padding-in-loss", Bases.Sentences, Padding(), p => p with
    {
        Data = seed => Tokens.Sentences(seed, end: 1, pad: 0, ignored: 0),
    });

    public static TwinPrograms PaddingCountsModule => Twin("padding-in-loss-module", ByModule with
    {
        Data = seed => Tokens.Sentences(seed, end: 1, pad: 0, ignored: 0),
        Loss = () => CrossEntropyLoss(ignore_index: 0),
        Skill = _ => null,
        Truth = GroundTruth.Healthy(null),
    }, Padding(), p => p with { Loss = () => CrossEntropyLoss() });

    /// <summary>Samples before places into a recurrent network that takes places first.</summary>
    public static TwinPrograms SwappedLong => Swapped("lstm-batch-second", first => new SequenceClassifier(LSTM(8, 24, batchFirst: first), 24, 10));

    public static TwinPrograms SwappedGated => Swapped("gru-batch-second", first => new SequenceClassifier(GRU(8, 24, batchFirst: first), 24, 10));

    public static TwinPrograms SwappedRecurrent => Swapped("rnn-batch-second", first => new SequenceClassifier(RNN(8, 24, batchFirst: first), 24, 10));

    /// <summary>Attention over the samples of the batch in place of the places.</summary>
    public static TwinPrograms SwappedAttention => Swapped("attention-over-batch", first => new AttentionClassifier(first));

    /// <summary>Positions run along the batch: all rows of a digit have the same, and each digit another one.</summary>
    public static TwinPrograms PositionsAlongTheBatch => Twin(
        "positions-along-batch", Bases.Rows(() => new PositionedClassifier(true)), GroundTruth.Ill([Cause.SwappedAxes], "mixed-samples") with { Acceptable = [.. Symptoms.NoProgress, "overfitting"] },
        p => p with { Model = () => new PositionedClassifier(false) });

    /// <summary>Every place of some samples is masked: the softmax has nothing to choose from.</summary>
    public static TwinPrograms MaskedRows => Twin("fully-masked-attention", Bases.Rows(() => new AttentionClassifier(true, Unused)), GroundTruth.Ill([Cause.NumericOverflow, Cause.CorruptData], "fully-masked-attention", "non-finite-activation") with { Acceptable = Symptoms.Explosion }, p => p with
    {
        Model = () => new AttentionClassifier(true, x => x.sum(2).lt(x.sum([1L, 2L]).reshape(-1, 1).gt(18).to_type(ScalarType.Float32) * 100)),
        Skill = _ => null,
    });

    /// <summary>A recurrent network that takes places first, and is given them so.</summary>
    public static CorpusProgram PlacesFirst => Bases.Rows(() => Net.Chain(new Function("places first", x => x.transpose(0, 1)), new LastState())) with { Name = "reported-sound-places-first" };

    /// <summary>As many samples as places: the sizes tell nothing, and nothing is wrong.</summary>
    public static CorpusProgram Square => Bases.Rows(() => new SequenceClassifier(GRU(8, 24, batchFirst: true), 24, 10)) with { Name = "reported-sound-square-batch", BatchSize = 8, Epochs = 4 };

    /// <summary>A sign begins every sentence; it is never a target, and need not be.</summary>
    public static CorpusProgram BeginSign => Bases.Sentences with { Name = "reported-sound-begin-sign", Data = seed => Tokens.Sentences(seed, end: 1, pad: 0, ignored: -100, begin: true) };

    /// <summary>Tags of words, most of which are the tag of no importance: no padding.</summary>
    public static CorpusProgram Tags => Bases.Letters with { Name = "reported-sound-tags", Data = seed => Tokens.Shifted(seed, 1) is var d ? new(Tagged(d.Training), Tagged(d.Validation!)) : d, Truth = GroundTruth.Healthy(null) };

    /// <summary>Some letters are hidden, and those are asked for.</summary>
    public static CorpusProgram HiddenLetters => Bases.Sentences with
    {
        Name = "reported-sound-hidden-letters",
        Data = seed => Tokens.Shifted(seed, 1) is var d ? new(Hidden(d.Training), Hidden(d.Validation!)) : d,
        Model = () => new TokenModel(13),
        Epochs = 8,
        Skill = _ => null,
        Truth = GroundTruth.Healthy(null),
    };

    private static CorpusProgram ByModule => Bases.Letters with { Loss = () => CrossEntropyLoss(), ComputeLoss = null, Model = () => new TokenModel(12, o => o.transpose(1, 2)) };

    private static GroundTruth Padding() => GroundTruth.Ill([Cause.LabelError, Cause.WrongLoss], "padding-in-loss") with { Acceptable = ["class-imbalance"] };

    private static TwinPrograms Swapped(string name, Func<bool, Module<Tensor, Tensor>> model) => Twin(
        name, Bases.Rows(() => model(true)), GroundTruth.Ill([Cause.SwappedAxes], "swapped-axes") with { Acceptable = [.. Symptoms.NoProgress, "overfitting"] }, p => p with { Model = () => model(false) });

    // Rows without ink are no part of the sequence.
    private static Tensor Unused(Tensor input) => input.sum(2).lt(0.2);

    private static TrainingBatch Exchange(TrainingBatch batch) => new(batch.Target, batch.Input);

    private static TrainingData Widened(int seed, Func<Tensor, Tensor> column) => WithColumn(Bases.Table.Data(seed), column);

    private static TrainingData WithColumn(TrainingData data, Func<Tensor, Tensor> column)
    {
        return new TrainingData(With(data.Training), With(data.Validation!));
        TrainingBatch With(TrainingBatch batch) => batch with { Input = cat([batch.Input, column(batch.Target)], 1) };
    }

    private static TrainingBatch Tagged(TrainingBatch batch) => batch with { Target = where(batch.Input.eq(3), 1, where(batch.Input.eq(7), 2, batch.Input * 0)) };

    private static TrainingBatch Hidden(TrainingBatch batch)
    {
        var hidden = rand(batch.Input.shape) < 0.2;
        return new TrainingBatch(where(hidden, (batch.Input * 0) + 12, batch.Input), where(hidden, batch.Input, (batch.Input * 0) - 100));
    }

    private static TwinPrograms Twin(string name, CorpusProgram sound, GroundTruth truth, Func<CorpusProgram, CorpusProgram> fault) => TwinPrograms.Reported(name, sound, truth, fault);

    private sealed class LastState : Module<Tensor, Tensor>
    {
        private readonly GRU _recurrent = GRU(8, 24);
        private readonly Linear _head = Linear(24, 10);

        public LastState()
            : base(nameof(LastState)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _head.call(_recurrent.call(input, null).Item1[-1]);
    }
}
