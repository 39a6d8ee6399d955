using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Preflights;

/// <summary>Lets a copy of the model learn one batch by heart, with its inputs and without, by an optimizer of its own.</summary>
/// <param name="program">The program.</param>
/// <param name="state">The model as it was, to begin from.</param>
/// <param name="options">How long it may take.</param>
internal sealed class LearningProbe(PreflightProgram program, ModelState state, PreflightOptions options)
{
    /// <summary>The loss over that without inputs at which the batch counts as learnt.</summary>
    private const double Learnt = 0.7;

    /// <summary>The share by which the lowest loss must fall within one allowance of steps to be given another.</summary>
    private const double Progress = 0.02;
    private const int MostAllowances = 6;
    private static readonly double[] Rates = [1e-2, 1e-3];
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Gets which parameters had a gradient, in each of the first steps of the first try.</summary>
    public List<bool[]> GradientsPresent { get; } = [];

    /// <summary>Learns.</summary>
    /// <param name="samples">The dimension of the input that counts the samples.</param>
    /// <returns>The lowest losses without the inputs and with them; null when it could not be tried, or time ran out.</returns>
    public (double Blind, double Learnt)? Learn(int samples)
    {
        if (options.LearningSteps == 0 || !program.Model.parameters().Any(parameter => parameter.requires_grad))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var alike = program.Input.select(samples, 0).unsqueeze(samples).expand_as(program.Input).contiguous();
        double blind = double.PositiveInfinity;
        double learnt = double.PositiveInfinity;
        foreach (double rate in Rates)
        {
            if (Lowest(alike, rate, allowances: 1, enough: double.NegativeInfinity) is not { } unseen)
            {
                return null;
            }

            blind = Math.Min(blind, unseen);
            if (Lowest(program.Input, rate, MostAllowances, enough: blind > 0 ? Learnt * blind : double.NegativeInfinity) is not { } seen)
            {
                return null;
            }

            learnt = Math.Min(learnt, seen);
            if (learnt < Learnt * blind)
            {
                break;
            }
        }

        return double.IsFinite(blind) && double.IsFinite(learnt) ? (blind, learnt) : null;
    }

    /// <summary>The lowest loss of a try; null when time ran out, or the loss was still falling at the end.</summary>
    private double? Lowest(Tensor input, double rate, int allowances, double enough)
    {
        state.Rewind();
        manual_seed(1);
        program.Model.train();
        foreach (var dropout in program.Model.modules().Where(module => Models.LayerKinds.Of(module) == LayerKind.Dropout))
        {
            dropout.eval();
        }

        var parameters = program.Model.parameters().ToList();
        using var optimizer = optim.Adam(parameters.Where(parameter => parameter.requires_grad), rate);
        double lowest = double.PositiveInfinity;
        bool counts = GradientsPresent.Count == 0;
        double before = double.PositiveInfinity;
        for (int step = 0; lowest > enough; step++)
        {
            if (step > 0 && step % options.LearningSteps == 0)
            {
                bool falls = lowest < before - (Progress * Math.Abs(before));
                if (step == allowances * options.LearningSteps || !falls)
                {
                    return allowances > 1 && falls && step == allowances * options.LearningSteps ? null : lowest;
                }

                before = lowest;
            }

            if (Stopwatch.GetElapsedTime(_started).TotalSeconds > options.TimeLimit)
            {
                return null;
            }

            using var own = input.clone();
            using var output = program.Forward(own);
            using var loss = program.Loss(output, program.Target);
            double value = loss.to_type(ScalarType.Float64).item<double>();
            lowest = double.IsFinite(value) ? Math.Min(lowest, value) : lowest;
            if (!double.IsFinite(value))
            {
                break;
            }

            optimizer.zero_grad();
            loss.backward();
            if (counts && GradientsPresent.Count < 20)
            {
                GradientsPresent.Add([.. parameters.Select(parameter => parameter.grad is not null)]);
            }

            optimizer.step();
        }

        return lowest;
    }
}
