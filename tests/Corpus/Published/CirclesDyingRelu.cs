namespace TrainingDoctor.Corpus.Published;

/// <summary>AT-CIRCLE-e8a6e959: seventeen layers of five rectified units each: most of them die.</summary>
public static class CirclesDyingRelu
{
    public static CorpusProgram Ill => new("AT-CIRCLE-e8a6e959", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill([Cause.DyingRelu, Cause.TooDeepWithoutSkip, Cause.MissingNormalization], "dead-units").WhenSkillBelow(0.3) with
        {
            Contributing = ["collapsed-activation", "vanishing-gradient"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = seed => Generated.Circles(seed).Split(seed, 0.7).ToValues(),
        Model = () => Net.Chain([.. Net.Repeat(17, i => [Keras.Dense(i == 0 ? 2 : 5, 5, Keras.HeUniform), ReLU()]), Keras.Dense(5, 1), Sigmoid()]),
        Loss = () => BCELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 128,
        Epochs = 60,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "AT-CIRCLE-e8a6e959/fix",
        Truth = GroundTruth.Healthy(0.5),
        Model = () => Net.Chain([.. Net.Repeat(5, i => [Keras.Dense(i == 0 ? 2 : 16, 16, Keras.HeUniform), LeakyReLU(0.1)]), Keras.Dense(16, 1), Sigmoid()]),
        Optimizer = model => optim.Adam(model.parameters(), 0.005),
    };
}
