namespace TrainingDoctor.Cures;

/// <summary>
/// A training that can be run for a part of its length with a set of remedies, wherever it runs: in this process as an <see cref="ITrainingProgram"/>, or as a program of its own. What is tried, for how
/// long and in which order is <see cref="RemedySearch"/>'s business.
/// </summary>
internal interface ITrialTraining
{
    /// <summary>Gets the length of a whole training, in the unit that parts of it are asked for in, e.g. epochs.</summary>
    int Length { get; }

    /// <summary>Gets how many trials may run at a time.</summary>
    int Parallelism { get; }

    /// <summary>Gets a value indicating whether nothing new is to be begun.</summary>
    bool IsSpent { get; }

    /// <summary>Gets what is tried when no prescribed remedy helped: fields of sets, of which the best of a field is trained to its end.</summary>
    IReadOnlyList<IReadOnlyList<RemedyCandidate>> Resorts { get; }

    /// <summary>Tells whether anything of a set can be applied.</summary>
    /// <param name="candidate">The set.</param>
    bool IsApplicable(RemedyCandidate candidate);

    /// <summary>Tells sets apart by what of them would be applied: two that differ in what cannot be are one.</summary>
    /// <param name="candidate">The set.</param>
    string EffectOf(RemedyCandidate candidate) => candidate.Title;

    /// <summary>Runs the training as it is, to its end.</summary>
    Trial RunAsItIs();

    /// <summary>Tries sets of remedies from the same start.</summary>
    /// <param name="candidates">The sets.</param>
    /// <param name="length">For how long, at most <see cref="Length"/>.</param>
    /// <returns>Each set with what came of it, in the same order; a trial is null when its set could not be applied.</returns>
    IReadOnlyList<(RemedyCandidate Candidate, Trial? Trial)> TryOut(IReadOnlyList<RemedyCandidate> candidates, int length);

    /// <summary>Is told of sets that are not tried for longer.</summary>
    /// <param name="candidates">The sets.</param>
    void Drop(IEnumerable<RemedyCandidate> candidates)
    {
    }
}
