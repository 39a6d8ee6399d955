using TorchSharp.Modules;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Has recurrent layers take samples before places: what goes in is turned on its way, and what comes out is turned back, so that the layers stay what they are.</summary>
/// <param name="layers">Their paths; not empty.</param>
internal sealed class SamplesFirst(IReadOnlyList<string> layers) : ProgramChange
{
    /// <inheritdoc/>
    public override nn.Module Model(nn.Module model)
    {
        if (layers.Count == 0)
        {
            throw new CureNotApplicableException("it names no layer.");
        }

        foreach (string layer in layers)
        {
            Turn(ModuleTree.Find(model, layer), layer);
        }

        return model;
    }

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training)
    {
        Model(training.Model);
        return $"samples first: {string.Join(", ", layers)}";
    }

    private static void Turn(nn.Module? present, string layer)
    {
        switch (present)
        {
            case LSTM lstm:
                lstm.register_forward_pre_hook((_, input, state) => (Turned(input), state));
                lstm.register_forward_hook((_, _, _, result) => (Turned(result.Item1), result.Item2, result.Item3));
                break;
            case GRU gru:
                gru.register_forward_pre_hook((_, input, state) => (Turned(input), state));
                gru.register_forward_hook((_, _, _, result) => (Turned(result.Item1), result.Item2));
                break;
            case RNN rnn:
                rnn.register_forward_pre_hook((_, input, state) => (Turned(input), state));
                rnn.register_forward_hook((_, _, _, result) => (Turned(result.Item1), result.Item2));
                break;
            default:
                throw new CureNotApplicableException($"'{layer}' is no recurrent layer; the axes before it are the program's own.");
        }
    }

    /// <summary>A sequence that stands alone has no samples.</summary>
    private static Tensor Turned(Tensor sequence) => sequence.dim() == 3 ? sequence.transpose(0, 1) : sequence;
}
