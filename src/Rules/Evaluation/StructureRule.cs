using System.Numerics;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Evaluation;

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

    /// <summary>Tells whether a symptom says what may come of a structure or an initialisation: then the training decides whether it was right to warn.</summary>
    /// <param name="symptom">The symptom, with the severity that it has where training does not go well.</param>
    internal virtual bool IsForecast(Symptom symptom) => false;

    /// <summary>Tells how severe a forecast remains where training went well.</summary>
    /// <param name="symptom">The forecast.</param>
    internal virtual Severity AfterGoodTraining(Symptom symptom) => Severity.Info;

    /// <summary>Looks at a run that is over, whether or not its model is known.</summary>
    /// <param name="view">The model; null in a log.</param>
    /// <param name="facts">What was measured.</param>
    /// <returns>Symptoms that the structure did not show already.</returns>
    internal virtual IEnumerable<Symptom> InspectRun(StructureView? view, RunFacts facts) => [];

    /// <summary>Says why a run without a model cannot be judged; null when it can. Asked only of rules that do not need the model.</summary>
    /// <param name="facts">What was measured.</param>
    internal virtual Text? WhyRunNotJudged(RunFacts facts) => null;

    /// <summary>Says why the model cannot be judged; null when it can.</summary>
    /// <param name="view">The model, and what is certain of the order of its layers.</param>
    internal virtual Text? WhyNotJudged(StructureView view) => null;

    private sealed class Evaluator(StructureRule<TOptions> rule, RuleContext context) : RuleEvaluator
    {
        /// <summary>The length of plateaus that healthy small networks leave again; from here on the outcome is asked for whenever the run has doubled.</summary>
        private const long FirstOutcome = 256;

        private readonly Dictionary<string, Symptom> _seen = [];
        private readonly List<(Symptom Symptom, Severity Full)> _forecasts = [];
        private bool _hasFlow;
        private long _steps;

        public override Text? WhyNotEvaluated => context.Run.Model is { } model ? rule.WhyNotJudged(View(model, StructureMoment.End)) : rule.WhyRunNotJudged(context.Facts);

        public override void Begin() => Inspect(StructureMoment.Attached);

        public override void StepCompleted(long step)
        {
            if (!_hasFlow)
            {
                _hasFlow = true;
                Inspect(StructureMoment.FirstStep);
            }

            if (++_steps >= FirstOutcome && _forecasts.Count > 0 && BitOperations.IsPow2(_steps) && LossProgress.Of(context.Facts).IsBad)
            {
                _forecasts.ForEach(forecast => forecast.Symptom.Severity = forecast.Full);
            }
        }

        public override void Complete()
        {
            Inspect(StructureMoment.End);
            if (_seen.Count == 0)
            {
                foreach (var symptom in rule.InspectRun(context.Run.Model is { } model ? View(model, StructureMoment.End) : null, context.Facts))
                {
                    context.Open(symptom);
                }
            }
        }

        private void Inspect(StructureMoment moment)
        {
            if (context.Run.Model is not { } model)
            {
                return;
            }

            foreach (var symptom in rule.Inspect(View(model, moment)))
            {
                string key = symptom.Variant + "|" + string.Join('|', symptom.Layers);
                if (rule.IsForecast(symptom) && !_seen.ContainsKey(key))
                {
                    _forecasts.Add((symptom, symptom.Severity));
                    symptom.Severity = Severity.Info;
                }

                if (_seen.TryAdd(key, symptom))
                {
                    context.Open(symptom);
                }
                else if (symptom.Severity > _seen[key].Severity && !rule.IsForecast(symptom))
                {
                    (_seen[key].Severity, _seen[key].Confidence) = (symptom.Severity, symptom.Confidence);
                }
            }

            if (moment == StructureMoment.End)
            {
                // Where training went well, what was feared of the start was no illness.
                bool goesWell = LossProgress.TrainsWell(context.Facts) == true;
                _forecasts.ForEach(forecast => forecast.Symptom.Severity = goesWell ? rule.AfterGoodTraining(forecast.Symptom) : forecast.Full);
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
    private readonly ILookup<string, ParameterDescription> _parameters = Model.Parameters.ToLookup(parameter => parameter.LayerPath, StringComparer.Ordinal);

    /// <summary>Gets the weight matrix or kernel of a layer; null when it has none.</summary>
    public ParameterDescription? WeightOf(LayerDescription layer) => ParameterOf(layer, ParameterRole.Weight);

    /// <summary>Gets the parameter of a layer with a role; null when it has none.</summary>
    public ParameterDescription? ParameterOf(LayerDescription layer, ParameterRole role) => _parameters[layer.Path].FirstOrDefault(parameter => parameter.Role == role);
}
