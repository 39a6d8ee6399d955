namespace TrainingDoctor;

/// <summary>What kind of thing a measurement belongs to.</summary>
public enum ScopeKind
{
    /// <summary>The run as a whole.</summary>
    Run,

    /// <summary>One layer, named by its path in the model, e.g. <c>encoder.fc1</c>.</summary>
    Layer,

    /// <summary>One parameter, named as in <c>named_parameters</c>, e.g. <c>encoder.fc1.weight</c>.</summary>
    Parameter,

    /// <summary>One further evaluation set, by its name.</summary>
    Dataset,

    /// <summary>One rank of a distributed run, by its number.</summary>
    Rank,

    /// <summary>One part of a whole, by its name: a reward that is added to others, one of two pairs of networks, an expert.</summary>
    Part,
}
