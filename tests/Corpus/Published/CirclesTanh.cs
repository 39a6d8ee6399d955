namespace TrainingDoctor.Corpus.Published;

/// <summary>AT-OK-model_random: five tanh layers on two circles: normal by AUTOTRAINER's count, although its gradient ratio alone would say otherwise.</summary>
public static class CirclesTanh
{
    public static CorpusProgram Narrow => new("AT-OK-model_random_5057d0d1", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Healthy(0.5),
        Data = seed => Generated.Circles(seed).Split(seed, 0.7).ToValues(),
        Model = () => Net.Chain([.. Net.Repeat(5, i => [Keras.Dense(i == 0 ? 2 : 5, 5, Keras.HeUniform), Tanh()]), Keras.Dense(5, 1, Keras.Normal), Sigmoid()]),
        Loss = () => BCELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 128,
        Epochs = 250,
    };

    public static CorpusProgram ZeroOutput => Narrow with
    {
        Name = "AT-OK-model_random_9a5b1683",
        Model = () => Net.Chain([.. Net.Repeat(5, i => [Keras.Dense(i == 0 ? 2 : 5, 5, Keras.HeUniform), Tanh()]), Keras.Dense(5, 1, weight => init.zeros_(weight)), Sigmoid()]),
    };
}
