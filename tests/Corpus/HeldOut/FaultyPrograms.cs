namespace TrainingDoctor.Corpus.HeldOut;

/// <summary>Ill programs that no rule was tuned on.</summary>
public static class FaultyPrograms
{
    private static readonly string[] _stuck = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers];

    private static readonly string[] _wild = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers];

    private static readonly string[] _tooHigh = ["oversized-update", "diverging-loss", "oscillating-loss", "exploding-weights", "exploding-gradient", "non-finite-loss", "stalled-loss"];

    public static CorpusProgram HighConvolution => Images("conv-rate-high") with { Optimizer = m => optim.SGD(m.parameters(), 5, momentum: 0.9), Truth = Ill(_wild, [Cause.LearningRateTooHigh], _tooHigh).WhenSkillBelow(0.4) };

    public static CorpusProgram HighTransformer => SoundPrograms.Attention with { Name = "held-out-transformer-rate-high", Optimizer = m => optim.Adam(m.parameters(), 1), Truth = Ill(_wild, [Cause.LearningRateTooHigh], _tooHigh).WhenSkillBelow(0.4) };

    public static CorpusProgram HighRecurrent => SoundPrograms.Gated with { Name = "held-out-gru-rate-high", Optimizer = m => optim.RMSProp(m.parameters(), 1), Truth = Ill(_wild, [Cause.LearningRateTooHigh], _tooHigh).WhenSkillBelow(0.4) };

    public static CorpusProgram LowConvolution => Images("conv-rate-low") with { Optimizer = m => optim.Adam(m.parameters(), 3e-7), Truth = Ill(_stuck, [Cause.LearningRateTooLow, Cause.TooFewEpochs], "undersized-update", "stalled-loss", "slow-convergence", "underfitting") };

    public static CorpusProgram LargeEpsilon => Digits("adam-eps-1") with { Optimizer = m => optim.Adam(m.parameters(), 0.001, eps: 1), Truth = Ill(_stuck, [Cause.LearningRateTooLow, Cause.TooFewEpochs, Cause.OptimizerMismatch], "extreme-optimizer-setting", "undersized-update", "stalled-loss", "slow-convergence", "underfitting").WhenSkillBelow(0.4) };

    public static CorpusProgram Momentum => Digits("momentum-0.999") with { Optimizer = m => optim.SGD(m.parameters(), 0.5, momentum: 0.999), Truth = Ill(_wild, [Cause.LearningRateTooHigh, Cause.OptimizerMismatch], ["extreme-optimizer-setting", .. _tooHigh]).WhenSkillBelow(0.5) };

    public static CorpusProgram EarlyDecay => Digits("decay-to-nothing") with { BeginStep = s => s.ChangeLearningRate(_ => 0.05 * Math.Pow(0.5, s.Step)), Optimizer = m => optim.SGD(m.parameters(), 0.05), Truth = Ill(_stuck, [Cause.LearningRateTooLow], "degenerate-learning-rate", "undersized-update", "stalled-loss", "slow-convergence", "underfitting", "unchanged-weights") };

    public static CorpusProgram GrowingRate => Digits("rate-grows") with { BeginStep = s => s.ChangeLearningRate(_ => 0.01 * Math.Pow(1.04, s.Step)), Optimizer = m => optim.SGD(m.parameters(), 0.01), Truth = Ill([.. _wild, "overtraining"], [Cause.LearningRateTooHigh], [.. _tooHigh, "degenerate-learning-rate", "non-finite-gradient", "non-finite-weights", "loss-spike"]).WhenSkillBelow(0.5) };

    public static CorpusProgram NoStep => Digits("forgot-step") with { Truth = Ill(_stuck, [Cause.FrozenParameters, Cause.WrongOptimizerParameters, Cause.LearningRateTooLow], "unchanged-weights", "stalled-loss", "undersized-update"), Step = (s, b) => { s.Optimizer.zero_grad(); var loss = s.Loss!.call(((Module<Tensor, Tensor>)s.Model).call(b.Input), b.Target); loss.backward(); return loss; } };

    public static CorpusProgram NoClear => Images("conv-forgot-zero-grad") with { ZeroesGradients = false, Truth = Ill([.. _wild, "overfitting", "overtraining", "noisy-validation"], [Cause.MissingZeroGrad], "accumulating-gradient") };

    public static CorpusProgram OtherModel => Digits("other-models-optimizer") with { Optimizer = _ => optim.Adam(Net.Perceptron(() => ReLU(), 64, 10).parameters(), 0.01), Truth = Ill(_stuck, [Cause.WrongOptimizerParameters], "unchanged-weights", "unregistered-parameters") };

    public static CorpusProgram TwoSigmoids => SoundPrograms.Tumours with { Name = "held-out-sigmoid-bcelogits", Model = () => Net.Chain(Linear(30, 24), ReLU(), Linear(24, 1), Sigmoid()), Truth = Ill(_stuck, [Cause.WrongOutputActivation, Cause.WrongLoss], "output-loss-mismatch") };

    public static CorpusProgram TwoSoftmaxes => Images("softmax-crossentropy") with { Model = () => Net.Chain(Conv2d(1, 8, 3), ReLU(), Flatten(), Linear(288, 10), Softmax(1)), Truth = Ill(_stuck, [Cause.WrongOutputActivation, Cause.WrongLoss], "output-loss-mismatch") };

    public static CorpusProgram RectifiedLogits => Digits("relu-logits") with { Model = () => Net.Chain(Linear(64, 48), ReLU(), Linear(48, 10), ReLU()), Truth = Ill([.. _stuck, "overfitting"], [Cause.WrongOutputActivation, Cause.DyingRelu], "output-loss-mismatch", "dead-units") };

    public static CorpusProgram RectifiedRegression => SoundPrograms.Table("relu-regression", () => Net.Chain(Linear(10, 16), ReLU(), Linear(16, 1), ReLU())) with { Truth = Ill(_stuck, [Cause.WrongOutputActivation, Cause.DyingRelu], "output-loss-mismatch", "dead-units") };

    public static CorpusProgram BoundedRegression => SoundPrograms.Table("tanh-target-beyond", () => Net.Chain(Linear(10, 16), ReLU(), Linear(16, 1), Tanh())) with { Data = seed => RealData.Diabetes().Standardize().Split(seed).ToValues(), Truth = Ill([.. _stuck, "unscaled-target"], [Cause.WrongOutputActivation, Cause.UnscaledData], "output-loss-mismatch", "saturated-activation") };

    public static CorpusProgram NoActivation => SoundPrograms.SmallCircles with { Name = "held-out-linear-circles", Model = () => Net.Chain(Linear(2, 32), Linear(32, 16), Linear(16, 1)), Truth = Ill(_stuck, [Cause.MissingNonlinearity], "missing-nonlinearity", "underfitting") };

    public static CorpusProgram Broadcast => SoundPrograms.Table("broadcast", () => Net.Perceptron(() => ReLU(), 10, 32, 1)) with { Data = seed => RealData.Diabetes().Standardize().StandardizeTargets().Split(seed).ToFlatValues(), Skill = _ => null, Truth = Ill(_stuck, [Cause.WrongLoss, Cause.LabelError, Cause.CorruptData], "invalid-target", "output-loss-mismatch") };

    public static CorpusProgram OneLabel => Digits("constant-labels") with { Data = seed => Samples.Digits(seed).MapTargets(t => zeros_like(t)), Truth = Ill([.. _stuck, "suspicious-validation"], [Cause.LabelError, Cause.CorruptData, Cause.ClassImbalance], "invalid-target", "class-imbalance") };

    public static CorpusProgram Thousands => SoundPrograms.Tumours with { Name = "held-out-wine-in-thousands", Task = TrainingTask.MulticlassClassification, Data = seed => RealData.Wine().Split(seed).ToClasses(), Model = () => Net.Perceptron(() => Tanh(), 13, 16, 3), Loss = () => CrossEntropyLoss(), Optimizer = m => optim.SGD(m.parameters(), 0.01), Truth = Ill(_wild, [Cause.UnscaledData, Cause.SaturatingActivation], "unscaled-input", "saturated-activation") };

    public static CorpusProgram NotANumber => SoundPrograms.Table("nan-cell", () => Net.Perceptron(() => ReLU(), 10, 16, 1)) with { Data = seed => RealData.Diabetes().Standardize().StandardizeTargets().Split(seed).ToValues().Map(x => where(x > 3, x * float.NaN, x)), Truth = Ill(_wild, [Cause.CorruptData], "non-finite-input") };

    public static CorpusProgram HugeWeights => Init("std-3", 3) with { Truth = Ill(_wild, [Cause.PoorInitialization, Cause.LearningRateTooHigh], "poor-initialization", "initialization-mismatch", "exploding-activation", "exploding-gradient") };

    public static CorpusProgram TinyWeights => Init("std-0.0001", 1e-4) with { Truth = Ill(_wild, [Cause.PoorInitialization], "poor-initialization", "vanishing-gradient", "initialization-mismatch") };

    public static CorpusProgram Zeros => Init("zeros", 0) with { Truth = Ill(_wild, [Cause.PoorInitialization], "symmetric-units", "poor-initialization") };

    public static CorpusProgram DeepSigmoid => Digits("ten-sigmoids") with { Model = () => Net.Perceptron(() => Sigmoid(), [64, .. Enumerable.Repeat(24L, 10), 10]), Truth = Ill(_stuck, [Cause.SaturatingActivation, Cause.TooDeepWithoutSkip, Cause.MissingNormalization], "vanishing-gradient", "deep-saturating-stack") };

    public static CorpusProgram DeadByBias => Digits("negative-bias") with { Model = () => Net.Chain(Keras.Dense(64, 64, bias: -6), ReLU(), Linear(64, 10)), Truth = Ill(_stuck, [Cause.DyingRelu, Cause.PoorInitialization], "dead-units", "poor-initialization") };

    public static CorpusProgram LogOfZero => Digits("log-of-zero") with { Model = () => Net.Chain(Linear(64, 32), ReLU(), Linear(32, 10), ReLU()), Loss = null, ComputeLoss = (o, t) => functional.nll_loss((o / o.sum(1, keepdim: true)).log(), t), Truth = Ill(_wild, [Cause.NumericOverflow, Cause.WrongOutputActivation, Cause.WrongLoss], "non-finite-loss", "non-finite-gradient") };

    public static CorpusProgram RootOfZero => SoundPrograms.Autoencoder with { Name = "held-out-root-of-zero", Loss = null, ComputeLoss = (o, t) => ((o - t) * (t > 0).to_type(ScalarType.Float32)).square().sqrt().mean(), Truth = Ill(_wild, [Cause.NumericOverflow, Cause.CorruptData], "non-finite-gradient", "non-finite-weights", "non-finite-loss") };

    public static CorpusProgram MuchDropout => Digits("dropout-0.95") with { Model = () => Net.Chain(Linear(64, 64), ReLU(), Dropout(0.95), Linear(64, 32), ReLU(), Dropout(0.95), Linear(32, 10)), Truth = Ill(_stuck, [Cause.ExcessiveRegularization], "misplaced-dropout", "underfitting") };

    public static CorpusProgram OutputDropout => Digits("dropout-on-logits") with { Model = () => Net.Chain(Linear(64, 64), ReLU(), Linear(64, 10), Dropout(0.4)), Truth = Ill(_stuck, [Cause.ExcessiveRegularization], "misplaced-dropout") };

    public static CorpusProgram TinyNormalized => Images("conv-batchnorm-of-2") with { BatchSize = 2, Epochs = 4, Model = () => Net.Chain(Linear(64, 32), BatchNorm1d(32), ReLU(), Linear(32, 10)), Data = seed => Samples.Digits(seed), Truth = Ill([.. _stuck, "noisy-validation", "oscillating-loss"], [Cause.BatchTooSmall], "batch-norm-tiny-batch") };

    public static CorpusProgram EvalTraining => Images("conv-eval-training") with { Model = () => Net.Chain(Conv2d(1, 8, 3), BatchNorm2d(8), ReLU(), Flatten(), Linear(288, 10)), BeginEpoch = s => s.Model.eval(), Truth = Ill(["overfitting"], [Cause.EvaluationMode], "wrong-mode") };

    public static CorpusProgram TrainEvaluation => Images("conv-train-validation") with { Model = () => Net.Chain(Conv2d(1, 8, 3), BatchNorm2d(8), ReLU(), Flatten(), Dropout(0.3), Linear(288, 10)), EvaluatesInEvaluationMode = false, Truth = Ill([], [Cause.EvaluationMode], "wrong-mode") };

    public static CorpusProgram Decay => Digits("weight-decay-10") with { Optimizer = m => optim.Adam(m.parameters(), 0.002, weight_decay: 10), Truth = Ill(_stuck, [Cause.ExcessiveRegularization], "dominant-regularization", "underfitting") };

    public static CorpusProgram TwentyRows => Digits("twenty-rows") with { Data = seed => Samples.DigitRows(seed, 100).ToClasses() is var d ? d with { Training = new(d.Training.Input[..20].clone(), d.Training.Target[..20].clone()) } : d, Model = () => Net.Perceptron(() => ReLU(), 64, 512, 512, 10), Epochs = 200, Truth = Ill([], [Cause.OverCapacity, Cause.MissingRegularization, Cause.TooManyEpochs], "overfitting", "overtraining") };

    public static CorpusProgram TooSmall => Digits("one-unit") with { Model = () => Net.Perceptron(() => ReLU(), 64, 1, 10), Epochs = 40, Truth = Ill(_stuck, [Cause.UnderCapacity], "underfitting", "plateaued-loss", "slow-convergence", "stalled-loss") };

    public static CorpusProgram Summed => Digits("sum-loss-big-batch") with { BatchSize = 256, Epochs = 40, Loss = () => CrossEntropyLoss(reduction: Reduction.Sum), Optimizer = m => optim.SGD(m.parameters(), 0.1), Truth = Ill(_wild, [Cause.WrongLoss, Cause.LearningRateTooHigh], "sum-reduced-loss") };

    public static CorpusProgram Unregistered => Digits("array-of-layers") with { Model = () => new ArrayKeeper(), Truth = Ill([.. _stuck, "layer-not-observed"], [Cause.WrongOptimizerParameters], "unregistered-parameters") };

    public static CorpusProgram BatchSoftmax => Images("softmax-over-batch") with { Model = () => Net.Chain(Conv2d(1, 8, 3), ReLU(), Flatten(), Linear(288, 10), Softmax(0)), Truth = Ill(_stuck, [Cause.WrongOutputActivation], "misplaced-softmax", "output-loss-mismatch") };

    private static CorpusProgram Digits(string name) => SoundPrograms.Digits(name, () => Net.Perceptron(() => ReLU(), 64, 64, 32, 10));

    private static CorpusProgram Images(string name) => SoundPrograms.Convolutions with { Name = "held-out-" + name };

    private static CorpusProgram Init(string name, double deviation) => Digits("init-" + name) with
    {
        Model = () => Net.Chain([.. Net.Repeat(4, i => [Keras.Dense(64, 64, w => init.normal_(w, 0, deviation)), ReLU()]), Keras.Dense(64, 10, w => init.normal_(w, 0, deviation))]),
        Optimizer = m => optim.SGD(m.parameters(), 0.05),
    };

    private static GroundTruth Ill(string[] acceptable, Cause[] causes, params string[] expected) => GroundTruth.Ill(causes, expected) with { Acceptable = acceptable };
}
