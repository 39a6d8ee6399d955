namespace TrainingDoctor.Corpus.Reported;

/// <summary>The training is sound; its validation asks for other classes, gives other outputs, or evaluates another part of the model.</summary>
public static class ValidationAnswers
{
    /// <summary>A filter took a class out of the training, and only there.</summary>
    public static TwinPrograms ClassNeverTrained => Twin("class-never-trained", Bases.Digits, Classes(), p => p with
    {
        Data = seed => Untrained(p.Data(seed), 7),
    });

    /// <summary>The table is sorted by class before it is split: two classes are in the validation only.</summary>
    public static TwinPrograms ClassesCutOff => Twin("classes-cut-off-by-the-split", Bases.Digits with { Epochs = 10, Model = () => Net.Perceptron(() => Tanh(), 64, 40, 10) }, Classes(), p => p with
    {
        Data = seed => Untrained(Untrained(p.Data(seed), 8), 9),
    });

    /// <summary>Folders sorted as words: 1, 10, 2.</summary>
    public static TwinPrograms SortedAsWords => Twin("classes-sorted-as-words", Bases.Digits, Classes(), p => p with
    {
        Data = seed => p.Data(seed).MapValidation(v => v with { Target = tensor(new long[] { 0, 2, 3, 4, 5, 6, 7, 8, 9, 1 }).index_select(0, v.Target) }),
    });

    /// <summary>The model returns probabilities when it is not training, and the loss takes softmax of them.</summary>
    public static TwinPrograms SoftmaxInEvaluation => Twin("softmax-in-evaluation", Bases.Digits with { Epochs = 12 }, Outputs(), p => p with
    {
        ValidationForward = (state, input) => functional.softmax(((Module<Tensor, Tensor>)state.Model).call(input), 1),
    });

    /// <summary>The same, of a sigmoid.</summary>
    public static TwinPrograms SigmoidInEvaluation => Twin("sigmoid-in-evaluation", Bases.Tumours with { Epochs = 12 }, Outputs(), p => p with
    {
        ValidationForward = (state, input) => functional.sigmoid(((Module<Tensor, Tensor>)state.Model).call(input)),
    });

    /// <summary>The average within the model follows so slowly that it is still the initial model.</summary>
    public static TwinPrograms SlowAverageWithin => Twin("average-within-hardly-begun", Averaging(0.9), Weights(), _ => Averaging(0.9999));

    /// <summary>Nobody updates the average within the model.</summary>
    public static TwinPrograms StillAverageWithin => Twin("average-within-never-updated", Averaging(0.9), Weights(), _ => Averaging(1));

    /// <summary>A mask of heads was left over from an experiment.</summary>
    public static TwinPrograms MaskedHead => Twin("attention-head-masked", Attending(1), GroundTruth.Ill([Cause.DetachedGraph], "idle-heads"), _ => Attending(0));

    private static GroundTruth Classes() => GroundTruth.Ill([Cause.MismatchedClasses], "mismatched-classes") with { Acceptable = ["overfitting", "overtraining", "noisy-validation", "validation-at-chance", "suspicious-validation", "mismatched-validation-data"] };

    private static GroundTruth Outputs() => GroundTruth.Ill([Cause.WrongOutputActivation], "mismatched-validation-output") with { Acceptable = ["overfitting", "validation-at-chance", "contradictory-score"] };

    private static GroundTruth Weights() => GroundTruth.Ill([Cause.StaleWeights], "untrained-validation-weights") with { Acceptable = ["overfitting", "validation-at-chance", "noisy-validation"] };

    private static CorpusProgram Averaging(double decay) => Bases.Digits with
    {
        Model = () => new AveragingModel(64, 48, 10),
        Optimizer = model => optim.Adam(((AveragingModel)model).Trained.parameters(), 0.004),
        BeginStep = state => ((AveragingModel)state.Model).Follow(decay),
        Epochs = 12,
    };

    private static CorpusProgram Attending(float mask) => Bases.Digits with
    {
        Data = seed => Samples.Digits(seed, 600).Map(x => x.reshape(-1, 8, 8)),
        Model = () => new HeadedClassifier([1, mask, 1, 1]),
    };

    private static TrainingData Untrained(TrainingData data, long label)
    {
        var index = data.Training.Target.ne(label).nonzero().flatten();
        return data with { Training = new TrainingBatch(data.Training.Input.index_select(0, index), data.Training.Target.index_select(0, index)) };
    }

    private static TwinPrograms Twin(string name, CorpusProgram sound, GroundTruth truth, Func<CorpusProgram, CorpusProgram> fault) => TwinPrograms.Reported(name, sound, truth, fault);
}
