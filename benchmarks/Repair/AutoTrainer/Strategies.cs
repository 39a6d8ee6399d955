using TorchSharp;
using TrainingDoctor.Changes;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>
/// AUTOTRAINER's repairs for each trouble, in the order of its "balance" strategy (ICSE 2021, <c>repair.py</c>), as changes of a program. Its learning-rate plateau schedule and its
/// noise layer are left out, and its batch normalisation is layer normalisation behind linear layers.
/// </summary>
internal static class Strategies
{
    private static readonly string[] Schemes = ["he", "xavier", "orthogonal"];

    /// <summary>Gets the repairs of a trouble.</summary>
    /// <param name="trouble">The name that the detector gave it.</param>
    public static IReadOnlyList<(string Name, ProgramChange Change)> For(string trouble) => trouble switch
    {
        "gradient vanish" => [Activation("SELU"), Activation("ReLU"), Normalization],
        "gradient explode" => [Activation("SELU"), Activation("ReLU"), ("clip at 9", new ValueClipping(9)), ("clip at 10", new ValueClipping(10)), Activation("Tanh"), Normalization],
        "dying ReLU" => [Activation("SELU"), Normalization, .. Initializations, Activation("LeakyReLU"), Activation("ELU")],
        "oscillating loss" =>
        [
            Optimizer("Adam", 1e-3), Rate(1e-3), Rate(1e-4), Rate(1e-5), Batch(32), Batch(64), Batch(128), Batch(256), Optimizer("SGD", 1e-2), .. Initializations,
        ],
        "slow convergence" => [Optimizer("SGD", 1e-2), Optimizer("Adam", 1e-3), Optimizer("RMSProp", 1e-3), Rate(1e-3), Rate(1e-2), Rate(1e-1), .. Initializations],
        _ => [],
    };

    private static (string Name, ProgramChange Change) Normalization => ("normalisation", new NormalizationInsertion([]));

    private static IEnumerable<(string Name, ProgramChange Change)> Initializations =>
        Schemes.Select(scheme => (scheme, (ProgramChange)new Reinitialization([], scheme)));

    private static (string Name, ProgramChange Change) Activation(string to) => (to, new EveryHiddenActivation(to));

    private static (string Name, ProgramChange Change) Optimizer(string to, double rate) => (to, new OptimizerChange(to, rate, weightDecay: null));

    private static (string Name, ProgramChange Change) Rate(double rate) => (FormattableString.Invariant($"rate {rate}"), LearningRateChange.Set(rate));

    private static (string Name, ProgramChange Change) Batch(long size) => (FormattableString.Invariant($"batches of {size}"), new BatchOrder(size, balanced: false));

    private sealed class ValueClipping(double bound) : ProgramChange
    {
        public override void BeforeUpdate(ITreatedTraining state) => nn.utils.clip_grad_value_(state.Model.parameters().Where(parameter => parameter.grad is not null), bound);
    }
}
