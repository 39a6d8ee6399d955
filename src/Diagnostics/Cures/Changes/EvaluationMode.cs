namespace TrainingDoctor.Cures.Changes;

/// <summary>Trains in training mode and validates in evaluation mode, whatever the program does.</summary>
internal sealed class EvaluationMode : ProgramChange
{
    public override void BeforeStep(TrainingState state) => state.Model.train();

    public override void BeforeValidation(TrainingState state) => state.Model.eval();

    public override void AfterValidation(TrainingState state) => state.Model.train();
}
