namespace TrainingDoctor.Corpus.Published;

/// <summary>AT-OK-config_random, AT-OK-model_random: tanh stacks on three clouds, normal by AUTOTRAINER's count.</summary>
public static class BlobsTanh
{
    public static CorpusProgram Adagrad => new("AT-OK-config_random_a8640f1a", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Healthy(0.5),
        Data = seed => Generated.Blobs(seed).Split(seed, 0.7).ToClasses(),
        Model = () => Net.Chain([.. Net.Repeat(5, i => [Keras.Dense(i == 0 ? 2 : 5, 5, Keras.HeUniform), Tanh()]), Keras.Dense(5, 3), Sigmoid()]),
        ComputeLoss = Losses.RenormalizedCrossEntropy,
        Optimizer = model => optim.Adagrad(model.parameters(), 0.1),
        BatchSize = 64,
        Epochs = 80,
    };

    public static CorpusProgram Deep => Adagrad with
    {
        Name = "AT-OK-model_random_953b07b0",
        Model = () => Net.Chain([.. Net.Repeat(17, i => [Keras.Dense(i == 0 ? 2 : 5, 5, Keras.HeUniform), Tanh()]), Keras.Dense(5, 3), Sigmoid()]),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 256,
        Epochs = 300,
    };
}
