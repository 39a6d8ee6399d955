namespace TrainingDoctor.Rules.Distribution;

/// <summary>One symptom for each rank that stands out, with the worst number of each.</summary>
/// <param name="context">Where the symptoms are reported.</param>
/// <param name="severity">How serious they are.</param>
/// <param name="name">The name of the number.</param>
/// <param name="limit">What the number is above.</param>
internal sealed class RankSymptoms(RuleContext context, Severity severity, string name, double limit)
{
    private readonly Dictionary<int, Symptom> _symptoms = [];

    /// <summary>Reports that a rank stands out, or that it still does.</summary>
    /// <param name="scope">The scope of the rank.</param>
    /// <param name="step">The step.</param>
    /// <param name="value">By how much.</param>
    public void Extend(int scope, long step, double value)
    {
        var evidence = new Evidence(name, context.Facts.Scopes[scope].Name, step, value, limit, ">");
        if (!_symptoms.TryGetValue(scope, out var symptom))
        {
            symptom = context.Open(new Symptom { Severity = severity, FirstStep = step, Layers = [evidence.Layer!], Evidence = [evidence] });
            _symptoms.Add(scope, symptom);
        }

        symptom.LastStep = step;
        if (value > symptom.Evidence[0].Value)
        {
            symptom.Evidence[0] = evidence;
        }
    }
}
