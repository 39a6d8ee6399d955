namespace TrainingDoctor.Corpus;

/// <summary>A fault and its repair: two programs that differ in nothing else.</summary>
/// <param name="Ill">The program with the fault.</param>
/// <param name="Sound">The same program, repaired.</param>
public sealed record TwinPrograms(CorpusProgram Ill, CorpusProgram Sound)
{
    /// <summary>Makes the twins of a fault that somebody reported.</summary>
    /// <param name="name">What the fault is; no rule ever sees it.</param>
    /// <param name="sound">The repaired program.</param>
    /// <param name="truth">What is wrong with the ill one.</param>
    /// <param name="fault">Puts the fault in.</param>
    internal static TwinPrograms Reported(string name, CorpusProgram sound, GroundTruth truth, Func<CorpusProgram, CorpusProgram> fault) => new(
        fault(sound) with { Name = "reported-" + name, Truth = truth },
        sound with { Name = $"reported-{name}/fix" });
}
