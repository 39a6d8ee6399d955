using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>The ill programs whose fault lies where no change from outside reaches, each with the reason. They count for no repairer.</summary>
internal static class Unrepairable
{
    private static readonly Dictionary<string, string> Reasons = [];

    /// <summary>Gets why a program cannot be repaired from outside; null when it can.</summary>
    public static string? Reason(CorpusProgram program) => Reasons.GetValueOrDefault(program.Name);
}
