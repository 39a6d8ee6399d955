namespace TrainingDoctor;

/// <summary>What a network is trained to do; decides which output activation and loss fit.</summary>
public enum TrainingTask
{
    /// <summary>Real numbers: an identity output and a squared or absolute error.</summary>
    Regression,

    /// <summary>One of two classes: one logit, or one sigmoid.</summary>
    BinaryClassification,

    /// <summary>One of several classes: logits with cross entropy, or log-probabilities with negative log likelihood.</summary>
    MulticlassClassification,

    /// <summary>Several independent yes/no labels: one sigmoid or logit each.</summary>
    MultilabelClassification,

    /// <summary>The next token of a text: logits over a vocabulary with cross entropy.</summary>
    LanguageModeling,

    /// <summary>The input itself: an autoencoder.</summary>
    Reconstruction,

    /// <summary>Two networks against each other: loss curves are no measure of progress.</summary>
    Adversarial,

    /// <summary>Reward instead of labels: loss curves are no measure of progress.</summary>
    Reinforcement,
}
