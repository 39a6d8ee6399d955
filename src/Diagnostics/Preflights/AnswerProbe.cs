using TorchSharp;
using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Preflights;

/// <summary>Finds out whether outputs depend on the answers that they should predict, where these stand later in the input.</summary>
/// <param name="program">The program.</param>
internal sealed class AnswerProbe(PreflightProgram program)
{
    /// <summary>Where answers are looked at, as shares of a sequence: not at its ends, where masks are alike.</summary>
    private static readonly double[] PlacesAsked = [0.2, 0.4, 0.6, 0.8];

    /// <summary>Looks.</summary>
    /// <param name="samples">The dimension of the input that counts the samples.</param>
    /// <returns>The share of the answers tried that are seen; null when the targets are not a shifted copy of the inputs, or nothing can be tried.</returns>
    public double? Look(int samples)
    {
        using var scope = NewDisposeScope();
        var input = program.Input;
        int time = samples == 0 ? 1 : 0;
        if (input.dim() < 2 || SampleAxis.Shift(input, program.Target, time) is not { } shift)
        {
            return null;
        }

        var calm = program.Evaluate(input);
        long length = input.shape[time];
        if (OutputTime.Of(calm, input, samples, time) is not { } place)
        {
            return null;
        }

        var shares = new List<double>();
        foreach (long asked in PlacesAsked.Select(part => (long)(part * (length - shift - 1))).Distinct())
        {
            long answer = asked + shift;
            if (OutputFor(calm, asked, samples, time, place) is not { } output || answer <= output)
            {
                continue;
            }

            var changed = OutputTime.ExchangePlace(input, answer, samples, time);
            if (changed.eq(input).all().item<bool>())
            {
                continue;
            }

            var moved = Movement.Of(place.Shape(calm), place.Shape(program.Evaluate(changed))).select(place.Dimension, output);
            shares.Add(moved.any().item<bool>() ? 1 : 0);
        }

        return shares.Count == 0 ? null : shares.Average();
    }

    /// <summary>Finds which place of the output the loss compares with a target: the one whose gradient changes with it.</summary>
    private long? OutputFor(Tensor calm, long asked, int samples, int time, OutputTime place)
    {
        var answers = SampleAxis.AsInput(program.Target, program.Input)!;
        var others = OutputTime.ExchangePlace(answers, asked, samples, time).reshape(program.Target.shape);
        if (others.eq(program.Target).all().item<bool>() || Gradient(calm, program.Target) is not { } first || Gradient(calm, others) is not { } second)
        {
            return null;
        }

        var changed = place.Shape(first).ne(place.Shape(second)).transpose(0, place.Dimension).flatten(1).any(1).cpu();
        long[] places = [.. changed.data<bool>().ToArray().Select((moved, index) => (moved, index)).Where(item => item.moved).Select(item => (long)item.index)];
        return places is [var only] ? only : null;
    }

    private Tensor? Gradient(Tensor output, Tensor target)
    {
        using var leaf = output.detach().clone();
        leaf.requires_grad = true;
        using var loss = program.Loss(leaf, target);
        if (!loss.requires_grad || loss.NumberOfElements != 1)
        {
            return null;
        }

        loss.backward();
        return leaf.grad?.clone();
    }
}
