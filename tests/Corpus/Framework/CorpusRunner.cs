namespace TrainingDoctor.Corpus;

/// <summary>Runs programs of the corpus and measures how well they did.</summary>
public static class CorpusRunner
{
    /// <summary>Runs a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="observer">Watches the run; null for none. It has completed before the outcome is measured.</param>
    public static RunOutcome Run(CorpusProgram program, int seed, ITrainingObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        var runnable = new DefinedProgram(program);
        var measuring = new SkillObserver(runnable, observer);
        var training = TrainingLoop.Run(runnable, seed, measuring);
        return new RunOutcome(measuring.Skill, training);
    }

    /// <summary>Measures what a trained model knows beyond the best constant answer.</summary>
    /// <param name="program">The program; its parts may have been changed since.</param>
    /// <param name="state">The training, over.</param>
    /// <param name="onValidation">Whether the held-back samples are asked, where there are any, or the training samples.</param>
    public static double? MeasureSkill(CorpusProgram program, TrainingState state, bool onValidation) => new DefinedProgram(program).MeasureSkill(state, onValidation);

    private sealed class SkillObserver(DefinedProgram program, ITrainingObserver? inner) : ITrainingObserver
    {
        public double? Skill { get; private set; }

        public void Started(TrainingState state) => inner?.Started(state);

        public void Stepped(TrainingState state, TrainingBatch batch, Tensor loss) => inner?.Stepped(state, batch, loss);

        public void Validated(TrainingState state, ValidationScore score) => inner?.Validated(state, score);

        public void Completed(TrainingState state)
        {
            inner?.Completed(state);
            Skill = program.MeasureSkill(state);
        }
    }
}
