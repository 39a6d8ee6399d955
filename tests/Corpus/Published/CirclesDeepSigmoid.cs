namespace TrainingDoctor.Corpus.Published;

/// <summary>AT-CIRCLE-5ab0aeda: eleven sigmoid layers on two circles.</summary>
public static class CirclesDeepSigmoid
{
    public static CorpusProgram Ill => new("AT-CIRCLE-5ab0aeda", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill([Cause.SaturatingActivation, Cause.TooDeepWithoutSkip, Cause.MissingNormalization], "vanishing-gradient") with
        {
            Contributing = ["deep-saturating-stack"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, "initialization-mismatch", "poor-initialization"],
        },
        Data = seed => Generated.Circles(seed).Split(seed, 0.7).ToValues(),
        Model = () => Net.Chain([.. Net.Repeat(11, i => [Keras.Dense(i == 0 ? 2 : 5, 5, Keras.HeUniform), Sigmoid()]), Keras.Dense(5, 1), Sigmoid()]),
        Loss = () => BCELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 128,
        Epochs = 60,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "AT-CIRCLE-5ab0aeda/fix",
        Truth = GroundTruth.Healthy(0.5),
        Model = () => Net.Chain([.. Net.Repeat(4, i => [Keras.Dense(i == 0 ? 2 : 12, 12, Keras.HeUniform), SiLU()]), Keras.Dense(12, 1), Sigmoid()]),
        Optimizer = model => optim.Adam(model.parameters(), 0.01),
    };
}
