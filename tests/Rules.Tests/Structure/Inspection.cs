using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Tests.Structure;

/// <summary>What a rule about structure sees in a model, without a run around it.</summary>
internal static class Inspection
{
    /// <summary>Lets a rule look at a model once.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="model">The model.</param>
    /// <param name="trace">What was measured so far.</param>
    /// <param name="run">What else is known of the run.</param>
    /// <param name="moment">When it looks.</param>
    public static IReadOnlyList<Symptom> Of<TOptions>(StructureRule<TOptions> rule, ModelDescription model, Trace? trace = null, RunDescription? run = null, StructureMoment moment = StructureMoment.End)
        where TOptions : class, new() => [.. rule.Inspect(View(model, trace, run, moment))];

    /// <summary>Puts a model and what was measured of it together.</summary>
    public static StructureView View(ModelDescription model, Trace? trace = null, RunDescription? run = null, StructureMoment moment = StructureMoment.End)
    {
        var known = (run ?? new RunDescription()) with { Model = model };
        var scopes = new ScopeTable();
        var facts = new RunFacts(known, scopes);
        foreach (var (step, metric, kind, scope, value) in trace?.Rows ?? [])
        {
            facts.Add(new Measurement(step, metric, scopes.Intern(kind, scope), value));
        }

        var chains = LayerChain.OfStructure(model);
        return new StructureView(known, model, chains is [{ EndsAtOutput: true }] ? chains : [.. chains, .. LayerChain.OfMeasurement(facts)], facts, moment);
    }
}
