namespace TrainingDoctor.Corpus.Healthy;

/// <summary>The same perceptron under every optimizer, at rates at which it learns.</summary>
public static class Optimizers
{
    public static CorpusProgram PlainSgd => With("healthy-sgd", model => optim.SGD(model.parameters(), 0.1));

    public static CorpusProgram Momentum => With("healthy-momentum", model => optim.SGD(model.parameters(), 0.02, momentum: 0.9));

    public static CorpusProgram Nesterov => With("healthy-nesterov", model => optim.SGD(model.parameters(), 0.03, momentum: 0.9, nesterov: true));

    public static CorpusProgram AdamDecoupled => With("healthy-adamw", model => optim.AdamW(model.parameters(), 0.003, weight_decay: 0.01));

    public static CorpusProgram RmsProp => With("healthy-rmsprop", model => optim.RMSProp(model.parameters(), 0.001));

    public static CorpusProgram AdaGrad => With("healthy-adagrad", model => optim.Adagrad(model.parameters(), 0.03));

    public static CorpusProgram AdaMax => With("healthy-adamax", model => optim.Adamax(model.parameters(), 0.005));

    public static CorpusProgram NesterovAdam => With("healthy-nadam", model => optim.NAdam(model.parameters(), 0.002));

    public static CorpusProgram WeightDecay => With("healthy-weight-decay", model => optim.SGD(model.parameters(), 0.1, weight_decay: 0.001));

    private static CorpusProgram With(string name, Func<Module, optim.Optimizer> optimizer) => Activations.Rectified with { Name = name, Optimizer = optimizer, Epochs = 12, Truth = GroundTruth.Healthy(0.7) };
}
