namespace TrainingDoctor.Names;

/// <summary>Kinds of training that share numbers.</summary>
internal enum TaskFamily
{
    /// <summary>Whatever is rewarded.</summary>
    Rewards,

    /// <summary>Language models that are rewarded for answers.</summary>
    Answers,

    /// <summary>Pairs of answers.</summary>
    Preferences,

    /// <summary>Two networks against each other.</summary>
    Adversaries,

    /// <summary>Codes drawn from a distribution.</summary>
    Latents,

    /// <summary>Views of one input.</summary>
    Views,

    /// <summary>Mixtures of experts.</summary>
    Experts,
}
