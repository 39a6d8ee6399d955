namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>Proposes settings, one after another.</summary>
internal interface ISearch
{
    /// <summary>Gets its name in tables.</summary>
    string Name { get; }

    /// <summary>Proposes a setting.</summary>
    /// <param name="tried">What was tried, with its score; higher is better.</param>
    /// <param name="random">Chance.</param>
    KnobSetting Propose(IReadOnlyList<(KnobSetting Setting, double Score)> tried, Random random);
}
