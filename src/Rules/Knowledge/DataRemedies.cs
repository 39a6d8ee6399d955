namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Remedies that change what a network is given.</summary>
public static class DataRemedies
{
    /// <summary>Remove or repair damaged samples.</summary>
    public static Remedy Clean() => new()
    {
        Title = $"Remove or repair the samples whose values are NaN or infinite",
        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
        Rationale = $"One such value in a batch makes loss and gradients NaN, and after the step every weight.",
        Caveat = $"Filling gaps with zero can look like a real value; prefer the feature's mean and a mask.",
        Code = "var isFinite = x.isfinite().all(dim: 1); x = x[isFinite]; y = y[isFinite];",
        Sources = ["UMLAUT (CHI 2021): NaN in input"],
    };

    /// <summary>Look at a batch: what has a place in every training.</summary>
    public static Remedy Inspect() => new()
    {
        Title = $"Look at one batch as the model is given it",
        Actions = [new RemedyAction { Kind = RemedyActionKind.InspectData }],
        Rationale = $"Most faults that no setting mends are seen in the first batch: in its inputs, its targets, and the values in them.",
        Caveat = $"Look behind all preprocessing and augmentation, not at the files.",
        Code = "Console.WriteLine(x[0].ToString(TensorStringStyle.Julia)); Console.WriteLine(y[0]);",
        Sources = ["Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks"],
    };

    /// <summary>Bring every input feature to mean 0 and standard deviation 1.</summary>
    public static Remedy StandardizeInputs() => new()
    {
        Title = $"Standardise the inputs: mean 0, standard deviation 1 of every feature",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleInputs, Method = "standardize" }],
        Rationale = $"Features of unit scale give gradients of one scale, and initialisations assume it.",
        Caveat = $"Use the training data's mean and deviation for validation and in production too.",
        Code = "x = (x - trainMean) / (trainDeviation + 1e-8f);",
        Sources = ["LeCun et al. 1998, Efficient BackProp, Neural Networks: Tricks of the Trade, https://doi.org/10.1007/3-540-49430-8_2"],
    };

    /// <summary>Bring regression targets to unit scale.</summary>
    public static Remedy StandardizeTargets() => new()
    {
        Title = $"Standardise the targets, and turn predictions back for use",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleInputs, Method = "standardize-targets" }],
        Rationale = $"A network starts with outputs near zero; far targets make the first gradients huge and the way long.",
        Caveat = $"Losses are then in units of the target's variance.",
        Code = "y = (y - trainTargetMean) / trainTargetDeviation;",
        Sources = ["TheDeepChecker (TOSEM 2022): unscaled targets"],
    };

    /// <summary>Keep logarithms, divisions and roots inside their domain.</summary>
    public static Remedy GuardDomain() => new()
    {
        Title = $"Keep logarithms, divisions and roots inside their domain",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "a loss that takes logits" }],
        Rationale = $"log(0), 0/0 and the root of a negative number give infinity or NaN at once; losses on logits are written so that they cannot.",
        Caveat = $"A small constant hides a bad input as well: find out why it was zero.",
        Code = "loss = functional.cross_entropy(logits, target); // instead of -log(softmax(logits))\nvar safe = x.clamp_min(1e-8).log();",
        Sources = [RemedySources.Article, "DeepLocalize (ICSE 2021): numerical errors"],
    };

    /// <summary>Weight or resample the classes.</summary>
    public static Remedy BalanceClasses() => new()
    {
        Title = $"Weight the classes in the loss, or draw rare ones more often",
        Actions = [new RemedyAction { Kind = RemedyActionKind.BalanceClasses }],
        Rationale = $"With a rare class, always answering the frequent one is nearly as good for the loss.",
        Caveat = $"Probabilities are then no longer calibrated to the real frequencies.",
        Code = "var criterion = nn.CrossEntropyLoss(weight: total / (classes * countPerClass));",
        Sources = ["SageMaker Debugger: ClassImbalance"],
    };

    /// <summary>Shuffle the samples.</summary>
    public static Remedy Shuffle() => new()
    {
        Title = $"Reshuffle the samples every epoch",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ShuffleData }],
        Rationale = $"Batches of one kind pull the weights to and fro; mixed batches pull towards the mean.",
        Caveat = $"Time series must keep their order within a sequence; shuffle the sequences.",
        Code = "using var loader = new DataLoader(dataset, batchSize, shuffle: true, device);",
        Sources = ["Bengio 2012, Practical recommendations for gradient-based training of deep architectures, arXiv, https://arxiv.org/abs/1206.5533"],
    };
}
