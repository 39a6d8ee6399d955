namespace TrainingDoctor.Readers;

/// <summary>What a number of a log was taken for.</summary>
public enum NumberUse
{
    /// <summary>It tells the step, or a batch of an epoch.</summary>
    Step,

    /// <summary>It tells the epoch.</summary>
    Epoch,

    /// <summary>It is a point of a curve.</summary>
    Measurement,

    /// <summary>It is a setting, a plan or a count of things: a batch size, the number of epochs to come.</summary>
    Setting,

    /// <summary>It is a date, a time of the day, a duration, a size or a speed.</summary>
    Time,

    /// <summary>Nothing was made of it.</summary>
    Unused,
}
