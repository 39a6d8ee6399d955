using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>Trains in training mode and validates in evaluation mode, whatever the program does.</summary>
internal sealed class EvaluationMode : ProgramChange
{
    public override string? Attach(AttachedTraining training)
    {
        training.WaitForCalls(this);
        return null;
    }

    public override void BeforeForward(ITreatedTraining training, bool isTraining)
    {
        training.Model.train(isTraining);
        if (training is AttachedTraining attached)
        {
            attached.Confirm(this, "training mode while gradients are recorded, evaluation mode otherwise");
        }
    }

    public override void BeforeStep(ITreatedTraining state) => state.Model.train();

    public override void BeforeValidation(ITreatedTraining state) => state.Model.eval();

    public override void AfterValidation(ITreatedTraining state) => state.Model.train();
}
