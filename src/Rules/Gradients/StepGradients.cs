using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>The gradients of all weights that the optimizer clears, taken together at each step: their norm, where they point, and what a step added to them.</summary>
/// <param name="context">What is known of the run.</param>
internal sealed class StepGradients(RuleContext context)
{
    private readonly WeightOrder _weights = new(context);
    private readonly PerScope<Flow> _flows = new();
    private readonly double[] _cosines = new double[4096];
    private int _cosineCount;
    private double _squares;

    /// <summary>Gets a value indicating whether a norm was measured in this step.</summary>
    public bool IsMeasured { get; private set; }

    /// <summary>Takes a norm of a gradient, or its cosine with that of the step before.</summary>
    /// <param name="measurement">One or the other, of any parameter.</param>
    public void Add(in Measurement measurement)
    {
        if (!_weights.IsWeight(measurement.Scope) || !IsCleared(measurement.Scope))
        {
            return;
        }

        ref var flow = ref _flows[measurement.Scope];
        if (measurement.Metric == Metric.GradientCosine)
        {
            flow.Cosine = measurement.Value;
            flow.HasCosine = true;
            if (_cosineCount < _cosines.Length)
            {
                _cosines[_cosineCount++] = measurement.Value;
            }
        }
        else
        {
            flow.Norm = measurement.Value;
            _squares += measurement.Value * measurement.Value;
            IsMeasured = true;
        }
    }

    /// <summary>Tells of the step, and begins the next.</summary>
    /// <returns>The norm of all gradients; the median cosine with those of the step before, NaN where none was measured; the norm of what the step changed in those whose cosine is known.</returns>
    public (double Norm, double Cosine, double Increment) EndStep()
    {
        var told = (Math.Sqrt(_squares), MedianCosine(), Increment());
        (_squares, _cosineCount, IsMeasured) = (0, 0, false);
        return told;
    }

    private double Increment()
    {
        double squares = 0;
        foreach (int scope in _weights.Scopes)
        {
            ref var flow = ref _flows[scope];
            if (flow.HasCosine)
            {
                squares += Math.Max(0, (flow.Norm * flow.Norm) + (flow.Previous * flow.Previous) - (2 * flow.Norm * flow.Previous * flow.Cosine));
            }

            flow.Previous = flow.Norm;
            flow.HasCosine = false;
        }

        return Math.Sqrt(squares);
    }

    private double MedianCosine()
    {
        if (_cosineCount == 0)
        {
            return double.NaN;
        }

        var values = _cosines.AsSpan(0, _cosineCount);
        values.Sort();
        return values[_cosineCount / 2];
    }

    /// <summary>The optimizer clears the gradients of its own parameters only; those of others add up, and that is another fault.</summary>
    private bool IsCleared(int scope)
    {
        ref var flow = ref _flows[scope];
        if (!flow.IsKnown)
        {
            flow.IsKnown = true;
            flow.IsForeign = context.Run.Model?.FindParameter(_weights.NameOf(scope))?.IsInOptimizer == false;
        }

        return !flow.IsForeign;
    }

    private struct Flow
    {
        public double Norm;
        public double Previous;
        public double Cosine;
        public bool HasCosine;
        public bool IsKnown;
        public bool IsForeign;
    }
}
