namespace TrainingDoctor.Datasets;

/// <summary>What the targets of a data set are.</summary>
public enum DatasetKind
{
    /// <summary>Class indices from 0.</summary>
    Classes,

    /// <summary>Real numbers.</summary>
    Values,
}
