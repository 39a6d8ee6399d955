using TorchSharp;
using TrainingDoctor.Models;
using static TorchSharp.torch;

namespace TrainingDoctor.Preflights;

/// <summary>Reads from model, optimizer and batch what fits badly, without a number that tells it.</summary>
internal static class SetupInspector
{
    private const long MostChannels = 4;

    /// <summary>Describes a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="model">Its model.</param>
    /// <param name="calls">What its layers took; null when it failed before.</param>
    public static PreflightDescription Describe(PreflightProgram program, ModelDescription model, LayerOutputs? calls)
    {
        using var still = no_grad();
        var convolutions = calls?.Calls.Where(call => LayerKinds.Of(call.Module) == LayerKind.Convolution && call.Input is { } taken && taken.dim() == 4).ToList() ?? [];
        return new PreflightDescription
        {
            Input = $"{program.Input.dtype.ToString().ToLowerInvariant()}[{string.Join(", ", program.Input.shape)}]",
            ChannelsLast = [.. convolutions.Where(call => HasChannelsLast(call.Input!.shape) && call.Input.shape.SequenceEqual(program.Input.shape)).Select(call => call.Path)],
            ReadAcross = [.. convolutions.Where(call => IsReadAcross(program.Input, call.Input!)).Select(call => call.Path)],
            Decayed = program.Optimizer is { } optimizer ? Decayed(optimizer, program.Model, model) : [],
            DecaysThroughGradient = program.Optimizer is { } adaptive && OptimizerInspector.Describe(adaptive, program.Model) is { WeightDecay: > 0, TypeName: "Adam" or "NAdam" or "RAdam" or "Adamax" or "RMSProp" or "Adagrad" },
        };
    }

    /// <summary>Heights and widths alike where channels belong, and as many values at the end as images have channels.</summary>
    private static bool HasChannelsLast(long[] shape) => shape[3] <= MostChannels && shape[1] > 2 * MostChannels && shape[2] > 2 * MostChannels;

    /// <summary>The very numbers of an image with its channels last, in the same order, under a shape with the channels first.</summary>
    private static bool IsReadAcross(Tensor input, Tensor taken)
    {
        long[] shape = input.shape;
        if (shape is not [var count, var height, var width, var channels] || !HasChannelsLast(shape) || channels < 2 || !taken.shape.SequenceEqual([count, channels, height, width]))
        {
            return false;
        }

        using var scope = NewDisposeScope();
        return taken.reshape(-1).eq(input.to_type(taken.dtype).reshape(-1)).all().item<bool>();
    }

    private static List<string> Decayed(optim.Optimizer optimizer, nn.Module module, ModelDescription model)
    {
        var decays = OptimizerInspector.WeightDecays(optimizer);
        return [.. module.named_parameters().Where(item => decays.GetValueOrDefault(item.parameter.Handle) > 0 && model.FindParameter(item.name) is
        {
            Role: ParameterRole.Bias or ParameterRole.NormalizationScale or ParameterRole.NormalizationShift or ParameterRole.Embedding,
        }).Select(item => item.name)];
    }
}
