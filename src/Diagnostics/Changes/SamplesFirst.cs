using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Has recurrent layers take samples before places: layers of the same size and weights in their places, which read their input so.</summary>
/// <param name="layers">Their paths; not empty.</param>
internal sealed class SamplesFirst(IReadOnlyList<string> layers) : ProgramChange
{
    private const string Reverse = "_reverse";

    /// <inheritdoc/>
    public override nn.Module Model(nn.Module model)
    {
        if (layers.Count == 0)
        {
            throw new CureNotApplicableException("it names no layer.");
        }

        foreach (string layer in layers)
        {
            var present = ModuleTree.Find(model, layer);
            var made = present switch
            {
                LSTM => Of(present, 4, (inputs, hidden, count, bias, first, dropout, both) => nn.LSTM(inputs, hidden, count, bias, first, dropout, both)),
                GRU => Of(present, 3, (inputs, hidden, count, bias, first, dropout, both) => nn.GRU(inputs, hidden, count, bias, first, dropout, both)),
                RNN => Of(present, 1, (inputs, hidden, count, bias, first, dropout, both) => nn.RNN(inputs, hidden, count, nn.NonLinearities.Tanh, bias, first, dropout, both)),
                _ => throw new CureNotApplicableException($"'{layer}' is no recurrent layer; the axes before it are the program's own."),
            };
            if (!ModuleTree.Replace(model, layer, made))
            {
                throw new CureNotApplicableException($"'{layer}' cannot be replaced from outside.");
            }
        }

        return model;
    }

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training)
    {
        Model(training.Model);
        return $"samples first: {string.Join(", ", layers)}";
    }

    private static nn.Module Of(nn.Module present, long gates, Maker make)
    {
        var parameters = present.named_parameters().ToDictionary(item => item.name, item => item.parameter);
        if (!parameters.TryGetValue("weight_ih_l0", out var first))
        {
            throw new CureNotApplicableException($"the weights of {present.GetType().Name} have names that are not known.");
        }

        long count = parameters.Keys.Count(name => name.StartsWith("weight_ih_l", StringComparison.Ordinal) && !name.EndsWith(Reverse, StringComparison.Ordinal));
        var made = make(first.shape[1], first.shape[0] / gates, count, parameters.ContainsKey("bias_ih_l0"), true, 0, parameters.ContainsKey("weight_ih_l0" + Reverse));
        made.load_state_dict(present.state_dict());
        return made.to(first.device, first.dtype);
    }

    private delegate nn.Module Maker(long inputs, long hidden, long count, bool bias, bool first, double dropout, bool both);
}
