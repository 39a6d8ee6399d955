namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>A setting that a search turns: a number on a logarithmic scale, or one of several choices.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Low">The least number; 0 for choices.</param>
/// <param name="High">The largest number.</param>
/// <param name="Choices">The choices, of which the first leaves the program as it is; empty for a number.</param>
internal sealed record Knob(string Name, double Low, double High, IReadOnlyList<string> Choices)
{
    /// <summary>Gets a value indicating whether it is a number.</summary>
    public bool IsNumber => Choices.Count == 0;

    /// <summary>Makes a number on a logarithmic scale.</summary>
    public static Knob Number(string name, double low, double high) => new(name, low, high, []);

    /// <summary>Makes a choice.</summary>
    public static Knob Choice(string name, params string[] choices) => new(name, 0, 0, choices);
}

/// <summary>Where knobs stand: the logarithm of a number, or the place of a choice.</summary>
/// <param name="Values">A value for each knob, in their order.</param>
internal sealed record KnobSetting(IReadOnlyList<double> Values);
