using TorchSharp;
using TrainingDoctor.Models;
using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Preflights;

/// <summary>Exchanges one sample of a batch, and all of them, and looks at which outputs move.</summary>
/// <param name="program">The program.</param>
internal sealed class SampleProbe(PreflightProgram program)
{
    private const int FewestSamples = 2;

    /// <summary>Looks.</summary>
    /// <param name="dimension">The dimension of the input that counts the samples.</param>
    /// <returns>The share of the other samples that one reached, over the whole model and by layer.</returns>
    public SampleReach Look(int dimension)
    {
        using var scope = NewDisposeScope();
        long samples = program.Input.shape[dimension];
        if (samples < FewestSamples)
        {
            return new SampleReach(null, null, [], "needs a batch of two samples or more");
        }

        Tensor? before = null;
        Tensor? after = null;
        long sample = samples / 2;
        var changed = PreflightProgram.Exchange(program.Input, sample, dimension, 1);
        if (changed.eq(program.Input).all().item<bool>())
        {
            return new SampleReach(null, null, [], "the samples of the batch are equal");
        }

        using var calm = LayerOutputs.During(program.Model, () => before = program.Evaluate(program.Input));
        using var moved = LayerOutputs.During(program.Model, () => after = program.Evaluate(changed));
        if (before is null || after is null || !before.shape.SequenceEqual(after.shape))
        {
            return new SampleReach(null, null, [], "the output changed its shape");
        }

        var others = program.Evaluate(PreflightProgram.Exchange(program.Input, null, dimension, 1));
        double? dependence = others.shape.SequenceEqual(before.shape) ? Dependence(Movement.Of(before, others)) : null;

        // Rows that stand for the nodes of one graph are no samples.
        if (IsGraph(samples))
        {
            return new SampleReach(dependence, null, [], "the rows of the batch are nodes of one graph");
        }

        double? leakage = before.dim() > 0 ? Movement.Leakage(Movement.Of(before, after), samples, sample) : null;
        return new SampleReach(dependence, leakage, leakage is > 0 and var share ? First(calm, moved, samples, sample, share) : [], leakage is null ? "no dimension of the output counts the samples" : null);
    }

    /// <summary>The share of the output's rows that moved when every sample was exchanged.</summary>
    private static double Dependence(Tensor moved) =>
        (moved.dim() > 1 ? moved.reshape(moved.shape[0], -1).any(1) : moved.reshape(-1)).to_type(ScalarType.Float64).mean().item<double>();

    /// <summary>The first layer that took its samples apart and handed them on mixed.</summary>
    private List<(string Path, double Leakage)> First(LayerOutputs calm, LayerOutputs moved, long samples, long sample, double share)
    {
        foreach (var (before, after) in calm.Calls.Zip(moved.Calls))
        {
            if (before.Path == after.Path && LeakageOf(before.Output, after.Output) is > 0 and var leaked)
            {
                return before.Input is { } taken && after.Input is { } other && LeakageOf(taken, other) is 0 ? [(before.Path, leaked)] : Unheard();
            }
        }

        return Unheard();

        double? LeakageOf(Tensor one, Tensor two) => one.shape.SequenceEqual(two.shape) ? Movement.Leakage(Movement.Of(one, two), samples, sample) : null;

        // Between the layers that were heard, one that was not: hooks do not reach all of TorchSharp's own.
        List<(string Path, double Leakage)> Unheard() =>
            ModuleWalk.Leaves(program.Model).Where(leaf => LayerKinds.Of(leaf.module) is LayerKind.Recurrent or LayerKind.Attention && calm.Calls.All(call => call.Path != leaf.name)).ToList() is [var only]
                ? [(only.name, share)] : [];
    }

    /// <summary>A square table of connections in the model, as large as the batch.</summary>
    private bool IsGraph(long samples) => program.Model.buffers().Any(buffer => buffer.dim() == 2 && buffer.shape[0] == samples && buffer.shape[1] == samples);
}

/// <summary>How far an exchanged sample reached.</summary>
/// <param name="Dependence">The share of outputs that moved when all inputs did; null when it is not known.</param>
/// <param name="Leakage">The share of the other samples whose outputs moved; null when it is not known.</param>
/// <param name="Layers">The layer where it began, with its share.</param>
/// <param name="LeftOut">Why nothing is known; null when it is.</param>
internal sealed record SampleReach(double? Dependence, double? Leakage, IReadOnlyList<(string Path, double Leakage)> Layers, string? LeftOut);
