using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>
/// What a chain of layers makes of a standard normal input and of the gradient that comes back, by the mean-field recursion of Glorot and Bengio (2010) and He et al. (2015),
/// with the weights' own variance and fans in place of any scheme.
/// </summary>
internal static class SignalFlow
{
    /// <summary>Follows the signal through a chain.</summary>
    /// <param name="view">The model.</param>
    /// <param name="chain">The chain.</param>
    /// <returns>One entry for each layer with weights, in order. Recurrent layers, attention and embeddings start anew at unit scale.</returns>
    public static IReadOnlyList<SignalStage> Through(StructureView view, LayerChain chain)
    {
        var stages = new List<SignalStage>();
        double moment = 1;
        double scale = 1;
        double gradient = 1;
        bool isNormalized = true;
        foreach (var (layer, index) in chain.Layers.Select((layer, index) => (layer, index)))
        {
            if (layer.IsWeighted() && view.WeightOf(layer) is { FanIn: > 0 and var fanIn, FanOut: > 0 and var fanOut } weight && double.IsFinite(weight.InitialStandardDeviation))
            {
                double variance = Square(weight.InitialStandardDeviation);
                moment *= fanIn * (variance + Square(weight.InitialMean));
                scale = Math.Sqrt(moment);
                gradient *= fanOut * variance;
                var next = chain.Layers.Skip(index + 1).FirstOrDefault(l => l.Kind is not (LayerKind.Dropout or LayerKind.Reshape or LayerKind.Pooling));
                bool isLast = chain.EndsAtOutput && !chain.Layers.Skip(index + 1).Any(LayerTraits.IsWeighted);
                stages.Add(new SignalStage(layer, weight, next?.Kind == LayerKind.Activation ? next : null, Math.Sqrt(fanIn * variance), scale, gradient, stages.Count == 0 || isNormalized, next?.IsNormalization() == true, isLast));
                isNormalized = false;
            }
            else if (layer.IsNormalization())
            {
                moment = scale = 1;
                gradient = 1;
                isNormalized = true;
            }
            else if (layer.Activation is { } activation && ActivationFunctions.IsElementwise(activation))
            {
                // Only what varies carries information: a constant offset, like sigmoid's one half, is no signal.
                gradient *= ActivationProperties.DerivativeSecondMomentAt(activation, scale, layer.NegativeSlope);
                moment = activation.IsSaturating() ? ActivationProperties.VarianceAt(activation, scale, layer.NegativeSlope) : ActivationProperties.SecondMomentAt(activation, scale, layer.NegativeSlope);
                scale = Math.Sqrt(moment);
            }
            else if (layer.Kind is LayerKind.Recurrent or LayerKind.Attention or LayerKind.Embedding or LayerKind.Other or LayerKind.Container)
            {
                moment = scale = 1;
                gradient = 1;
                isNormalized = true;
            }
        }

        return stages;
    }

    private static double Square(double x) => x * x;
}

/// <summary>One layer with weights on the way of a signal.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Weight">Its weights.</param>
/// <param name="Activation">The activation behind it; null when there is none, or normalisation comes first.</param>
/// <param name="Gain">√(fan in · variance): by what the layer multiplies the standard deviation of a centred input.</param>
/// <param name="Scale">The standard deviation of what comes out of it, when what goes into the chain has 1.</param>
/// <param name="GradientMoment">The product of fan out · variance · E[f'²] since the last normalisation: what is left of the gradient's second moment on the way back.</param>
/// <param name="FollowsNormalization">Whether it is the first, or the first after normalisation.</param>
/// <param name="IsNormalizedNext">Whether normalisation follows it directly.</param>
/// <param name="IsOutput">Whether it is the last layer with weights of the model.</param>
internal sealed record SignalStage(
    LayerDescription Layer,
    ParameterDescription Weight,
    LayerDescription? Activation,
    double Gain,
    double Scale,
    double GradientMoment,
    bool FollowsNormalization,
    bool IsNormalizedNext,
    bool IsOutput);
