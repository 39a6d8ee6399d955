using TrainingDoctor.Reports.Html.Charts;

namespace TrainingDoctor.Reports;

/// <summary>What a rule that was not evaluated would have needed.</summary>
public enum RuleNeed
{
    /// <summary>Measurements inside layers: their outputs and units.</summary>
    Layers,

    /// <summary>Gradients, of parameters or of the whole model.</summary>
    Gradients,

    /// <summary>Weights and their updates.</summary>
    Weights,

    /// <summary>Measurements of the inputs and targets.</summary>
    Data,

    /// <summary>A validation beside the training.</summary>
    Validation,

    /// <summary>A training loss or score.</summary>
    Curves,

    /// <summary>The learning rate, the epoch, or other settings of the optimizer.</summary>
    Settings,

    /// <summary>The structure of the model.</summary>
    Structure,

    /// <summary>Several ranks of one distributed run.</summary>
    Ranks,

    /// <summary>More measurements than there were, or a run of another kind.</summary>
    Measurements,

    /// <summary>Nothing: it was switched off.</summary>
    SwitchedOff,
}
