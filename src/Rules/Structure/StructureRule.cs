namespace TrainingDoctor.Rules.Structure;

/// <summary>
/// A rule about how a model is put together. It judges when the monitor is attached what the structure tells for certain, and once more after the first measured step,
/// when it is known which layer's output went into which.
/// </summary>
/// <typeparam name="TOptions">Its thresholds.</typeparam>
/// <param name="options">Its thresholds.</param>
public abstract class StructureRule<TOptions>(TOptions options) : Rule<TOptions>(options)
    where TOptions : class, new()
{
    /// <inheritdoc/>
    public sealed override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(this, context);

    /// <summary>Looks at a model.</summary>
    /// <param name="view">The model, and what is certain of the order of its layers.</param>
    /// <returns>Symptoms; those that were returned before, by variant and layers, can become more severe and are ignored otherwise.</returns>
    internal abstract IEnumerable<Symptom> Inspect(StructureView view);

    /// <summary>Says why the model cannot be judged; null when it can.</summary>
    /// <param name="view">The model, and what is certain of the order of its layers.</param>
    internal virtual Text? WhyNotJudged(StructureView view) => null;

    private sealed class Evaluator(StructureRule<TOptions> rule, RuleContext context) : RuleEvaluator
    {
        private readonly Dictionary<string, Symptom> _seen = [];
        private bool _hasFlow;

        public override Text? WhyNotEvaluated => context.Run.Model is { } model ? rule.WhyNotJudged(View(model, StructureMoment.End)) : null;

        public override void Begin() => Inspect(StructureMoment.Attached);

        public override void StepCompleted(long step)
        {
            if (!_hasFlow)
            {
                _hasFlow = true;
                Inspect(StructureMoment.FirstStep);
            }
        }

        public override void Complete() => Inspect(StructureMoment.End);

        private void Inspect(StructureMoment moment)
        {
            if (context.Run.Model is not { } model)
            {
                return;
            }

            foreach (var symptom in rule.Inspect(View(model, moment)))
            {
                string key = symptom.Variant + "|" + string.Join('|', symptom.Layers);
                if (!_seen.TryGetValue(key, out var earlier))
                {
                    _seen.Add(key, symptom);
                    context.Open(symptom);
                }
                else if (symptom.Severity > earlier.Severity)
                {
                    (earlier.Severity, earlier.Confidence) = (symptom.Severity, symptom.Confidence);
                }
            }
        }

        private StructureView View(ModelDescription model, StructureMoment moment)
        {
            var chains = LayerChain.OfStructure(model);
            return new StructureView(context.Run, model, chains is [{ EndsAtOutput: true }] ? chains : [.. chains, .. LayerChain.OfMeasurement(context.Facts)], context.Facts, moment);
        }
    }
}

/// <summary>When a structure is looked at.</summary>
internal enum StructureMoment
{
    /// <summary>Before the first step.</summary>
    Attached,

    /// <summary>After the first measured step.</summary>
    FirstStep,

    /// <summary>When the run is over.</summary>
    End,
}

/// <summary>A model, and what is certain of the order of its layers.</summary>
/// <param name="Run">The run.</param>
/// <param name="Model">The model.</param>
/// <param name="Chains">Layers that follow each other for certain.</param>
/// <param name="Facts">What was measured so far.</param>
/// <param name="Moment">When it is looked at.</param>
internal sealed record StructureView(RunDescription Run, ModelDescription Model, IReadOnlyList<LayerChain> Chains, RunFacts Facts, StructureMoment Moment)
{
    /// <summary>Gets the weight matrix or kernel of a layer; null when it has none.</summary>
    public ParameterDescription? WeightOf(LayerDescription layer) =>
        Model.Parameters.FirstOrDefault(parameter => parameter.LayerPath == layer.Path && parameter.Role == ParameterRole.Weight);

    /// <summary>Gets the parameter of a layer with a role; null when it has none.</summary>
    public ParameterDescription? ParameterOf(LayerDescription layer, ParameterRole role) =>
        Model.Parameters.FirstOrDefault(parameter => parameter.LayerPath == layer.Path && parameter.Role == role);
}
