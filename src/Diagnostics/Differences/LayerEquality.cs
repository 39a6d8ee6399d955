namespace TrainingDoctor.Differences;

/// <summary>
/// Whether two runs compute the same, layer by layer and step by step, to within rounding of the element type: the check of a port, or of a refactoring. Both must begin with the same weights and
/// be fed the same batches.
/// </summary>
/// <remarks>
/// Compared are statistics that every element enters and that are computed alike everywhere: means, deviations and norms of inputs, outputs, gradients, weights and updates, and the loss. Within a
/// step they are taken in the order in which one brings about the next. Rounding grows as training goes on: a difference counts where it is larger than the element type allows and many times larger
/// than any that was there before.
/// </remarks>
public sealed record LayerEquality
{
    /// <summary>Gets a value indicating whether nothing was computed differently.</summary>
    public bool IsEqual => First is null;

    /// <summary>Gets the first number that was computed differently; null when there is none.</summary>
    public LayerInequality? First { get; init; }

    /// <summary>Gets the step from which rounding alone has grown beyond what the element type allows in a single step, gradually and from nothing that was computed differently; null when it never did.</summary>
    public long? GrownFrom { get; init; }

    /// <summary>Gets the number of series that were compared.</summary>
    public required int SeriesCompared { get; init; }

    /// <summary>Gets the number of layers of which something was compared.</summary>
    public required int LayersCompared { get; init; }

    /// <summary>Gets the number of steps at which something was compared.</summary>
    public required int StepsCompared { get; init; }

    /// <summary>Gets the element type whose rounding is the measure, the coarser of both runs: <c>float32</c>, <c>float64</c>, <c>bfloat16</c>, <c>float16</c>.</summary>
    public required string ElementType { get; init; }

    /// <summary>Gets the relative difference that rounding allows in one step of that type.</summary>
    public required double Allowed { get; init; }

    /// <summary>Gets the largest relative difference among the numbers that agree.</summary>
    public required double Largest { get; init; }

    /// <summary>Compares two runs.</summary>
    /// <param name="original">The run that is known to be right.</param>
    /// <param name="copy">The run that should compute the same. Layers that are named differently are paired in their order, where both models have the same ones.</param>
    public static LayerEquality Between(RunTrace original, RunTrace copy)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(copy);
        string type = ElementTypes.Coarser(original.Run.Model, copy.Run.Model);
        double allowed = ElementTypes.Allowed(type);
        var pairs = EqualityPairs.Of(original, copy);
        double largest = 0;
        long? grownFrom = null;
        LayerInequality? first = null;
        foreach (var pair in pairs)
        {
            double bound = allowed * pair.Conditioning;
            if (pair.Relative <= bound)
            {
                largest = Math.Max(largest, pair.Relative / pair.Conditioning);
            }
            else if (pair.Relative <= Growth * largest * pair.Conditioning)
            {
                largest = Math.Max(largest, pair.Relative / pair.Conditioning);
                grownFrom ??= pair.Step;
            }
            else
            {
                first = new LayerInequality(pair.Key.Metric, pair.Key.Scope, original.Run.Model?.FindLayer(pair.Key.Scope)?.TypeName, pair.Stage, pair.Step, pair.Original, pair.Copy, pair.Relative, Math.Max(bound, Growth * largest * pair.Conditioning));
                break;
            }
        }

        return new LayerEquality
        {
            First = first,
            GrownFrom = grownFrom,
            SeriesCompared = pairs.Select(pair => pair.Key).Distinct().Count(),
            LayersCompared = pairs.Where(pair => pair.Key.Kind == ScopeKind.Layer).Select(pair => pair.Key.Scope).Distinct().Count(),
            StepsCompared = pairs.Select(pair => pair.Step).Distinct().Count(),
            ElementType = type,
            Allowed = allowed,
            Largest = largest,
        };
    }

    /// <summary>How many times larger than all before it a difference is that did not grow out of them: one layer hands rounding on to the next a few times larger at most, one step to the next.</summary>
    private const double Growth = 16;
}

/// <summary>One number that was computed differently.</summary>
/// <param name="Metric">What was measured.</param>
/// <param name="Scope">The layer or parameter; empty for the run.</param>
/// <param name="LayerType">The type of the layer; null where it is none, or not known.</param>
/// <param name="Stage">Where in a training it is measured.</param>
/// <param name="Step">The step.</param>
/// <param name="Original">Its value in the run that is known to be right.</param>
/// <param name="Copy">Its value in the other.</param>
/// <param name="Relative">The difference over the size of what is compared.</param>
/// <param name="Allowed">What rounding would have allowed there.</param>
public sealed record LayerInequality(Metric Metric, string Scope, string? LayerType, Stage Stage, long Step, double Original, double Copy, double Relative, double Allowed);
