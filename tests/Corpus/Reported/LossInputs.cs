using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Reported;

/// <summary>What goes into the loss is not what the loss takes: outputs of another kind, targets of another form.</summary>
public static class LossInputs
{
    private static readonly Cause[] _output = [Cause.WrongOutputActivation, Cause.WrongLoss];
    private static readonly string[] _mismatch = ["output-loss-mismatch", "implausible-loss"];

    /// <summary>Kullback-Leibler divergence of probabilities, where it takes their logarithms.</summary>
    public static TwinPrograms DivergenceOfProbabilities => Twin("kl-of-probabilities", Divergence(o => o.log_softmax(1)), Output(), _ => Divergence(o => o.softmax(1)));

    public static TwinPrograms DivergenceOfLogits => Twin("kl-of-logits", Divergence(o => o.log_softmax(1)), Output(), _ => Divergence(o => o.alias()));

    /// <summary>The same with the module, and the softmax as a layer.</summary>
    public static TwinPrograms DivergenceModule => Twin("kl-module-of-probabilities", SoftTargets with
    {
        Model = () => Net.Chain(Linear(64, 48), ReLU(), Linear(48, 10), LogSoftmax(1)),
        Loss = () => KLDivLoss(false, Reduction.Sum),
        Optimizer = model => optim.Adam(model.parameters(), 0.002),
    }, Output(), p => p with { Model = () => Net.Chain(Linear(64, 48), ReLU(), Linear(48, 10), Softmax(1)) });

    /// <summary>Negative log likelihood of raw logits: the loss falls for ever, below zero.</summary>
    public static TwinPrograms LikelihoodOfLogits => Twin("nll-of-logits", Likelihood(o => o.log_softmax(1)), Output(), _ => Likelihood(o => o.alias()));

    /// <summary>Negative log likelihood of probabilities: the loss lies between -1 and 0.</summary>
    public static TwinPrograms LikelihoodOfProbabilities => Twin("nll-of-probabilities", Likelihood(o => o.log_softmax(1)), Output(), _ => Likelihood(o => o.softmax(1)));

    public static TwinPrograms LikelihoodModule => Twin("nll-module-of-logits", Bases.Digits with { Model = () => Net.Chain(Linear(64, 48), ReLU(), Linear(48, 10), LogSoftmax(1)), Loss = () => NLLLoss() }, Output(), p => p with
    {
        Model = () => Net.Chain(Linear(64, 48), ReLU(), Linear(48, 10)),
    });

    /// <summary>The softmax is a function in the model's forward pass, the cross entropy one in the loop: neither is a module.</summary>
    public static TwinPrograms HiddenSoftmax => Twin("functional-softmax-and-cross-entropy", Bases.DigitsByFunction, Output(), p => p with
    {
        Model = () => Net.Chain(Linear(64, 48), ReLU(), Linear(48, 10), new Function("last", x => x.softmax(1))),
    });

    public static TwinPrograms HiddenSigmoid => Twin("functional-sigmoid-and-bce-logits", Bases.Tumours with
    {
        Loss = null,
        ComputeLoss = (o, t) => functional.binary_cross_entropy_with_logits(o, t),
    }, Output(), p => p with { Model = () => Net.Chain(Linear(30, 16), ReLU(), Linear(16, 1), new Function("last", x => x.sigmoid())) });

    /// <summary>Several ones in a row, given to a loss for one class of many.</summary>
    public static TwinPrograms SeveralOnes => Twin("several-ones-and-cross-entropy", new("base-topics", TrainingTask.MultilabelClassification)
    {
        Truth = GroundTruth.Healthy(0.3),
        Data = seed => Generated.Topics(seed, 800).Map(counts => (counts - 2.5) / 2.5),
        Model = () => Net.Perceptron(() => ReLU(), 20, 32, 3),
        Loss = () => BCEWithLogitsLoss(),
        Threshold = 0,
        Optimizer = model => optim.Adam(model.parameters(), 0.005),
        Epochs = 8,
    }, GroundTruth.Ill([Cause.WrongLoss, Cause.LabelError], "invalid-target", "output-loss-mismatch"), p => p with { Loss = () => CrossEntropyLoss() });

    public static TwinPrograms SeveralOnesByFunction => Twin("several-ones-and-cross-entropy-function", SeveralOnes.Sound with
    {
        Loss = null,
        ComputeLoss = (o, t) => functional.binary_cross_entropy_with_logits(o, t),
    }, SeveralOnes.Ill.Truth, p => p with { ComputeLoss = (o, t) => functional.cross_entropy(o, t) });

    /// <summary>Masks of 0 and 255 for a loss of yes and no.</summary>
    public static TwinPrograms ByteMasks => Twin("masks-of-255", Masks, GroundTruth.Ill([Cause.LabelError, Cause.UnscaledData, Cause.WrongLoss, Cause.CorruptData], "invalid-target", "output-loss-mismatch"), p => p with
    {
        Data = seed => Masks.Data(seed).MapTargets(y => y * 255),
    });

    public static TwinPrograms ByteMasksByFunction => Twin("masks-of-255-function", Masks with { Loss = null, ComputeLoss = (o, t) => functional.binary_cross_entropy_with_logits(o, t) }, ByteMasks.Ill.Truth, p => p with
    {
        Data = seed => Masks.Data(seed).MapTargets(y => y * 255),
    });

    /// <summary>Hinge loss for labels of 0 and 1, where it takes -1 and 1: every 0 costs one, whatever is answered.</summary>
    public static TwinPrograms HingeOfZeros => Twin("hinge-of-zero-and-one", Bases.Tumours with
    {
        Loss = null,
        ComputeLoss = (o, t) => (1 - (((2 * t) - 1) * o)).relu().mean(),
    }, GroundTruth.Ill([Cause.LabelError, Cause.WrongLoss], "invalid-target", "output-loss-mismatch"), p => p with { ComputeLoss = (o, t) => (1 - (t * o)).relu().mean() });

    /// <summary>A row of targets against a column of outputs, in a function.</summary>
    public static TwinPrograms BroadcastFunction => Twin("broadcast-function", Bases.Table with { Loss = null, ComputeLoss = (o, t) => functional.mse_loss(o, t) }, GroundTruth.Ill([Cause.WrongLoss, Cause.LabelError, Cause.CorruptData], "invalid-target"), p => p with
    {
        Data = seed => RealData.Diabetes().Standardize().StandardizeTargets().Split(seed).ToFlatValues(),
        Skill = _ => null,
    });

    /// <summary>Absolute errors, written out: (o - t).abs().mean().</summary>
    public static TwinPrograms BroadcastByHand => Twin("broadcast-by-hand", Bases.Table with { Loss = null, ComputeLoss = (o, t) => (o - t).abs().mean() }, BroadcastFunction.Ill.Truth, p => p with
    {
        Data = seed => RealData.Diabetes().Standardize().StandardizeTargets().Split(seed).ToFlatValues(),
        Skill = _ => null,
    });

    /// <summary>Summed over the batch, in a function: the first loss is 32 times what a guess costs.</summary>
    public static TwinPrograms SummedFunction => Twin("summed-cross-entropy-function", Descending, Summed(), p => p with { ComputeLoss = (o, t) => functional.cross_entropy(o, t, reduction: Reduction.Sum) });

    /// <summary>Squared errors, summed by hand.</summary>
    public static TwinPrograms SummedByHand => Twin("summed-squares-by-hand", Bases.Table with
    {
        Loss = null,
        ComputeLoss = (o, t) => (o - t).square().mean(),
        Optimizer = m => optim.SGD(m.parameters(), 0.05),
    }, Summed(), p => p with { ComputeLoss = (o, t) => (o - t).square().sum() });

    /// <summary>Every label is the one that the loss ignores: nothing is left to learn, and the mean over nothing is not a number.</summary>
    public static TwinPrograms AllIgnored => Twin("all-targets-ignored", Bases.Sentences, Ignored(), p => p with { Data = seed => Bases.Sentences.Data(seed).MapTargets(t => (t * 0) - 100), Skill = _ => null });

    /// <summary>Another value than -100, which the criterion was told of.</summary>
    public static TwinPrograms AllIgnoredByIndex => Twin("all-targets-ignored-255", Bases.Digits with { Loss = () => CrossEntropyLoss(ignore_index: 255) }, Ignored(), p => p with
    {
        Data = seed => Samples.Digits(seed, 600).MapTargets(t => (t * 0) + 255),
        Skill = _ => null,
    });

    /// <summary>Long prompts leave some batches without an answer: the loss is now and then no number.</summary>
    public static TwinPrograms SomeIgnored => Twin("some-batches-ignored", Bases.Sentences with { BatchSize = 4, Epochs = 4 }, Ignored(), p => p with
    {
        Data = seed => Bases.Sentences.Data(seed).MapTargets(t => where(rand(t.shape[0], 1) < 0.6, (t * 0) - 100, t)),
        Skill = _ => null,
    });

    /// <summary>Padding and end are one sign, and padding is ignored: the end is never learnt.</summary>
    public static TwinPrograms NoEnd => Twin("end-sign-is-padding", Bases.Sentences, GroundTruth.Ill([Cause.LabelError], "absent-target-class"), p => p with
    {
        Data = seed => Tokens.Sentences(seed, end: 1, pad: 1, ignored: -100),
        Skill = _ => null,
    });

    /// <summary>The same with a criterion that ignores the sign itself.</summary>
    public static TwinPrograms NoEndByIndex => Twin("end-sign-is-ignore-index", Bases.Sentences with
    {
        Data = seed => Tokens.Sentences(seed, end: 1, pad: 0, ignored: 0),
        Model = () => new TokenModel(12, o => o.transpose(1, 2)),
        Loss = () => CrossEntropyLoss(ignore_index: 0),
        ComputeLoss = null,
        Skill = _ => null,
        Truth = GroundTruth.Healthy(null),
    }, NoEnd.Ill.Truth, p => p with { Data = seed => Tokens.Sentences(seed, end: 0, pad: 0, ignored: 0) });

    /// <summary>Logits of (samples, places, letters) are reshaped to (samples, letters, places) where a transpose was meant.</summary>
    public static TwinPrograms ReshapedLogits => Twin("logits-reshaped-not-transposed", Bases.Letters with
    {
        Loss = () => CrossEntropyLoss(),
        ComputeLoss = null,
        Model = () => new TokenModel(12, o => o.transpose(1, 2)),
    }, GroundTruth.Ill([Cause.SwappedAxes, Cause.WrongLoss, Cause.LabelError], "swapped-axes", "output-loss-mismatch"), p => p with { Model = () => new TokenModel(12, o => o.reshape(o.shape[0], o.shape[2], o.shape[1])) });

    /// <summary>The same in the loop.</summary>
    public static TwinPrograms ReshapedInLoop => Twin("logits-reshaped-in-the-loop", Bases.Letters, ReshapedLogits.Ill.Truth, p => p with
    {
        ComputeLoss = (o, t) => functional.cross_entropy(o.reshape(o.shape[0], o.shape[2], o.shape[1]), t),
    });

    /// <summary>The exponential is taken twice: rates go into a loss that takes their logarithms.</summary>
    public static TwinPrograms PoissonOfRates => Twin("poisson-of-rates", Healthy.Regressions.Counts, GroundTruth.Ill(_output, _mismatch), p => p with
    {
        Model = () => Net.Chain(Linear(3, 16), SiLU(), Linear(16, 1), new Function("rate", x => x.exp())),
    });

    /// <summary>Four labels in five are ignored: the rest is learnt.</summary>
    public static CorpusProgram ManyIgnored => Bases.Digits with
    {
        Name = "reported-sound-many-ignored",
        Data = seed => Samples.Digits(seed, 900) is var d ? d with { Training = d.Training with { Target = where(rand(d.Training.Target.shape[0]) < 0.7, (d.Training.Target * 0) - 100, d.Training.Target) } } : d,
        Skill = _ => null,
        Truth = GroundTruth.Healthy(null),
        Epochs = 12,
    };

    /// <summary>Unknown pixels carry 255, which the criterion ignores.</summary>
    public static CorpusProgram IgnoredBorder => Bases.Digits with
    {
        Name = "reported-sound-ignored-255",
        Data = seed => Samples.DigitImages(seed, 300) is var d ? new(Segments(d.Training), Segments(d.Validation!)) : d,
        Model = () => Net.Chain(Conv2d(1, 8, 3, padding: 1), ReLU(), Conv2d(8, 3, 3, padding: 1)),
        Loss = () => CrossEntropyLoss(ignore_index: 255),
        Skill = _ => null,
        Truth = GroundTruth.Healthy(null),
        Score = (_, _) => null,
    };

    /// <summary>Log-probabilities into a cross entropy: the second softmax changes nothing.</summary>
    public static CorpusProgram LogProbabilities => Bases.DigitsByFunction with { Name = "reported-sound-log-softmax-and-cross-entropy", Model = () => Net.Chain(Linear(64, 48), ReLU(), Linear(48, 10), new Function("last", x => x.log_softmax(1))) };

    /// <summary>Soft labels that sum to one are targets that a cross entropy takes.</summary>
    public static CorpusProgram SoftLabels => SoftTargets with { Name = "reported-sound-soft-labels", Loss = () => CrossEntropyLoss() };

    /// <summary>A likelihood of densities may be negative.</summary>
    public static CorpusProgram Density => Bases.Table with
    {
        Name = "reported-sound-negative-likelihood",
        Data = seed => Generated.Curve(x => 0.5 * Math.Sin(2 * x), -2, 2, 300).Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => Tanh(), 1, 24, 2),
        Loss = null,
        ComputeLoss = (o, t) => (o[.., 1..2] + (0.5 * (o[.., ..1] - t).square() * (-2 * o[.., 1..2]).exp())).mean(),
        Optimizer = m => optim.Adam(m.parameters(), 0.01),
        Skill = _ => null,
        Truth = GroundTruth.Healthy(null),
    };

    /// <summary>The loss is divided by the number of batches that are accumulated, as it should be.</summary>
    public static CorpusProgram Divided => Bases.DigitsByFunction with { Name = "reported-sound-divided-loss", ComputeLoss = (o, t) => functional.cross_entropy(o, t) / 4 };

    private static CorpusProgram Descending => Bases.DigitsByFunction with { Optimizer = m => optim.SGD(m.parameters(), 0.2) };

    private static CorpusProgram SoftTargets => Bases.Digits with { Data = seed => Samples.DigitRows(seed, 600).ToOneHot(10).MapTargets(y => (0.9 * y) + 0.01) };

    internal static CorpusProgram Masks => Bases.Tumours with
    {
        Data = seed => Samples.DigitRows(seed, 400).ToReconstruction().MapTargets(y => y.gt(0.5).to_type(ScalarType.Float32)),
        Task = TrainingTask.MultilabelClassification,
        Truth = GroundTruth.Healthy(0.3),
        Model = () => Net.Perceptron(() => ReLU(), 64, 32, 64),
        Optimizer = m => optim.Adam(m.parameters(), 0.005),
    };

    private static CorpusProgram Divergence(Func<Tensor, Tensor> last) => SoftTargets with
    {
        Loss = null,
        ComputeLoss = (o, t) => functional.kl_div(o, t, false, Reduction.Sum) / t.shape[0],
        Model = () => Net.Chain(Linear(64, 48), ReLU(), Linear(48, 10), new Function("last", last)),
    };

    private static CorpusProgram Likelihood(Func<Tensor, Tensor> last) => Bases.Digits with
    {
        Loss = null,
        ComputeLoss = (o, t) => functional.nll_loss(o, t),
        Model = () => Net.Chain(Linear(64, 48), ReLU(), Linear(48, 10), new Function("last", last)),
    };

    private static GroundTruth Output() => GroundTruth.Ill(_output, _mismatch) with { Acceptable = [.. Symptoms.NoProgress, .. Symptoms.Explosion, .. Symptoms.DeadLayers] };

    private static GroundTruth Summed() => GroundTruth.Ill([Cause.WrongLoss, Cause.LearningRateTooHigh], "sum-reduced-loss") with { Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers] };

    private static GroundTruth Ignored() => GroundTruth.Ill([Cause.LabelError, Cause.CorruptData], "ignored-targets") with { Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers, "missing-gradient"] };

    private static TrainingBatch Segments(TrainingBatch images)
    {
        var image = images.Input.squeeze(1);
        var classes = image.gt(0.3).to_type(ScalarType.Int64) + image.gt(0.8).to_type(ScalarType.Int64);
        return images with { Target = where(image.gt(0.2).logical_and(image.lt(0.4)), (classes * 0) + 255, classes) };
    }

    private static TwinPrograms Twin(string name, CorpusProgram sound, GroundTruth truth, Func<CorpusProgram, CorpusProgram> fault) => TwinPrograms.Reported(name, sound, truth, fault);
}
