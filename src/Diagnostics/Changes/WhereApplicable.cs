using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>A change that is left out where it does not apply, in place of ending the trial.</summary>
/// <param name="inner">The change.</param>
internal sealed class WhereApplicable(ProgramChange inner) : ProgramChange
{
    public override TrainingData Data(TrainingData data) => Try(data, inner.Data);

    public override nn.Module Model(nn.Module model) => Try(model, inner.Model);

    public override IReadOnlyList<optim.Optimizer> Optimizers(IReadOnlyList<optim.Optimizer> optimizers, nn.Module model) => Try(optimizers, present => inner.Optimizers(present, model));

    public override nn.Module<Tensor, Tensor, Tensor>? Loss(nn.Module<Tensor, Tensor, Tensor>? loss) => Try(loss, inner.Loss);

    public override int Epochs(int epochs) => inner.Epochs(epochs);

    public override IEnumerable<TrainingBatch> Batches(TrainingState state, IEnumerable<TrainingBatch> batches) => inner.Batches(state, batches);

    public override void BeforeStep(ITreatedTraining state) => inner.BeforeStep(state);

    public override void BeforeUpdate(ITreatedTraining state) => inner.BeforeUpdate(state);

    public override void AfterStep(ITreatedTraining state) => inner.AfterStep(state);

    public override Tensor Told(Tensor loss) => inner.Told(loss);

    public override ValidationScore Told(ValidationScore score) => inner.Told(score);

    public override void BeforeValidation(ITreatedTraining state) => inner.BeforeValidation(state);

    public override void AfterValidation(ITreatedTraining state) => inner.AfterValidation(state);

    public override string? Attach(AttachedTraining training) => inner.Attach(training);

    public override void BeforeForward(ITreatedTraining training, bool isTraining) => inner.BeforeForward(training, isTraining);

    public override void AfterUntoldUpdate(ITreatedTraining training) => inner.AfterUntoldUpdate(training);

    private static T Try<T>(T present, Func<T, T> change)
    {
        try
        {
            return change(present);
        }
        catch (CureNotApplicableException)
        {
            return present;
        }
    }
}
