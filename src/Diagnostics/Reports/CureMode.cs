namespace TrainingDoctor;

/// <summary>What a live cure may do to a training while it runs.</summary>
[Flags]
public enum CureMode
{
    /// <summary>Nothing: observation stays pure.</summary>
    None = 0,

    /// <summary>Undo a step whose loss or weights are not finite: the last good weights are put back, and the optimizer's memory is cleared.</summary>
    SkipNonFiniteSteps = 1,

    /// <summary>Lower the learning rate when steps are too large.</summary>
    LowerLearningRate = 2,

    /// <summary>Limit the length of a step once gradients explode; with plain SGD this is the same as clipping the gradient's norm.</summary>
    ClipSteps = 4,

    /// <summary>Let a dying rectifier pass a hundredth of what is negative (leaky ReLU).</summary>
    ReplaceActivations = 8,

    /// <summary>Draw the incoming weights of dead units anew, and set their outgoing weights to zero, so that the model's answers do not jump.</summary>
    RecycleUnits = 16,

    /// <summary>All of it.</summary>
    All = SkipNonFiniteSteps | LowerLearningRate | ClipSteps | ReplaceActivations | RecycleUnits,
}
