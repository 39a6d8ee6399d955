namespace TrainingDoctor.Differences;

/// <summary>Where in a training two runs can differ, in the order in which one brings about the next.</summary>
public enum Stage
{
    /// <summary>Inputs, targets and batches.</summary>
    Data,

    /// <summary>The layers of the model and how they are connected.</summary>
    Structure,

    /// <summary>The weights before the first step.</summary>
    Initialization,

    /// <summary>Outputs of layers in the forward pass.</summary>
    Activations,

    /// <summary>The loss, and scores on what is trained on.</summary>
    Loss,

    /// <summary>Gradients, and what is done to them before the step.</summary>
    Gradients,

    /// <summary>The optimizer, its learning rate, and the sizes of its steps.</summary>
    Updates,

    /// <summary>The weights after steps.</summary>
    Weights,

    /// <summary>Losses and scores on data not trained on.</summary>
    Validation,

    /// <summary>How long the run went on.</summary>
    Length,

    /// <summary>What may act anywhere, or nowhere: the seed, the commit, settings whose names do not tell.</summary>
    Other,
}
