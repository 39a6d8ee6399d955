namespace TrainingDoctor.Corpus.Ill;

/// <summary>Weights that do not move, move alike, start wrong, or are held down.</summary>
public static class Weights
{
    /// <summary>The optimizer holds the parameters of another model.</summary>
    public static CorpusProgram WrongOptimizer => Base with
    {
        Name = "ill-optimizer-of-other-model",
        Truth = GroundTruth.Ill([Cause.WrongOptimizerParameters], "unchanged-weights", "unregistered-parameters") with
        {
            // The optimizer clears no gradient that it does not hold, so that these add up as well.
            Contributing = ["accumulating-gradient"],
            Acceptable = [.. Symptoms.NoProgress, "undersized-update"],
        },
        Optimizer = _ => optim.Adam(Net.Perceptron(() => ReLU(), 64, 64, 32, 10).parameters(), 0.003),
    };

    /// <summary>The optimizer was given the head alone.</summary>
    public static CorpusProgram HeadOnly => Base with
    {
        Name = "ill-optimizer-of-head-only",
        Truth = GroundTruth.Ill([Cause.WrongOptimizerParameters], "unchanged-weights", "unregistered-parameters") with
        {
            // The optimizer clears no gradient that it does not hold, so that these add up as well.
            Contributing = ["accumulating-gradient"],
            Acceptable = [.. Symptoms.NoProgress, "undersized-update"],
        },
        Optimizer = model => optim.Adam(model.named_parameters().Where(p => p.name.StartsWith('4')).Select(p => p.parameter), 0.003),
    };

    public static CorpusProgram LayersInArray => Base with
    {
        Name = "ill-layers-in-array",
        Truth = GroundTruth.Ill([Cause.WrongOptimizerParameters], "unregistered-parameters") with { Contributing = ["layer-not-observed"], Acceptable = Symptoms.NoProgress },
        Model = () => new ArrayKeeper(),
    };

    /// <summary>Everything starts at zero.</summary>
    public static CorpusProgram AllZero => Base with
    {
        Name = "ill-zero-weights",
        Truth = GroundTruth.Ill([Cause.PoorInitialization], "symmetric-units", "poor-initialization") with
        {
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, "missing-gradient"],
        },
        Model = () => Net.Chain(Keras.Dense(64, 64, Zero), ReLU(), Keras.Dense(64, 32, Zero), ReLU(), Keras.Dense(32, 10, Zero)),
    };

    /// <summary>Ten layers from weights of a ten-thousandth.</summary>
    public static CorpusProgram TinyWeights => Base with
    {
        Name = "ill-tiny-weights",
        Truth = GroundTruth.Ill([Cause.PoorInitialization], "poor-initialization", "vanishing-gradient") with
        {
            Contributing = ["initialization-mismatch"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Model = () => Net.Chain([.. Net.Repeat(6, i => [Keras.Dense(64, 64, Tiny), ReLU()]), Keras.Dense(64, 10, Tiny)]),
        Optimizer = model => optim.SGD(model.parameters(), 0.05),
    };

    /// <summary>GroupNorm as the library leaves it (0.107.0): weights that were never written. The memory is filled with what old memory may hold, so that every run is alike.</summary>
    public static CorpusProgram UnsetNormalization => Healthy.Normalizations.Group with
    {
        Name = "ill-unset-group-norm",
        Truth = GroundTruth.Ill([Cause.PoorInitialization], "poor-initialization") with
        {
            Contributing = ["non-finite-weights", "exploding-activation"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers, .. Symptoms.NoProgress],
        },
        Model = () =>
        {
            var unset = GroupNorm(4, 8);
            using (no_grad())
            {
                unset.weight!.copy_(tensor(new[] { 1e-38f, 4e8f, 0f, -2.5e12f, 3e-41f, 7e20f, 0f, 1e-30f }));
                unset.bias!.zero_();
            }

            return Net.Chain(Conv2d(1, 8, 3, padding: 1), unset, ReLU(), MaxPool2d(2), Flatten(), Linear(128, 10));
        },
    };

    /// <summary>A weight decay of 2 in Adam.</summary>
    public static CorpusProgram StrongDecay => Base with
    {
        Name = "ill-strong-decay",
        Truth = GroundTruth.Ill([Cause.ExcessiveRegularization], "dominant-regularization", "underfitting") with { Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers] },
        Optimizer = model => optim.Adam(model.parameters(), 0.003, weight_decay: 2),
    };

    /// <summary>Xavier weights in a deep rectified stack.</summary>
    public static CorpusProgram XavierForRelu => Base with
    {
        Name = "ill-xavier-for-relu",
        Truth = GroundTruth.Ill([Cause.PoorInitialization], "initialization-mismatch", "poor-initialization") with
        {
            CaughtAt = Severity.Info,
            Contributing = ["vanishing-gradient"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Model = () => Net.Chain([.. Net.Repeat(14, i => [Keras.Dense(64, 64), ReLU()]), Keras.Dense(64, 10)]),
    };

    private static CorpusProgram Base => Healthy.Activations.Rectified;

    private static void Zero(Tensor weight) => init.zeros_(weight);

    private static void Tiny(Tensor weight) => init.normal_(weight, 0, 1e-4);
}
