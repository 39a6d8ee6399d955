using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>Makes flat targets a column, like the outputs that they are compared with, so that nothing is broadcast.</summary>
internal sealed class TargetShape : ProgramChange
{
    public override TrainingData Data(TrainingData data)
    {
        if (data.Training.Target.dim() != 1 || !data.Training.Target.is_floating_point())
        {
            throw new CureNotApplicableException("the targets are not a flat row of numbers.");
        }

        return new TrainingData(Convert(data.Training), data.Validation is { } validation ? Convert(validation) : null);
    }

    public override string Attach(AttachedTraining training)
    {
        training.ConvertTargets(target => target.dim() == 1 && target.is_floating_point() ? target.unsqueeze(1) : null);
        return "flat targets made a column, like the outputs that they are compared with";
    }

    private static TrainingBatch Convert(TrainingBatch samples) => samples with { Target = samples.Target.unsqueeze(1) };
}
