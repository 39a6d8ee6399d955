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

    /// <summary>Two networks against each other: loss curves are not a measure of progress.</summary>
    Adversarial,

    /// <summary>Reward instead of labels, from an environment: loss curves are not a measure of progress.</summary>
    Reinforcement,

    /// <summary>A language model's answers against a reward (PPO, RLOO, GRPO and kin): loss curves are not a measure of progress.</summary>
    PolicyOptimization,

    /// <summary>Pairs of a chosen and a rejected answer (DPO, ORPO, KTO and kin): the loss begins at that of a coin flip.</summary>
    Preference,

    /// <summary>An autoencoder whose code is drawn from a distribution: a reconstruction and a divergence in one loss.</summary>
    Variational,

    /// <summary>Noise to be taken away: the loss levels out early while samples go on improving.</summary>
    Diffusion,

    /// <summary>Views of the same input against each other, without labels: a low loss can be a collapse.</summary>
    SelfSupervised,

    /// <summary>Trees added one by one (XGBoost, LightGBM, CatBoost): the training error falls to nothing, validation decides.</summary>
    Boosting,
}
