using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingDoctor.Probes;

/// <summary>
/// Looks once, when a validation is told, at what was evaluated last, and evaluates it again: whether it repeats itself, whether samples reach outputs of others, and whether outputs see the
/// answers that they should predict, where these stand later in the input.
/// </summary>
/// <remarks>
/// Answers are looked at only where a model gives again what it gave: one that takes a mask beside its input gives something else. Weights, buffers, gradients, modes and
/// random numbers are put back as they were; a model whose own code keeps something in fields is left alone, since that cannot be. One that does not take so few samples tells nothing.
/// </remarks>
/// <param name="model">The model.</param>
/// <param name="state">Where the run stands.</param>
internal sealed class EvaluationProbe(Module model, StepState state) : IDisposable
{
    private const long MostSamples = 4;
    private const long MostElements = 1 << 20;
    private const long MostParameters = 1 << 26;
    private const long Seed = 20_170_612;

    /// <summary>What a device's order of summation changes lies below it.</summary>
    private const double Still = 1e-4;

    /// <summary>Where answers are looked at, as shares of a sequence: not at its ends, where masks are alike.</summary>
    private static readonly double[] PlacesAsked = [0.2, 0.4, 0.6, 0.8];

    private readonly Lazy<bool> _remembers = new(() => RememberingCode.Is(model), LazyThreadSafetyMode.None);
    private Tensor? _input;
    private Tensor? _output;
    private bool _isOver;

    /// <summary>Keeps the first samples of an evaluation.</summary>
    /// <param name="input">What went in.</param>
    /// <param name="output">What came out.</param>
    public void Keep(Tensor input, Tensor output)
    {
        if (_isOver || _remembers.Value || model.training || input.dim() < 2 || output.dim() < 1 || input.shape[0] < 2 || output.shape[0] == 0 || output.shape[0] % input.shape[0] != 0)
        {
            return;
        }

        long samples = input.shape[0];
        long largest = Math.Max(input.NumberOfElements, output.NumberOfElements);
        long count = Math.Min(Math.Min(MostSamples, samples), Math.Max(2, MostElements * samples / Math.Max(1, largest)));
        if (largest / samples * count > 4 * MostElements)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var still = no_grad();
        Release();
        _input = input.narrow(0, 0, count).detach().clone().DetachFromDisposeScope();
        _output = output.narrow(0, 0, count * (output.shape[0] / samples)).detach().clone().DetachFromDisposeScope();
    }

    /// <summary>Looks, once.</summary>
    /// <param name="areSamplesFirst">Whether the first dimension is known to count samples.</param>
    /// <param name="shift">By how many places targets run ahead of inputs; null where they are no tokens.</param>
    /// <param name="observe">Takes the measurements, which are of the model's output.</param>
    public void Look(bool areSamplesFirst, int? shift, Action<Metric, double> observe)
    {
        // Random numbers of other devices could not be put back.
        if (_isOver || _input is not { } input || _output is not { } output || model is not Module<Tensor, Tensor> callable || !TensorMeter.IsOnHost(output)
            || model.parameters().Sum(parameter => parameter.NumberOfElements) > MostParameters)
        {
            return;
        }

        _isOver = true;
        state.IsAside = true;
        try
        {
            using var scope = NewDisposeScope();
            using var kept = new ModelState(model);
            using var still = no_grad();
            model.eval();
            Look(callable, input, output, areSamplesFirst, shift, observe);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The model takes no batch of so few samples: nobody's fault, and nothing to tell.
        }
        finally
        {
            state.IsAside = false;
            Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    private static void Look(Module<Tensor, Tensor> callable, Tensor input, Tensor output, bool areSamplesFirst, int? shift, Action<Metric, double> observe)
    {
        var again = Evaluate(callable, input);
        double drift = Movement.Difference(again, Evaluate(callable, input));
        observe(Metric.EvaluationDrift, drift);
        if (drift > Still)
        {
            return;
        }

        double difference = Movement.Difference(again, Evaluate(callable, input, Seed + 1));
        observe(Metric.EvaluationDifference, difference);
        if (difference > Still || !again.shape.SequenceEqual(output.shape))
        {
            return;
        }

        if (areSamplesFirst && !NormalizesByBatch(callable))
        {
            var other = input.clone();
            other.select(0, 0).copy_(input.select(0, 1));
            if (!other.eq(input).all().item<bool>() && Movement.Leakage(Movement.Of(again, Evaluate(callable, other)), input.shape[0], 0) is { } leakage)
            {
                observe(Metric.SampleLeakage, leakage);
                if (leakage == 0 && Movement.PlaceDependence(again, Evaluate(callable, input.roll(1, 0)), input.shape[0]) is { } dependence)
                {
                    observe(Metric.PlaceDependence, dependence);
                }
            }
        }

        // A model that mixes samples gives fewer of them something else; one that takes a mask beside its input would show its answers without it.
        if (shift is >= 1 and var places && input.dim() == 2 && again.allclose(output, 1e-3, 1e-4) && OutputTime.Of(again, input, samples: 0, time: 1) is { } place)
        {
            ExchangeAnswers(callable, input, again, place, places, observe);
        }
    }

    /// <summary>Without running statistics a normalisation takes those of the batch in evaluation too: samples reach each other on purpose.</summary>
    private static bool NormalizesByBatch(Module model) =>
        model.modules().Any(module => module is BatchNorm && !module.named_buffers().Any(buffer => buffer.name == "running_var"));

    private static void ExchangeAnswers(Module<Tensor, Tensor> callable, Tensor input, Tensor again, OutputTime place, int shift, Action<Metric, double> observe)
    {
        var seen = new List<double>();
        foreach (long asked in PlacesAsked.Select(part => (long)(part * (input.shape[1] - shift - 1))).Distinct())
        {
            var changed = OutputTime.ExchangePlace(input, asked + shift, samples: 0, time: 1);
            if (!changed.eq(input).all().item<bool>())
            {
                var moved = Movement.Of(place.Shape(again), place.Shape(Evaluate(callable, changed))).select(place.Dimension, asked);
                seen.Add(moved.any().item<bool>() ? 1 : 0);
            }
        }

        if (seen.Count > 0)
        {
            observe(Metric.AnswerLeakage, seen.Average());
        }
    }

    private static Tensor Evaluate(Module<Tensor, Tensor> callable, Tensor input, long seed = Seed)
    {
        manual_seed(seed);
        return callable.call(input.clone()).detach().clone();
    }

    private void Release()
    {
        _input?.Dispose();
        _output?.Dispose();
        (_input, _output) = (null, null);
    }
}
