using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>What is known of a model's output and of what it is compared with.</summary>
internal sealed record OutputFacts
{
    private const double ExactRowSum = 1e-3;
    private const double ExactMatch = 1e-4;

    /// <summary>One batch may look like anything.</summary>
    private const int FewestLooks = 5;

    /// <summary>Functions that never fall, so that they map extremes to extremes; the identity first, since it explains most.</summary>
    private static readonly ActivationKind[] Candidates =
    [
        ActivationKind.Identity, ActivationKind.ReLU, ActivationKind.Sigmoid, ActivationKind.Tanh, ActivationKind.Softplus, ActivationKind.ReLU6, ActivationKind.Hardtanh,
        ActivationKind.Hardsigmoid, ActivationKind.Softsign, ActivationKind.LogSigmoid, ActivationKind.LeakyReLU, ActivationKind.ELU, ActivationKind.Exponential,
    ];

    /// <summary>Gets the output function, <see cref="ActivationKind.Identity"/> for none; null when it is not known.</summary>
    public ActivationKind? Function { get; private init; }

    /// <summary>Gets the layer that is the output function, or the last layer; null when the function is no module.</summary>
    public string? Layer { get; private init; }

    /// <summary>Gets a value indicating whether the function is a module of its own.</summary>
    public bool IsModule { get; private init; }

    /// <summary>Gets a value indicating whether the function is that of the layer called last, since the output itself was never seen.</summary>
    public bool IsPresumed { get; private init; }

    /// <summary>Gets the number of output units; null when it is not known.</summary>
    public long? Units { get; private init; }

    /// <summary>Gets the loss; null when it is not known.</summary>
    public LossKind? Loss { get; private init; }

    /// <summary>Gets the task; null when it is not known.</summary>
    public TrainingTask? Task { get; private init; }

    /// <summary>Gets the smallest and largest target of the run; null when no real-valued targets were measured.</summary>
    public (double Low, double High)? Targets { get; private init; }

    /// <summary>Gets the mean standard deviation of a batch's targets.</summary>
    public double TargetDeviation { get; private init; }

    /// <summary>Gets a value indicating whether all targets are 0 or 1.</summary>
    public bool HasBinaryTargets { get; private init; }

    /// <summary>Gets a value indicating whether the output has come to be zero for every sample although targets are not.</summary>
    public bool IsStuckAtZero { get; private init; }

    /// <summary>Gets a value indicating whether softmax or sigmoid of the output is given to a loss that takes it itself, as the value of the loss shows.</summary>
    public bool IsActivatedBetween { get; private init; }

    /// <summary>Gets a value indicating whether what is compared was looked at and is neither shares nor logarithms of shares.</summary>
    public bool AreNoShares { get; private init; }

    /// <summary>Gets a value indicating whether what the loss compares was seen to sum to 1 over a dimension, in every step that was looked at.</summary>
    public bool AreShares { get; private init; }

    /// <summary>Gets the share of what a loss of overlaps counts that is no probability, in the step where it was most; null where the loss is none of these or takes the sigmoid itself.</summary>
    public double? OutsideFraction { get; private init; }

    /// <summary>Gets the smallest loss of the run; null before any.</summary>
    public double? SmallestLoss { get; private init; }

    /// <summary>Gets a value indicating whether the loss and its gradient are exactly zero although the outputs miss the targets by far.</summary>
    public bool IsLossBlind { get; private init; }

    /// <summary>Gets a value indicating whether the loss is still that of a network that ignores its inputs.</summary>
    public bool IsNoBetterThanConstant { get; private init; }

    /// <summary>Gets a value indicating whether the loss is seen to take the exponential of what it is given.</summary>
    public bool IsExponentialInside { get; private init; }

    /// <summary>Gathers what is known.</summary>
    /// <param name="view">The model and its run.</param>
    public static OutputFacts Of(StructureView view)
    {
        var facts = view.Facts;
        var last = LastLayer(view);
        var presumed = last is null ? PresumedLayer(view) : null;
        last ??= presumed;

        // A module of the user's own may be a function that values tell.
        var (function, isModule) = last is not null and not { Kind: LayerKind.Other } ? FunctionOf(last) : (MeasuredFunction(facts), false);
        function ??= ComparedFunction(facts);
        var loss = facts.Of(Metric.Loss);
        return new OutputFacts
        {
            Function = function,
            Layer = last?.Path,
            IsModule = isModule,
            IsPresumed = presumed is not null,
            Units = StructuralUnits(view) ?? (last is null ? MeasuredUnits(facts) : null),
            Loss = RecognizedLoss.KindOf(facts),
            Task = view.Run.Task,
            Targets = TargetRange(facts),
            TargetDeviation = facts.Of(Metric.TargetStandardDeviation) is { } deviation && double.IsFinite(deviation.Mean) ? deviation.Mean : 0,
            HasBinaryTargets = AreBinary(facts),
            IsActivatedBetween = facts.Of(Metric.RecognizedActivation) is { Count: >= FewestLooks, Minimum: 1 },
            AreNoShares = facts.Of(Metric.ComparedForm) is { Count: >= FewestLooks, Maximum: 0 },
            AreShares = facts.Of(Metric.ComparedForm) is { Minimum: 1, Maximum: 1 },
            OutsideFraction = facts.Of(Metric.ComparedOutsideFraction) is { Count: >= FewestLooks } outside ? outside.Maximum : null,
            IsStuckAtZero = IsZero(facts, LayerChain.OutputScope) && facts.Of(Metric.TargetMaximum) is { Minimum: > 0 },
            IsLossBlind = IsBlind(facts),
            IsNoBetterThanConstant = LossBaseline.Of(facts) is { } baseline && loss is { Count: >= 20 } losses && losses.Recent >= 0.97 * baseline,
            IsExponentialInside = RecognizedLoss.Of(facts)?.Kind == LossKind.PoissonNegativeLogLikelihood,
            SmallestLoss = loss is { } measured && double.IsFinite(measured.Minimum) ? measured.Minimum : null,
        };
    }

    /// <summary>Gets the layer that makes the output, behind which values are only moved.</summary>
    private static LayerDescription? LastLayer(StructureView view) =>
        view.Chains.FirstOrDefault(chain => chain.EndsAtOutput)?.Layers.LastOrDefault(layer => layer.Kind is not (LayerKind.Reshape or LayerKind.Dropout) && layer.Activation != ActivationKind.Identity);

    /// <summary>
    /// Gets the activation that was called last in a model that was run through <c>forward</c>, with a loss that no hook saw. Another last layer tells nothing: functions are called in code.
    /// </summary>
    private static LayerDescription? PresumedLayer(StructureView view) =>
        view.Chains.FirstOrDefault(chain => chain.IsLastToFire)?.Layers[^1] is { Kind: LayerKind.Activation } last && last.Activation != ActivationKind.Identity ? last : null;

    private static (ActivationKind? Function, bool IsModule) FunctionOf(LayerDescription layer) => layer.Kind switch
    {
        LayerKind.Activation => (layer.Activation == ActivationKind.Other ? null : layer.Activation, true),
        LayerKind.Linear or LayerKind.Convolution or LayerKind.TransposedConvolution => (ActivationKind.Identity, false),
        _ => (null, false),
    };

    private static long? StructuralUnits(StructureView view)
    {
        var behind = view.Chains.FirstOrDefault(chain => chain.EndsAtOutput)?.Layers.Reverse().TakeWhile(layer => !layer.IsWeighted()).ToList();
        bool keepsUnits = behind?.TrueForAll(layer => layer.Kind is LayerKind.Activation or LayerKind.Dropout || layer.TypeName == "Identity") == true;
        return keepsUnits ? view.Chains.First(chain => chain.EndsAtOutput).Layers.LastOrDefault(LayerTraits.IsWeighted)?.OutputFeatures : null;
    }

    /// <summary>The sum of a row over the mean of its elements is the length of the row.</summary>
    private static long? MeasuredUnits(RunFacts facts) =>
        facts.Of(Metric.RowSum, LayerChain.OutputScope) is { } sum && facts.Of(Metric.OutputMean, LayerChain.OutputScope) is { } mean
        && Math.Abs(mean.First) > 1e-6 && Math.Abs((sum.First / mean.First) - Math.Round(sum.First / mean.First)) < 1e-3
            ? (long)Math.Round(sum.First / mean.First)
            : null;

    /// <summary>Recognises a function that is called in code: what comes out of the last module and what comes out of the model differ by it.</summary>
    private static ActivationKind? MeasuredFunction(RunFacts facts)
    {
        if (Extremes(facts, LayerChain.OutputScope) is { } seen && (IsSoftmax(facts, seen) || IsConstantOne(facts)))
        {
            return ActivationKind.Softmax;
        }

        var last = facts.All(Metric.CallOrder).OrderByDescending(item => item.Summary.First).Select(item => item.Scope.Name)
            .FirstOrDefault(name => facts.Run.Model?.FindLayer(name)?.Kind != LayerKind.Other);
        if (last is null || Extremes(facts, last) is not { } before || Extremes(facts, LayerChain.OutputScope) is not { } after || before.Count != after.Count)
        {
            return null;
        }

        foreach (var candidate in Candidates)
        {
            if (Maps(candidate, before.First, after.First) && Maps(candidate, before.Last, after.Last))
            {
                return candidate;
            }
        }

        return facts.Of(Metric.OutputMaximum, LayerChain.OutputScope)!.Value.Maximum <= 0 && facts.Of(Metric.OutputMaximum, LayerChain.OutputScope)!.Value.Minimum < 0 && facts.Of(Metric.OutputMaximum, last)!.Value.Minimum > 0 ? ActivationKind.LogSoftmax : null;
    }

    /// <summary>What the loss is given tells where neither the structure nor the layers do.</summary>
    private static ActivationKind? ComparedFunction(RunFacts facts) =>
        facts.Of(Metric.ComparedForm) is { Count: >= FewestLooks } form && form.Minimum == form.Maximum && facts.Of(Metric.ComparedDimension) is { Minimum: > 0 }
            ? form.Last == 1 ? ActivationKind.Softmax : ActivationKind.LogSoftmax
            : null;

    private static bool IsSoftmax(RunFacts facts, ((double Low, double High) First, (double Low, double High) Last, long Count) output) =>
        output.First.Low >= 0 && output.Last.Low >= 0 && output.First.High <= 1 + ExactMatch && MeasuredUnits(facts) > 1
        && facts.Of(Metric.RowSum, LayerChain.OutputScope) is { Count: >= 3 } sum && Math.Abs(sum.Minimum - 1) < ExactRowSum && Math.Abs(sum.Maximum - 1) < ExactRowSum;

    /// <summary>Softmax over one unit is 1 whatever goes in.</summary>
    private static bool IsConstantOne(RunFacts facts) =>
        MeasuredUnits(facts) == 1 && facts.Of(Metric.OutputMinimum, LayerChain.OutputScope) is { Count: >= 3, Minimum: 1, Maximum: 1 }
        && facts.Of(Metric.OutputMaximum, LayerChain.OutputScope) is { Minimum: 1, Maximum: 1 };

    /// <summary>The recent mean forgets the first steps, during which the output may have been alive.</summary>
    private static bool IsZero(RunFacts facts, string scope) =>
        facts.Of(Metric.OutputAbsoluteMaximum, scope) is { Count: >= 20, Last: 0, Recent: < 1e-6 };

    private static bool Maps(ActivationKind function, (double Low, double High) before, (double Low, double High) after)
    {
        double low = ActivationFunctions.Evaluate(function, before.Low);
        double high = ActivationFunctions.Evaluate(function, before.High);
        double tolerance = ExactMatch * Math.Max(1e-3, Math.Max(Math.Abs(low), Math.Abs(high)));
        return before.High - before.Low > 1e-3 && Math.Abs(low - after.Low) <= tolerance && Math.Abs(high - after.High) <= tolerance;
    }

    private static ((double Low, double High) First, (double Low, double High) Last, long Count)? Extremes(RunFacts facts, string scope) =>
        facts.Of(Metric.OutputMinimum, scope) is { } low && facts.Of(Metric.OutputMaximum, scope) is { } high && low.FirstStep == high.FirstStep
            ? ((low.First, high.First), (low.Last, high.Last), low.Count)
            : null;

    /// <summary>A loss of exactly zero says that every answer is right; outputs whose mean lies outside nearly all targets say otherwise.</summary>
    private static bool IsBlind(RunFacts facts) =>
        facts.Of(Metric.Loss) is { Count: >= 20, Last: 0 } && facts.Of(Metric.GlobalGradientNorm) is { Last: 0 }
        && facts.Of(Metric.OutputMean, LayerChain.OutputScope) is { } output && facts.Of(Metric.TargetMean) is { } target
        && facts.Of(Metric.TargetStandardDeviation) is { Mean: > 0 and var deviation } && Math.Abs(output.Last - target.Mean) > 3 * deviation;

    /// <summary>Class indices, of which some may be ignored, have bounds and are no values that an output could have.</summary>
    private static (double Low, double High)? TargetRange(RunFacts facts) =>
        !facts.Has(Metric.TargetIgnoredFraction) && facts.Of(Metric.TargetMinimum) is { } low && facts.Of(Metric.TargetMaximum) is { } high && double.IsFinite(low.Minimum) && double.IsFinite(high.Maximum)
            ? (low.Minimum, high.Maximum)
            : null;

    /// <summary>Values of 0 and 1 alone have the variance m(1 - m); any value between makes it smaller.</summary>
    private static bool AreBinary(RunFacts facts) =>
        TargetRange(facts) is (0, 1) && facts.Of(Metric.TargetMean) is { } mean && facts.Of(Metric.TargetStandardDeviation) is { } deviation
        && Math.Abs((deviation.First * deviation.First) - (mean.First * (1 - mean.First))) < 1e-4
        && Math.Abs((deviation.Last * deviation.Last) - (mean.Last * (1 - mean.Last))) < 1e-4;
}
